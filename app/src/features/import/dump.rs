//! Reads the file that `mysqldump`, `mariadb-dump` or phpMyAdmin wrote, as it comes: row by row, so that a file of any
//! size needs no more memory than its longest row. The rows of tables that nobody wants are skipped.

use super::encoding::{Decoded, decode, restore_utf8};
use sqlparser::dialect::MySqlDialect;
use sqlparser::tokenizer::{Token, Tokenizer};
use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::sync::Arc;

/// The longest row or statement that is read, in bytes. Skipped rows may be longer.
const MAX_LENGTH: usize = 64 * 1024 * 1024;

/// Why a dump cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the dump cannot be read: {0}")]
    Io(io::Error),
    /// It ends in the middle of something.
    #[error(
        "the dump is cut off{}: it ends before it is complete. Nothing was taken. Copy the whole file again, or dump \
         the old database again, and compare the sizes",
        name_table(.0)
    )]
    CutOff(String),
    #[error(
        "the rows of the table {0} come without the names of their columns. Dump the old database again without \
         --no-create-info"
    )]
    NoColumns(String),
    #[error(
        "a row of the table {table} cannot be read: {problem}. Nothing was taken. Dump the old database again with \
         mysqldump, without changing the file"
    )]
    BadRow { table: String, problem: String },
    #[error(
        "a row or statement{} is longer than 64 MB. Nothing was taken. Dump the old database again with mysqldump; if \
         it says the same, leave that table out with --ignore-table",
        name_table(.0)
    )]
    TooLong(String),
    /// It is none of MySQL's.
    #[error(
        "this is no dump of a MySQL database: {0}. Give the file that mysqldump, mariadb-dump or the panel of the old \
         server wrote"
    )]
    NoDump(&'static str),
}

fn name_table(table: &str) -> String {
    if table.is_empty() { String::new() } else { format!(" in the table {table}") }
}

/// A table as its rows are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    pub columns: Arc<[String]>,
}

/// The values of a row, in the order of its table's columns; `None` is null.
pub type Values = Vec<Option<String>>;

/// Who receives the rows of a dump.
pub trait RowSink {
    /// Learns of a table that the dump creates, whether it has rows or not.
    fn see(&mut self, _table: &Table) {}
    /// Whether the rows of this table are wanted.
    fn wants(&mut self, table: &Table) -> bool;
    /// Takes a row of a table that is wanted.
    fn take(&mut self, table: &Table, values: Values) -> io::Result<()>;
}

/// What was repaired while a dump was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repairs {
    /// Rows that were not UTF-8, and were read as latin1.
    pub latin1_rows: u64,
    /// Rows with broken letters in what was UTF-8 otherwise.
    pub broken_rows: u64,
    /// Texts that had been encoded twice.
    pub encoded_twice: u64,
}

/// Reads a dump to its end.
///
/// # Errors
/// Everything that [`Error`] names; what a sink cannot take is [`Error::Io`].
pub fn read_dump(input: impl BufRead, sink: &mut impl RowSink) -> Result<Repairs, Error> {
    let mut reader = Reader {
        input,
        buffer: Vec::new(),
        sink,
        columns: BTreeMap::new(),
        current: String::new(),
        repairs: Repairs::default(),
        statements: 0,
        promises: Promises::default(),
    };
    reader.read()?;
    if !reader.promises.are_kept() {
        return Err(Error::CutOff(reader.current));
    }
    if reader.statements == 0 {
        return Err(Error::NoDump("there is no statement in it"));
    }
    Ok(reader.repairs)
}

struct Reader<'a, R, S> {
    input: R,
    /// The statement or the row that is being read.
    buffer: Vec<u8>,
    sink: &'a mut S,
    columns: BTreeMap<String, Arc<[String]>>,
    /// The table that was read last.
    current: String,
    repairs: Repairs,
    statements: u64,
    promises: Promises,
}

/// How a dump begins, which says how it must end.
#[derive(Debug, Clone, Copy, Default)]
struct Promises {
    /// As `mysqldump` begins, which ends with a line that says so.
    has_header: bool,
    has_trailer: bool,
    /// Whether it keeps the settings of the connection, as phpMyAdmin does; it gives them back at the end.
    keeps_settings: bool,
    gives_settings_back: bool,
}

