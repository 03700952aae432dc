//! Cuts a stream of bytes into lines, in bounded memory.

use axum::body::Bytes;

use crate::intake::Incoming;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The lines of a body that arrives piece by piece. Blank ones are skipped; of one that is too long only the
/// beginning is kept. Where too much comes without a line that is a record ending in it, there is no end to be waited for.
#[derive(Debug)]
pub(crate) struct Lines {
    /// The line being read.
    line: Vec<u8>,
    too_long: bool,
    most: usize,
    /// The bytes since the last record.
    between: usize,
    most_between: usize,
    lines: usize,
    records: usize,
}

impl Lines {
    /// Lines of at most `most` bytes, and at most `most_between` from the end of one record to the end of the next.
    pub(crate) fn new(most: usize, most_between: usize) -> Self {
        Self { line: Vec::new(), too_long: false, most, between: 0, most_between, lines: 0, records: 0 }
    }

    /// Whether so much came without a record that the body is not to be read on; then there are no further lines.
    pub(crate) fn is_endless(&self) -> bool {
        self.between > self.most_between
    }

    /// Takes `piece` up to the end of its first line: that line, if it ends here and is not blank, and the rest.
    pub(crate) fn next(&mut self, piece: &mut Bytes) -> Option<Incoming> {
        while !piece.is_empty() && !self.is_endless() {
            let end = piece.iter().position(|byte| *byte == b'\n');
            let part = piece.split_to(end.map_or(piece.len(), |end| end + 1));
            let text = if end.is_some() { &part[..part.len() - 1] } else { &part[..] };
            self.between = self.between.saturating_add(part.len());
            self.extend(text);
            if end.is_some()
                && let Some(record) = self.end_line()
            {
                return Some(record);
            }
        }
        None
    }

    /// The last line, if the body did not end with a newline; of a body that was not read on, the beginning of the one that has no end.
    pub(crate) fn last(&mut self) -> Option<Incoming> {
        (!self.is_endless() || self.too_long).then(|| self.end_line())?
    }

    fn extend(&mut self, text: &[u8]) {
        let room = self.most.saturating_sub(self.line.len());
        self.line.extend_from_slice(&text[..text.len().min(room)]);
        self.too_long |= text.len() > room;
    }

    fn end_line(&mut self) -> Option<Incoming> {
        let (line, too_long) = (std::mem::take(&mut self.line), std::mem::take(&mut self.too_long));
        self.lines += 1;
        let text = if self.lines == 1 { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line) } else { &line };
        let text = text.trim_ascii();
        if text.is_empty() && !too_long {
            return None;
        }
        let index = self.records;
        self.records += 1;
        self.between = 0;
        let (line, bytes) = (Some(self.lines), Bytes::copy_from_slice(text));
        Some(Incoming { index, line, bytes, too_long, ..Incoming::default() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(pieces: &[&[u8]], most: usize) -> Vec<Incoming> {
        let mut lines = Lines::new(most, 1_000);
        let mut records = Vec::new();
        for piece in pieces {
            let mut piece = Bytes::copy_from_slice(piece);
            while let Some(record) = lines.next(&mut piece) {
                records.push(record);
            }
        }
        records.extend(lines.last());
        records
    }

    fn shown(records: &[Incoming]) -> Vec<(usize, usize, String, bool)> {
        let text = |record: &Incoming| String::from_utf8_lossy(&record.bytes).into_owned();
        records.iter().map(|r| (r.index, r.line.unwrap_or(0), text(r), r.too_long)).collect()
    }

    #[test]
    fn blank_lines_count_as_lines_alone() {
        let records = read(&[b"\xef\xbb\xbfa\r\n\n  \nb", b"c\n", b"d"], 10);
        let expected = [(0, 1, "a"), (1, 4, "bc"), (2, 5, "d")];
        assert_eq!(shown(&records), expected.map(|(index, line, text)| (index, line, text.into(), false)));
    }

    #[test]
    fn a_long_line_is_cut_and_the_next_one_is_whole() {
        let records = read(&[b"123456", b"789\nab\n"], 4);
        assert_eq!(shown(&records), [(0, 1, "1234".into(), true), (1, 2, "ab".into(), false)]);
    }

    #[test]
    fn what_has_no_end_is_not_read_on() {
        let mut lines = Lines::new(4, 10);
        let mut next = |text: &'static str| {
            let record = lines.next(&mut Bytes::from_static(text.as_bytes()));
            (record.map(|record| record.too_long), lines.is_endless())
        };
        assert_eq!(next("\n\n\n\n\na\n"), (Some(false), false), "it counts from the last record");
        assert_eq!(next("123456789"), (None, false));
        assert_eq!(next("0123"), (None, true));
        assert_eq!(next("\nb\n"), (None, true));
        let last = lines.last().unwrap();
        assert_eq!((&last.bytes[..], last.too_long), (&b"1234"[..], true));
        let mut blank = Lines::new(4, 10);
        assert!(blank.next(&mut Bytes::from_static(b"\n \n \n \n \n \n")).is_none() && blank.is_endless());
        assert!(blank.last().is_none());
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(text in "[a-c \n]{0,60}", cuts in prop::collection::vec(0_usize..60, 0..6)) {
            let whole = shown(&read(&[text.as_bytes()], 8));
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(text.len())).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &text.as_bytes()[cut[0]..cut[1]]).collect();
            prop_assert_eq!(shown(&read(&pieces, 8)), whole);
        }
    }
}
