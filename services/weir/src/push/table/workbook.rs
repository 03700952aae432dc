//! XLSX: the cells of one sheet, read one after the other, so that a stray cell far below costs nothing.

use std::io::Cursor;

use anyhow::{Context, bail};
use calamine::{DataRef, Reader, SheetType, Xlsx};

use super::args::Args;
use super::cell::{Cell, Number, Serial};
use super::grid::{Grid, Merge};

/// Reads a sheet of a workbook.
///
/// # Errors
/// When it is no workbook, is protected by a password, or has no such sheet.
pub(super) fn read(bytes: &[u8], args: &Args) -> anyhow::Result<Grid> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).context("it is no XLSX workbook")?;
    let sheets: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    let sheet = match &args.sheet {
        None => sheets.first().context("the workbook has no sheet")?,
        Some(name) => match sheets.iter().find(|sheet| *sheet == name) {
            Some(sheet) => sheet,
            None => bail!("the workbook has no sheet {name:?}; it has {}", sheets.join(", ")),
        },
    };
    let mut grid = Grid { sheet: Some(sheet.clone()), is_1904: workbook.has_1904_epoch(), ..Grid::default() };
    for merged in workbook.merge_cells_by_sheet_name(sheet)? {
        let rows = (merged.start.0 + 1, merged.end.0 + 1);
        grid.merges.push(Merge { rows, columns: (merged.start.1, merged.end.1) });
    }
    let is_1904 = grid.is_1904;
    let mut cells = workbook.worksheet_cells_reader(sheet)?;
    while let Some(record) = cells.next_cell_with_formula_metadata()? {
        let (row, column) = record.pos;
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
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Cell::Text(text.clone())
        }
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::DateTime(date) => Cell::Date(Serial { days: date.as_f64(), is_1904 }),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    })
}