impl Promises {
    /// Notices what a comment promises, or keeps.
    fn notice(&mut self, comment: &str) {
        self.keeps_settings |= comment.contains("SET @OLD_CHARACTER_SET_CLIENT=");
        self.gives_settings_back |= comment.contains("SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT");
    }

    fn are_kept(self) -> bool {
        (!self.has_header || self.has_trailer) && (!self.keeps_settings || self.gives_settings_back)
    }
}

/// What ends a part of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// `;`
    Statement,
    /// The word `VALUES`, behind which rows follow.
    Values,
    /// The end of the file.
    File,
}

impl<R: BufRead, S: RowSink> Reader<'_, R, S> {
    fn read(&mut self) -> Result<(), Error> {
        loop {
            self.buffer.clear();
            let end = self.read_head()?;
            let is_blank = self.buffer.iter().all(u8::is_ascii_whitespace);
            match end {
                End::File if is_blank => return Ok(()),
                End::File => return Err(Error::CutOff(self.current.clone())),
                End::Statement => self.finish_statement()?,
                End::Values => self.read_rows()?,
            }
            self.statements += 1;
        }
    }

    fn next_byte(&mut self) -> Result<Option<u8>, Error> {
        let current = &self.current;
        let bytes = self.input.fill_buf().map_err(|error| name_error(error, current))?;
        let byte = bytes.first().copied();
        if byte.is_some() {
            self.input.consume(1);
        }
        Ok(byte)
    }

    fn peek_byte(&mut self) -> Result<Option<u8>, Error> {
        let current = &self.current;
        let bytes = self.input.fill_buf().map_err(|error| name_error(error, current))?;
        Ok(bytes.first().copied())
    }

    fn push(&mut self, byte: u8) -> Result<(), Error> {
        if self.buffer.len() >= MAX_LENGTH {
            return Err(Error::TooLong(self.current.clone()));
        }
        self.buffer.push(byte);
        Ok(())
    }

    /// Reads a statement to its end, or to the rows that it inserts. Comments are left out.
    fn read_head(&mut self) -> Result<End, Error> {
        let mut depth = 0usize;
        while let Some(byte) = self.next_byte()? {
            match byte {
                b';' => return Ok(End::Statement),
                b'\'' | b'"' | b'`' => {
                    self.push(byte)?;
                    self.read_quoted(byte, true)?;
                }
                b'-' if self.peek_byte()? == Some(b'-') => self.read_line_comment()?,
                b'#' => self.read_line_comment()?,
                b'/' if self.peek_byte()? == Some(b'*') => self.skip_block_comment()?,
                b'(' => {
                    depth += 1;
                    self.push(byte)?;
                }
                b')' => {
                    depth = depth.saturating_sub(1);
                    self.push(byte)?;
                }
                _ => {
                    self.push(byte)?;
                    if depth == 0 && is_insert_head(&self.buffer) {
                        return Ok(End::Values);
                    }
                }
            }
        }
        Ok(End::File)
    }

    /// Reads to the end of a quoted text whose first quote was read.
    fn read_quoted(&mut self, quote: u8, is_kept: bool) -> Result<(), Error> {
        loop {
            let Some(byte) = self.next_byte()? else { return Err(Error::CutOff(self.current.clone())) };
            if is_kept {
                self.push(byte)?;
            }
            if byte == b'\\' && quote != b'`' {
                let Some(escaped) = self.next_byte()? else { return Err(Error::CutOff(self.current.clone())) };
                if is_kept {
                    self.push(escaped)?;
                }
            } else if byte == quote {
                // a quote that is doubled begins the next part of the same text, which reads the same
                return Ok(());
            }
        }
    }

    /// Reads a comment to the end of its line, and notices the lines with which `mysqldump` begins and ends.
    fn read_line_comment(&mut self) -> Result<(), Error> {
        let mut line = Vec::new();
        while let Some(byte) = self.next_byte()? {
            if byte == b'\n' {
                break;
            }
            if line.len() < 60 {
                line.push(byte);
            }
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_start_matches('-').trim();
        self.promises.has_header |=
            self.statements == 0 && (line.starts_with("MySQL dump") || line.starts_with("MariaDB dump"));
        self.promises.has_trailer |= line.starts_with("Dump completed");
        self.push(b' ')
    }

    fn skip_block_comment(&mut self) -> Result<(), Error> {
        let (mut last, mut start) = (0, Vec::new());
        self.next_byte()?;
        while let Some(byte) = self.next_byte()? {
            if (last, byte) == (b'*', b'/') {
                self.promises.notice(&String::from_utf8_lossy(&start));
                return self.push(b' ');
            }
            if start.len() < 100 {
                start.push(byte);
            }
            last = byte;
        }
        Err(Error::CutOff(self.current.clone()))
    }

    /// Takes a whole statement: only the columns of a table are of use.
    fn finish_statement(&mut self) -> Result<(), Error> {
        let head: Vec<u8> = self.buffer.iter().copied().take(40).collect::<Vec<u8>>().to_ascii_uppercase();
        let head = String::from_utf8_lossy(&head).split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        if head == "CREATE TABLE" {
            let text = decode(&self.buffer).text;
            if let Some((name, columns)) = read_columns(&tokenize(&text, "")?) {
                let columns: Arc<[String]> = columns.into();
                self.sink.see(&Table { name: name.clone(), columns: Arc::clone(&columns) });
                self.columns.insert(name, columns);
            }
        }
        Ok(())
    }

    /// Reads the rows that follow the head of a statement that inserts them.
    fn read_rows(&mut self) -> Result<(), Error> {
        let head = decode(&self.buffer).text;
        let (name, named) = read_insert(&tokenize(&head, "")?).ok_or(Error::NoDump("a table without a name"))?;
        self.current.clone_from(&name);
        let columns = if named.is_empty() { self.columns.get(&name).cloned() } else { Some(named.into()) };
        let table = Table { columns: columns.clone().unwrap_or_default(), name };
        // a table whose columns are unknown is an error only where it would be wanted by its name
        let is_wanted = self.sink.wants(&table);
        if is_wanted && columns.is_none() {
            return Err(Error::NoColumns(table.name));
        }
        loop {
            let Some(byte) = self.next_byte()? else { return Err(Error::CutOff(table.name)) };
            match byte {
                b';' => return Ok(()),
                b'(' => {
                    self.read_row(is_wanted)?;
                    if is_wanted {
                        self.take_row(&table)?;
                    }
                }
                _ => {}
            }
        }
    }

    /// Reads a row to its last bracket; its first was read.
    fn read_row(&mut self, is_kept: bool) -> Result<(), Error> {
        self.buffer.clear();
        let mut depth = 1usize;
        loop {
            let Some(byte) = self.next_byte()? else { return Err(Error::CutOff(self.current.clone())) };
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
            if is_kept {
                self.push(byte)?;
            }
            if matches!(byte, b'\'' | b'"') {
                self.read_quoted(byte, is_kept)?;
            }
        }
    }

    fn take_row(&mut self, table: &Table) -> Result<(), Error> {
        let Decoded { text, is_latin1 } = decode(&self.buffer);
        let bad = |problem: String| Error::BadRow { table: table.name.clone(), problem };
        let mut values = read_values(tokenize(&text, &table.name)?).map_err(bad)?;
        if values.len() != table.columns.len() {
            return Err(bad(format!("it has {} values for {} columns", values.len(), table.columns.len())));
        }
        if is_latin1 {
            // what is no UTF-8 is one value of the row mostly
            let mut has_broken = false;
            for value in values.iter_mut().flatten() {
                let is_broken;
                (*value, is_broken) = restore_utf8(std::mem::take(value));
                has_broken |= is_broken;
            }
            *(if has_broken { &mut self.repairs.broken_rows } else { &mut self.repairs.latin1_rows }) += 1;
        }
        for value in values.iter_mut().flatten() {
            if let Some(repaired) = super::encoding::repair_double_encoding(value) {
                self.repairs.encoded_twice += 1;
                *value = repaired;
            }
        }
        self.sink.take(table, values).map_err(Error::Io)
    }
}

