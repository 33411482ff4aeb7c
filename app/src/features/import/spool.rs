//! The rows of a dump that are of use, in a temporary file, with their places in memory: the tables of a dump come in
//! the order of their names, and what belongs together is read together.

use super::dump::{RowSink, Table, Values};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// A row, with the names of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    columns: Arc<[String]>,
    values: Values,
}

impl Row {
    /// The text in a column; empty where there is none, and where it is null.
    pub fn text(&self, column: &str) -> &str {
        let at = self.columns.iter().position(|name| name == column);
        at.and_then(|at| self.values.get(at)?.as_deref()).unwrap_or_default()
    }

    /// The number in a column; 0 where there is none.
    pub fn number(&self, column: &str) -> i64 {
        let text = self.text(column);
        text.parse().unwrap_or_else(|_| text.parse::<f64>().map_or(0, |number| number as i64))
    }

    /// All of it in one text, to compare what it was with what it is.
    pub fn fingerprint(&self, without: &[&str]) -> String {
        let cells = self.columns.iter().zip(&self.values).filter(|(column, _)| !without.contains(&column.as_str()));
        cells.map(|(column, value)| format!("{column}={}\0", value.as_deref().unwrap_or("\0"))).collect()
    }
}

/// Where a row lies in the file.
#[derive(Debug, Clone, Copy)]
struct Place {
    key: i64,
    offset: u64,
    length: u64,
}

/// The rows of a table.
#[derive(Debug)]
struct Rows {
    columns: Arc<[String]>,
    /// The column by which rows are found.
    key: usize,
    places: Vec<Place>,
}

/// Which tables are of use, by their names and columns: the name of the column by which their rows are found.
pub type Choose = fn(&str, &[String]) -> Option<&'static str>;

/// The rows of a dump that are of use.
pub struct Spool {
    file: BufWriter<File>,
    length: u64,
    choose: Choose,
    tables: BTreeMap<String, Rows>,
    /// The rows of tables that are of no use, by table.
    skipped: Vec<String>,
}

impl Spool {
    /// Begins with a file that has no name, so that nothing of it stays however the program ends.
    pub fn new(folder: &std::path::Path, choose: Choose) -> io::Result<Self> {
        let file = BufWriter::with_capacity(1 << 20, tempfile::tempfile_in(folder)?);
        Ok(Self { file, length: 0, choose, tables: BTreeMap::new(), skipped: Vec::new() })
    }

    /// Makes a place for the rows of a table, where they are of use.
    fn begin_table(&mut self, table: &Table) -> bool {
        let Some(key) = (self.choose)(&table.name, &table.columns) else { return false };
        if !self.tables.contains_key(&table.name) {
            let at = table.columns.iter().position(|name| name == key).unwrap_or(0);
            let rows = Rows { columns: Arc::clone(&table.columns), key: at, places: Vec::new() };
            self.tables.insert(table.name.clone(), rows);
        }
        true
    }

    /// Makes the rows readable.
    pub fn finish(&mut self) -> io::Result<()> {
        self.file.flush()?;
        for rows in self.tables.values_mut() {
            // of two rows with one key the later is the newer
            rows.places.sort_by_key(|place| (place.key, place.offset));
        }
        Ok(())
    }

    /// The names of the tables that are of use, with rows or without.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// The names of the tables with rows that are of no use.
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> usize {
        self.tables.get(table).map_or(0, |rows| rows.places.len())
    }

    /// Whether a table is there, with this column.
    pub fn has_column(&self, table: &str, column: &str) -> bool {
        self.tables.get(table).is_some_and(|rows| rows.columns.iter().any(|name| name == column))
    }

    /// The keys of a table's rows, in order.
    pub fn keys(&self, table: &str) -> Vec<i64> {
        self.tables.get(table).map(|rows| rows.places.iter().map(|place| place.key).collect()).unwrap_or_default()
    }

