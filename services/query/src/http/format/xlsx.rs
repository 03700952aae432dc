//! An Office Open XML workbook: a sheet with the table, and one that says what it is.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::WriteError;
use super::table::{Table, Values};

/// The significant decimal digits that a spreadsheet's number keeps.
const DIGITS_MOST: usize = 15;
/// The most characters in one of its fields.
const TEXT_MOST: usize = 32_767;
/// Wide enough for a name or a figure.
const WIDTH: f64 = 16.0;

const MADE_UP: [&str; 2] = ["合成数据，不反映任何真实单位", "Synthetic data: no real unit is behind it"];

/// The table as a workbook. Identifiers are text; so are figures of more than 15 digits, of which a number would lose some.
pub(super) fn write(table: &Table<'_>) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    // If it said when it was made, the same figures would be another answer each time.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(&*table.title.zh).set_creation_datetime(&made));
    let heading = Format::new().set_bold();
    fill(workbook.add_worksheet(), table, &heading)?;
    describe(workbook.add_worksheet(), table, &heading)?;
    Ok(workbook.save_to_buffer()?)
}

fn fill(sheet: &mut Worksheet, table: &Table<'_>, heading: &Format) -> Result<(), XlsxError> {
    sheet.set_name("data")?.set_freeze_panes(1, 0)?;
    for (at, column) in (0_u16..).zip(&table.columns) {
        sheet.set_column_width(at, WIDTH)?.write_string_with_format(0, at, column.name, heading)?;
        for row in 0..table.rows {
            let Some(text) = column.values.text(row) else { continue };
            let line = u32::try_from(row + 1).map_err(|_| XlsxError::RowColumnLimitError)?;
            match &column.values {
                Values::Flag(_) => sheet.write_boolean(line, at, text == "true")?,
                Values::Decimal(_) | Values::Whole(_) => match number(&text) {
                    Some(number) => sheet.write_number(line, at, number)?,
                    None => sheet.write_string(line, at, text)?,
                },
                Values::Text(_) => sheet.write_string(line, at, cut(&text))?,
            };
        }
    }
    Ok(())
}

/// A decimal as the floating-point number that a workbook holds, if that has all its digits.
fn number(text: &str) -> Option<f64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let whole = digits.trim_start_matches('0');
    let significant = if text.contains('.') { whole.trim_end_matches('0') } else { whole };
    (significant.len() <= DIGITS_MOST).then(|| text.parse().ok()).flatten()
}

/// What fits into a field. Only what strangers wrote is as long, and elsewhere it is whole.
fn cut(text: &str) -> &str {
    text.char_indices().nth(TEXT_MOST).map_or(text, |(at, _)| &text[..at])
}

fn describe(sheet: &mut Worksheet, table: &Table<'_>, heading: &Format) -> Result<(), XlsxError> {
    sheet.set_name("about")?.set_column_width(0, WIDTH)?;
    sheet.write_string_with_format(0, 0, &*table.id, heading)?;
    sheet.write_string(1, 0, &*table.title.zh)?.write_string(2, 0, &*table.title.en)?;
    if table.synthetic {
        for (row, text) in (3..).zip(MADE_UP) {
            sheet.write_string_with_format(row, 0, text, heading)?;
        }
    }
    Ok(())
}
