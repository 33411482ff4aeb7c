//! Every record out of the tables and into them.

mod read;
mod site;
mod write;

pub use read::read_records;
pub use site::{read_site, write_site};
pub use write::{finish_records, is_empty, write_records};

#[cfg(test)]
mod tests;
