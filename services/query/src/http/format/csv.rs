//! Comma-separated values, as RFC 4180 has them.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};

use super::WriteError;
use super::table::{Table, Values};

/// By which Excel knows that a text is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The table in UTF-8, lines ended by CR LF; a null is empty.
pub(super) fn write(table: &Table<'_>) -> Result<Vec<u8>, WriteError> {
    lines(table, Vec::new(), |text| text)
}

/// The same for Excel: with a byte-order mark, and no text that it would take for a formula.
pub(super) fn write_for_excel(table: &Table<'_>) -> Result<Vec<u8>, WriteError> {
    lines(table, BYTE_ORDER_MARK.into(), as_text)
}

fn lines(
    table: &Table<'_>,
    before: Vec<u8>,
    word: impl for<'a> Fn(Cow<'a, str>) -> Cow<'a, str>,
) -> Result<Vec<u8>, WriteError> {
    let mut lines = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(before);
    lines.write_record(table.columns.iter().map(|column| column.name))?;
    for row in 0..table.rows {
        for column in &table.columns {
            let text = column.values.text(row).unwrap_or_default();
            let text = if matches!(column.values, Values::Text(_)) { word(text) } else { text };
            lines.write_field(text.as_bytes())?;
        }
        lines.write_record(None::<&[u8]>)?;
    }
    // What remains is written to memory, which takes it.
    lines.into_inner().map_err(|error| csv::Error::from(error.into_error()).into())
}

/// What strangers wrote is never run: a text that begins like a formula gets the apostrophe by which Excel's users
/// themselves say that it is none. So does one that begins with an apostrophe, so that it can be told; one sign
/// alone is no formula.
fn as_text(text: Cow<'_, str>) -> Cow<'_, str> {
    let formula = text.len() > 1 && text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'']);
    if formula { format!("'{text}").into() } else { text }
}