    fn read(&self, rows: &Rows, place: Place) -> io::Result<Row> {
        let mut bytes = vec![0; usize::try_from(place.length).map_err(io::Error::other)?];
        self.file.get_ref().read_exact_at(&mut bytes, place.offset)?;
        let values = postcard::from_bytes(&bytes).map_err(io::Error::other)?;
        Ok(Row { columns: Arc::clone(&rows.columns), values })
    }

    /// Reads the rows with a key, in the order of the dump.
    pub fn find(&self, table: &str, key: i64) -> io::Result<Vec<Row>> {
        let Some(rows) = self.tables.get(table) else { return Ok(Vec::new()) };
        let start = rows.places.partition_point(|place| place.key < key);
        let places = rows.places[start..].iter().take_while(|place| place.key == key);
        places.map(|place| self.read(rows, *place)).collect()
    }

    /// Reads the newest row with a key.
    pub fn find_one(&self, table: &str, key: i64) -> io::Result<Option<Row>> {
        Ok(self.find(table, key)?.pop())
    }

    /// Reads all rows of a table, one after another.
    pub fn rows<'a>(&'a self, table: &str) -> impl Iterator<Item = io::Result<Row>> + use<'a> {
        let rows = self.tables.get(table);
        rows.into_iter().flat_map(move |rows| rows.places.iter().map(move |place| self.read(rows, *place)))
    }
}

impl RowSink for Spool {
    fn see(&mut self, table: &Table) {
        self.begin_table(table);
    }

    fn wants(&mut self, table: &Table) -> bool {
        let is_wanted = self.begin_table(table);
        if !is_wanted && !self.skipped.contains(&table.name) {
            self.skipped.push(table.name.clone());
        }
        is_wanted
    }

    fn take(&mut self, table: &Table, mut values: Values) -> io::Result<()> {
        let Some(rows) = self.tables.get_mut(&table.name) else { return Ok(()) };
        if rows.columns != table.columns {
            // a later statement may name its columns in another order
            let mut cells: BTreeMap<&String, Option<String>> = table.columns.iter().zip(values).collect();
            values = rows.columns.iter().map(|column| cells.remove(column).flatten()).collect();
        }
        let key = values.get(rows.key).and_then(|value| value.as_deref()?.parse().ok()).unwrap_or(0);
        let bytes = postcard::to_allocvec(&values).map_err(io::Error::other)?;
        self.file.write_all(&bytes)?;
        rows.places.push(Place { key, offset: self.length, length: bytes.len() as u64 });
        self.length += bytes.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::dump::read_dump;
    use super::*;

    fn choose(table: &str, _columns: &[String]) -> Option<&'static str> {
        (table == "t").then_some("id")
    }

    #[test]
    fn rows_are_found_by_their_keys_whatever_the_order() {
        let dump = "INSERT INTO t (id, name) VALUES (3,'ba'),(1,'một');INSERT INTO x (id) VALUES (1);\
                    INSERT INTO t (name, id) VALUES ('hai',2),('một nữa',1),(NULL,4);";
        let mut spool = Spool::new(&std::env::temp_dir(), choose).expect("opens");
        read_dump(dump.as_bytes(), &mut spool).expect("reads");
        spool.finish().expect("writes");
        assert_eq!((spool.tables().collect::<Vec<_>>(), spool.skipped()), (vec!["t"], &["x".to_owned()][..]));
        assert_eq!((spool.count("t"), spool.count("x"), spool.keys("t")), (5, 0, vec![1, 1, 2, 3, 4]));
        let names: Vec<String> = spool.rows("t").map(|row| row.expect("reads").text("name").to_owned()).collect();
        assert_eq!(names, ["một", "một nữa", "hai", "ba", ""]);
        let newest = spool.find_one("t", 1).expect("reads").expect("is there");
        assert_eq!((newest.text("name"), newest.number("id"), newest.number("none")), ("một nữa", 1, 0));
        assert_eq!(spool.find("t", 1).expect("reads").len(), 2);
        assert_eq!(spool.find_one("t", 9).expect("reads"), None);
        assert_ne!(newest.fingerprint(&[]), newest.fingerprint(&["name"]));
        assert!(spool.has_column("t", "name") && !spool.has_column("x", "id"));
    }
}