fn name_error(error: io::Error, table: &str) -> Error {
    if error.kind() == io::ErrorKind::UnexpectedEof { Error::CutOff(table.to_owned()) } else { Error::Io(error) }
}

/// Whether the beginning of a statement is that of one that inserts rows, up to the word before them.
fn is_insert_head(buffer: &[u8]) -> bool {
    const WORD: &[u8] = b"VALUES";
    let Some(start) = buffer.len().checked_sub(WORD.len()) else { return false };
    let begins = |word: &[u8]| {
        let head = buffer.trim_ascii_start();
        head.len() >= word.len() && head[..word.len()].eq_ignore_ascii_case(word)
    };
    buffer[start..].eq_ignore_ascii_case(WORD)
        && start > 0
        && !buffer[start - 1].is_ascii_alphanumeric()
        && !matches!(buffer[start - 1], b'_' | b'`')
        && (begins(b"INSERT") || begins(b"REPLACE"))
}

/// Splits SQL into its tokens, without spaces.
fn tokenize(text: &str, table: &str) -> Result<Vec<Token>, Error> {
    let tokens = Tokenizer::new(&MySqlDialect {}, text).tokenize();
    let tokens = tokens.map_err(|error| Error::BadRow { table: table.to_owned(), problem: error.to_string() })?;
    Ok(tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect())
}

