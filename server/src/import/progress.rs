//! How far an import is, on the administrator's terminal: how many of how many, how fast, how much longer.

use std::io::{IsTerminal, Read, Write};
use std::time::{Duration, Instant};

/// How often the line is written on a terminal, and in a log.
const ON_TERMINAL: Duration = Duration::from_millis(200);
const IN_LOG: Duration = Duration::from_secs(10);

/// A line that says how far something is.
pub struct Progress {
    label: &'static str,
    total: u64,
    done: u64,
    began: Instant,
    shown: Option<Instant>,
    is_terminal: bool,
}

impl Progress {
    pub fn new(label: &'static str, total: u64) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { label, total, done: 0, began: Instant::now(), shown: None, is_terminal }
    }

    /// Says that so many more are done.
    pub fn advance(&mut self, count: u64) {
        self.done += count;
        let interval = if self.is_terminal { ON_TERMINAL } else { IN_LOG };
        if self.shown.unwrap_or(self.began).elapsed() >= interval {
            self.shown = Some(Instant::now());
            let line = describe(self.label, self.done, self.total, self.began.elapsed());
            let end = if self.is_terminal { "\x1b[K\r" } else { "\n" };
            // a terminal that is gone is no reason to stop
            let _ = write!(std::io::stderr(), "{line}{end}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.is_some() && self.is_terminal {
            let _ = writeln!(std::io::stderr());
        }
    }
}

/// `articles: 1200 of 20000, 350 a second, 54 s left`
fn describe(label: &str, done: u64, total: u64, elapsed: Duration) -> String {
    let rate = done as f64 / elapsed.as_secs_f64().max(0.001);
    let left = total.saturating_sub(done) as f64 / rate.max(0.001);
    format!("{label}: {done} of {total}, {rate:.0} a second, {left:.0} s left")
}

/// Counts the megabytes that are read.
pub struct CountingReader<R> {
    inner: R,
    progress: Progress,
    bytes: u64,
}

impl<R> CountingReader<R> {
    pub fn new(inner: R, progress: Progress) -> Self {
        Self { inner, progress, bytes: 0 }
    }
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let before = self.bytes >> 20;
        self.bytes += read as u64;
        self.progress.advance((self.bytes >> 20) - before);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_rate_and_the_time_that_is_left() {
        let line = describe("articles", 1000, 21_000, Duration::from_secs(10));
        assert_eq!(line, "articles: 1000 of 21000, 100 a second, 200 s left");
        assert_eq!(describe("files", 0, 5, Duration::ZERO), "files: 0 of 5, 0 a second, 5000 s left");
    }
}
