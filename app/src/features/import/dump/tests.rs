use super::*;

type Cell = (String, Option<String>);

#[derive(Default)]
struct Rows {
    skipped: Vec<&'static str>,
    /// The table of each row, with its columns and their values.
    taken: Vec<(String, Vec<Cell>)>,
}

impl RowSink for Rows {
    fn wants(&mut self, table: &Table) -> bool {
        !self.skipped.contains(&table.name.as_str())
    }

    fn take(&mut self, table: &Table, values: Values) -> io::Result<()> {
        self.taken.push((table.name.clone(), table.columns.iter().cloned().zip(values).collect()));
        Ok(())
    }
}

fn read(dump: impl AsRef<[u8]>) -> Result<(Rows, Repairs), Error> {
    let mut rows = Rows { skipped: vec!["other"], ..Rows::default() };
    // a small buffer, so that everything is cut somewhere
    let repairs = read_dump(io::BufReader::with_capacity(7, dump.as_ref()), &mut rows)?;
    Ok((rows, repairs))
}

fn values(rows: &Rows, at: usize) -> Vec<Option<&str>> {
    rows.taken[at].1.iter().map(|(_, value)| value.as_deref()).collect()
}

const CREATE: &str = "CREATE TABLE `t` (\n  `id` int(11) unsigned NOT NULL DEFAULT 0,\n  `key` varchar(9) DEFAULT \
                      'a),(`b',\n  `text` text,\n  PRIMARY KEY (`id`,`key`),\n  KEY `k` (`key`)\n) ENGINE=MyISAM;\n";

#[test]
fn rows_come_with_their_columns_as_they_were_stored() {
    let dump = format!(
        "-- MariaDB dump 10.19\n/*!40101 SET NAMES utf8mb4 */;\n{CREATE}LOCK TABLES `t` WRITE;\n\
         /*!40000 ALTER TABLE `t` DISABLE KEYS */;\nINSERT INTO `t` VALUES\n\
         (1,'a','Đường \\'hẻm\\' \\\"12\\\"\\r\\n; -- (x)'),\
         (-2,'it''s',NULL),(3,_binary 'x',0x4869),(4.5,'','\\\\');\nUNLOCK TABLES;\n-- Dump completed on 2026\n"
    );
    let (rows, repairs) = read(&dump).expect("reads");
    assert_eq!(repairs, Repairs::default());
    let columns: Vec<&str> = rows.taken[0].1.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((rows.taken[0].0.as_str(), columns), ("t", vec!["id", "key", "text"]));
    assert_eq!(values(&rows, 0), [Some("1"), Some("a"), Some("Đường 'hẻm' \"12\"\r\n; -- (x)")]);
    assert_eq!(values(&rows, 1), [Some("-2"), Some("it's"), None]);
    assert_eq!(values(&rows, 2), [Some("3"), Some("x"), Some("Hi")]);
    assert_eq!(values(&rows, 3), [Some("4.5"), Some(""), Some("\\")]);
}

#[test]
fn columns_may_be_named_by_the_rows_and_other_tables_are_skipped() {
    let dump = "# a comment; with a 'quote\nINSERT INTO other VALUES (1,'a;b)'),(2,'c\\'d');\n\
                insert ignore into `t` (`id`, `values`) values (1, 'một');\nREPLACE INTO t (id) VALUES (2);";
    let (rows, _) = read(dump).expect("reads");
    let taken: Vec<_> = rows.taken.iter().map(|(table, values)| (table.as_str(), values.clone())).collect();
    let value = |name: &str, value: &str| (name.to_owned(), Some(value.to_owned()));
    assert_eq!(taken, [("t", vec![value("id", "1"), value("values", "một")]), ("t", vec![value("id", "2")])]);
}