/// Reads the name of a table and the names of its columns from the statement that creates it.
fn read_columns(tokens: &[Token]) -> Option<(String, Vec<String>)> {
    const NO_COLUMNS: [&str; 9] =
        ["PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "INDEX", "FULLTEXT", "FOREIGN", "SPATIAL", "CHECK"];
    let open = tokens.iter().position(|token| *token == Token::LParen)?;
    let Token::Word(name) = tokens.get(open.checked_sub(1)?)? else { return None };
    let (mut depth, mut is_first, mut columns) = (0, true, Vec::new());
    for token in &tokens[open..] {
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            Token::Comma if depth == 1 => {
                is_first = true;
                continue;
            }
            Token::Word(word) if depth == 1 && is_first => {
                let is_column = word.quote_style.is_some() || !NO_COLUMNS.contains(&word.value.to_uppercase().as_str());
                columns.extend(is_column.then(|| word.value.clone()));
            }
            _ => {}
        }
        is_first = depth == 1 && *token == Token::LParen;
        if depth == 0 {
            break;
        }
    }
    Some((name.value.clone(), columns))
}

/// Reads the name of a table, and the columns that are named, from the head of a statement that inserts rows.
fn read_insert(tokens: &[Token]) -> Option<(String, Vec<String>)> {
    let open = tokens.iter().position(|token| *token == Token::LParen).unwrap_or(tokens.len() - 1);
    let Token::Word(name) = tokens.get(open.checked_sub(1)?)? else { return None };
    let columns = tokens[open..].iter().take_while(|token| **token != Token::RParen).filter_map(|token| match token {
        Token::Word(word) if word.quote_style.is_some() || !word.value.eq_ignore_ascii_case("VALUES") => {
            Some(word.value.clone())
        }
        _ => None,
    });
    Some((name.value.clone(), columns.collect()))
}

/// Reads the values between the brackets of a row.
fn read_values(tokens: Vec<Token>) -> Result<Values, String> {
    let mut values: Values = Vec::new();
    let (mut value, mut sign) = (None, "");
    for token in tokens {
        match token {
            Token::Comma => {
                values.push(value.take());
                sign = "";
            }
            Token::Minus => sign = "-",
            Token::Plus => {}
            Token::Number(number, _) => value = Some(format!("{sign}{number}")),
            // Postgres stores no sign of this kind, and no text of people has one
            Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => value = Some(text.replace('\0', "")),
            Token::HexStringLiteral(digits) => value = Some(read_hex(&digits)),
            // `_binary` and its like say how the text that follows is encoded
            Token::Word(word) if word.value.starts_with('_') || word.value.eq_ignore_ascii_case("NULL") => {}
            other => return Err(format!("“{other}” is no value")),
        }
    }
    values.push(value);
    Ok(values)
}

fn read_hex(digits: &str) -> String {
    hex::decode(digits).map(|bytes| decode(&bytes).text.replace('\0', "")).unwrap_or_default()
}

#[cfg(test)]
mod tests;
