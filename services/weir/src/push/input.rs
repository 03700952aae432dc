//! A file to be pushed: what tells it apart, how many lines it has, and the lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::Context;
use sha2::{Digest, Sha256};

use super::kind::Kind;
use super::sender::Line;
use super::table::{self, Table, Told};

/// Stands before the first line of some files.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A file that was looked through.
pub(super) struct Input<'a> {
    path: &'a Path,
    /// What tells its content apart; a pipe's can't be read twice.
    pub(super) digest: Option<[u8; 32]>,
    /// How many lines, or rows, it has, where that is known.
    pub(super) count: u64,
    /// The table, if it is one.
    pub(super) table: Option<Table>,
}

impl<'a> Input<'a> {
    /// Looks a file through; reads it, if it is a table.
    ///
    /// # Errors
    /// When it can't be read, or is no table although it is called one.
    pub(super) fn open(path: &'a Path, args: &table::Args) -> anyhow::Result<Self> {
        if !path.metadata()?.is_file() {
            return Ok(Self { path, digest: None, count: 0, table: None });
        }
        let mut file = BufReader::new(File::open(path)?);
        let kind = Kind::of(path, file.fill_buf()?)?;
        if let Kind::Table(kind) = kind {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let table = Table::read(&bytes, kind, args)?;
            let count = (table.events.len() + table.refused.len()) as u64;
            return Ok(Self { path, digest: Some(Sha256::digest(&bytes).into()), count, table: Some(table) });
        }
        let (mut hash, mut count, mut ended) = (Sha256::new(), 0, true);
        loop {
            let piece = file.fill_buf()?;
            let Some(last) = piece.last() else { break };
            ended = *last == b'\n';
            count += piece.iter().filter(|byte| **byte == b'\n').count() as u64;
            hash.update(piece);
            let length = piece.len();
            file.consume(length);
        }
        let count = if ended { count } else { count + 1 };
        Ok(Self { path, digest: Some(hash.finalize().into()), count, table: None })
    }

    /// What a line of it is called.
    pub(super) const fn what(&self) -> &'static str {
        if self.table.is_some() { "row" } else { "line" }
    }

    /// What was found wrong with its lines before any was sent.
    pub(super) fn refused(&self) -> BTreeMap<u64, Vec<Told>> {
        self.table.as_ref().map(|table| table.refused.clone()).unwrap_or_default()
    }

    /// Its lines to be sent, in order.
    ///
    /// # Errors
    /// When it can't be opened again.
    pub(super) fn lines(&self) -> anyhow::Result<Box<dyn Iterator<Item = anyhow::Result<Line>> + '_>> {
        if let Some(table) = &self.table {
            return Ok(Box::new(table.events.iter().cloned().map(Ok)));
        }
        let lines = (1..).zip(BufReader::new(File::open(self.path)?).split(b'\n'));
        Ok(Box::new(lines.map(|(number, text)| {
            let mut text = text.with_context(|| format!("line {number}"))?;
            // The service counts no line that is a byte-order mark alone.
            if number == 1 && text.starts_with(BYTE_ORDER_MARK) {
                text.drain(..BYTE_ORDER_MARK.len());
            }
            Ok(Line { number, text })
        })))
    }

    /// Some of its lines, as they stand.
    ///
    /// # Errors
    /// When it can't be read again.
    pub(super) fn some(&self, numbers: &BTreeSet<u64>) -> anyhow::Result<Vec<Line>> {
        self.lines()?
            .filter(|line| line.as_ref().map_or(true, |line| numbers.contains(&line.number)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feed.ndjson");
        std::fs::write(&path, "\u{feff}\n{}\n").unwrap();
        let input = Input { path: &path, digest: None, count: 0, table: None };
        let lines: Vec<_> = input.lines().unwrap().map(Result::unwrap).collect();
        let texts: Vec<_> = lines.iter().map(|line| (line.number, line.text.as_slice())).collect();
        assert_eq!(texts, [(1, &b""[..]), (2, b"{}")]);
    }
}