#[test]
fn what_is_no_utf8_is_read_as_what_it_is() {
    // “Café” in latin1, and “Phường” whose UTF-8 was taken for latin1 and encoded once more
    let twice: String = "Phường".bytes().map(|byte| encoding_rs::WINDOWS_1252.decode(&[byte]).0.into_owned()).collect();
    let mut dump = b"INSERT INTO t (a) VALUES ('Caf\xe9'),('".to_vec();
    dump.extend(twice.bytes());
    dump.extend(b"'),('H\xc3\xa0 N\xe1\xbb\x99i'),('");
    // one broken byte in a text that is UTF-8
    dump.extend("Đường hẻm".as_bytes());
    dump.extend(b" \xe1(');");
    let (rows, repairs) = read(&dump).expect("reads");
    assert_eq!(repairs, Repairs { latin1_rows: 1, broken_rows: 1, encoded_twice: 1 });
    let all: Vec<_> = (0..4).map(|at| values(&rows, at)[0].unwrap_or_default().to_owned()).collect();
    assert_eq!(all, ["Café", "Phường", "Hà Nội", "Đường hẻm \u{FFFD}("]);
}

#[test]
fn a_dump_that_is_cut_off_is_known_wherever_it_is_cut() {
    let whole =
        format!("-- MySQL dump 8.0\n{CREATE}INSERT INTO `t` VALUES (1,'a','b'),(2,'c','d');\n-- Dump completed");
    assert!(read(&whole).is_ok());
    for end in 18..whole.len() - 13 {
        assert!(matches!(read(&whole[..end]), Err(Error::CutOff(_))), "{}", &whole[..end]);
    }
    // phpMyAdmin gives the settings of the connection back, which the beginning keeps
    let head = "/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n";
    let tail = "/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;";
    let whole = format!("-- phpMyAdmin SQL Dump\n{head}{CREATE}INSERT INTO `t` (`id`) VALUES (1), (2);\n{tail}\n");
    assert!(read(&whole).is_ok());
    for end in 90..whole.len() - 3 {
        assert!(matches!(read(&whole[..end]), Err(Error::CutOff(_))), "{}", &whole[..end]);
    }
    // others promise nothing, so only the middle of a statement shows it
    let plain = "INSERT INTO `t` (a) VALUES ('b'),('c');";
    assert!(read(plain).is_ok());
    for end in 12..plain.len() {
        assert!(matches!(read(&plain[..end]), Err(Error::CutOff(_))), "{}", &plain[..end]);
    }
}

#[test]
fn what_the_old_system_saves_by_itself_is_read() {
    // it counts rows before it writes them: where some went meanwhile, the last one has a comma behind it
    let table = "\n\n-- ------\n\n--\n-- Table structure for table `t`\n--\n\nDROP TABLE IF EXISTS `t`;\n";
    let dump = format!(
        "-- NUKEVIET 4.0\n-- Module: Database\nSET SQL_MODE=\"NO_AUTO_VALUE_ON_ZERO\";\n{table}{CREATE}\n--\n\
         -- Dumping data for table `t`\n--\n\n\
         INSERT INTO `t` VALUES\n(1, 'a', 'một \\'hai\\''), \n(2, 'b', NULL), {table}{CREATE}\n\
         INSERT INTO `t` VALUES\n(3, 'c', 'ba');"
    );
    let (rows, _) = read(&dump).expect("reads");
    assert_eq!(rows.taken.len(), 3);
    assert_eq!(values(&rows, 0), [Some("1"), Some("a"), Some("một 'hai'")]);
    assert_eq!(values(&rows, 2), [Some("3"), Some("c"), Some("ba")]);
}

#[test]
fn what_is_no_dump_is_told() {
    assert!(matches!(read(""), Err(Error::NoDump(_))));
    assert!(matches!(read("-- nothing\n\n"), Err(Error::NoDump(_))));
    assert!(matches!(read("<html><body>404</body></html>"), Err(Error::CutOff(_))));
    assert!(matches!(read("INSERT INTO t VALUES (1);"), Err(Error::NoColumns(table)) if table == "t"));
    let short = format!("{CREATE}INSERT INTO t VALUES (1,'a');");
    let message = read(&short).map(drop).expect_err("is refused").to_string();
    assert!(message.contains("2 values for 3 columns"), "{message}");
    assert!(matches!(read("INSERT INTO t (a) VALUES (now());"), Err(Error::BadRow { .. })));
}
