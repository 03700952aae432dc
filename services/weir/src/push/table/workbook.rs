//! XLSX: the cells of one sheet, read one after the other, so that a stray cell far below costs nothing.

use std::io::Cursor;

use anyhow::{Context, ensure};
use calamine::{DataRef, Reader, SheetType, Xlsx};

use super::args::Args;
use super::cell::{Cell, Number, Serial};
use super::columns;
use super::grid::{Grid, Merge};

/// Reads a sheet of a workbook.
///
/// # Errors
/// When it is no workbook, has no such sheet, or has several tables and nobody says which is meant.
pub(super) fn read(bytes: &[u8], args: &Args) -> anyhow::Result<Grid> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).context("it is no XLSX workbook")?;
    let sheets = workbook.sheets_metadata().iter();
    let sheets = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| sheet.name.clone());
    let sheets: Vec<String> = sheets.collect();
    if let Some(name) = &args.sheet {
        ensure!(sheets.contains(name), "the workbook has no sheet {name:?}; it has {}", sheets.join(", "));
        return sheet(&mut workbook, name, u32::MAX);
    }
    let (first, others) = sheets.split_first().context("the workbook has no sheet")?;
    let most = u32::try_from(args.heading_rows).unwrap_or(u32::MAX);
    let mut tables = vec![first.as_str()];
    for other in others {
        if columns::made_out(&sheet(&mut workbook, other, most)?, args) > columns::FEWEST {
            tables.push(other);
        }
    }
    ensure!(
        tables.len() == 1,
        "several of its sheets hold tables: {}; push each by itself with --sheet NAME",
        tables.join(", ")
    );
    sheet(&mut workbook, first, u32::MAX)
}

/// The first rows of a sheet.
fn sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, most: u32) -> anyhow::Result<Grid> {
    let is_1904 = workbook.has_1904_epoch();
    let mut grid = Grid { sheet: Some(name.to_owned()), is_1904, ..Grid::default() };
    for merged in workbook.merge_cells_by_sheet_name(name)? {
        let rows = (merged.start.0 + 1, merged.end.0 + 1);
        grid.merges.push(Merge { rows, columns: (merged.start.1, merged.end.1) });
    }
    let mut cells = workbook.worksheet_cells_reader(name)?;
    while let Some(record) = cells.next_cell_with_formula_metadata()? {
        let (row, column) = record.pos;
        if row >= most {
            break;
        }
        if let Some(cell) = cell(&record.value, record.formula.is_some(), is_1904) {
            grid.push(row + 1, column, cell);
        }
    }
    Ok(grid)
}

fn cell(value: &DataRef<'_>, formula: bool, is_1904: bool) -> Option<Cell> {
    Some(match value {
        DataRef::Empty => return formula.then_some(Cell::Uncomputed),
        // Whole numbers come as such only where they are small enough to be the same in binary.
        DataRef::Int(number) => Cell::Number(Number(*number as f64)),
        DataRef::Float(number) => Cell::Number(Number(*number)),
        DataRef::String(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
        // What is saved as strict Open XML; the time of day is not looked at in serial dates either.
        DataRef::DateTimeIso(text) => match text.split_once('T') {
            Some((date, _)) if !date.is_empty() => Cell::Text(date.to_owned()),
            _ => Cell::Text(text.clone()),
        },
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::DateTime(date) => Cell::Date(Serial { days: date.as_f64(), is_1904 }),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_strict_open_xml_are_days() {
        let day = |text: &str| cell(&DataRef::DateTimeIso(text.into()), false, false);
        for text in ["2024-06-30T00:00:00", "2024-06-30"] {
            assert_eq!(day(text), Some(Cell::Text("2024-06-30".into())));
        }
        assert_eq!(day("T12:00:00"), Some(Cell::Text("T12:00:00".into())));
    }
}
