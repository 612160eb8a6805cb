//! How many records fit on a page: Lambda refuses a response of more than 6 MB, with the escapes that
//! the body gets in the JSON around it.

use crate::Error;
use serde::Serialize;
use std::io;

/// What the records of a page may have together; the rest is for the headers, and what is around the
/// records.
const MAX_BYTES: usize = 5 << 20;

/// How many of `records`, from the first on, are on a page: all of them, or as many as a response has
/// room for, but at least one. None of them is larger than `largest`, escaped.
pub(super) fn fitting<T: Serialize>(
    records: impl ExactSizeIterator<Item = T>,
    largest: usize,
) -> Result<usize, Error> {
    let all = records.len();
    if all.saturating_mul(largest) <= MAX_BYTES {
        return Ok(all);
    }
    let mut size = Escaped(0);
    for (index, record) in records.enumerate() {
        serde_json::to_writer(&mut size, &record).map_err(Error::internal)?;
        // The comma.
        size.0 += 1;
        if size.0 > MAX_BYTES {
            return Ok(index.max(1));
        }
    }
    Ok(all)
}

/// Counts what JSON takes as a string of other JSON, which escapes its own control characters.
struct Escaped(usize);

impl io::Write for Escaped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let escaped = bytes.iter().filter(|byte| matches!(byte, b'"' | b'\\'));
        self.0 += bytes.len() + escaped.count();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_lambda_is_sent() {
        let record = "a \"quote\", a \\, a line\nbreak, \u{1}, é";
        let mut size = Escaped(0);
        serde_json::to_writer(&mut size, record).unwrap();
        let body = serde_json::to_string(record).unwrap();
        let wrapped = serde_json::to_string(&body).unwrap();
        assert_eq!(size.0 + 2, wrapped.len());
    }

    #[test]
    fn a_page_has_as_many_records_as_fit_and_at_least_one() {
        let half = "x".repeat(MAX_BYTES / 2 - 16);
        let fitting = |count: usize| fitting(vec![&half; count].into_iter(), MAX_BYTES);
        assert_eq!(fitting(0).unwrap(), 0);
        assert_eq!(fitting(1).unwrap(), 1);
        assert_eq!(fitting(2).unwrap(), 2);
        assert_eq!(fitting(3).unwrap(), 2);
        let giant = "x".repeat(MAX_BYTES);
        assert_eq!(
            super::fitting([&giant, &giant].into_iter(), MAX_BYTES).unwrap(),
            1
        );
    }
}
