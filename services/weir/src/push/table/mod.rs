//! Tables of reports: the rows of a CSV file or of a workbook's sheet, as events.

mod args;
mod cell;
mod column;
mod columns;
mod figure;
mod grid;
mod heading;
mod period;
mod quotes;
mod report;
mod sum_row;
mod text;
mod text_file;
mod unreadable;
mod words;
mod workbook;

use std::collections::BTreeMap;

use anyhow::Context;

pub(super) use self::args::Args;
pub(crate) use self::args::form;
pub(super) use self::cell::Cell;
pub(crate) use self::column::Column;
pub(super) use self::columns::Columns;
pub(super) use self::grid::Grid;
#[cfg(test)]
pub(super) use self::grid::Merge;
pub(super) use self::heading::RETURNED;
use self::report::{Reader, Report};
pub(super) use self::unreadable::Told;
use self::unreadable::Unreadable;
use super::numbers::first;
use super::sender::Line;

/// What a file of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text with a delimiter.
    Csv,
    /// A workbook.
    Xlsx,
}

/// A table that was read.
#[derive(Debug)]
pub(super) struct Table {
    /// Its cells.
    pub(super) grid: Grid,
    /// Its columns.
    pub(super) columns: Columns,
    /// The events of its rows, by the rows' numbers.
    pub(super) events: Vec<Line>,
    /// The rows that make no event, and why.
    pub(super) refused: BTreeMap<u64, Vec<Told>>,
    /// The rows that name no unit and hold no figure: numbered, or filled down, and left blank.
    pub(super) passed_over: Vec<u32>,
    /// The rows that add up others.
    pub(super) sums: Vec<u32>,
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    /// When it is none, or does not say what is needed; a row that can't be read is refused by itself.
    pub(super) fn read(bytes: &[u8], kind: Kind, args: &Args) -> anyhow::Result<Self> {
        let bureau = args.bureau.context(
            "which bureau files these reports? Add --bureau and the code of its area, such as --bureau 510700",
        )?;
        let grid = match kind {
            Kind::Csv => text_file::read(bytes, args)?,
            Kind::Xlsx => workbook::read(bytes, args)?,
        };
        let columns = Columns::find(&grid, args)?;
        let reader = Reader { columns: &columns, args, bureau, is_1904: grid.is_1904 };
        let (mut reports, mut refused) = (BTreeMap::new(), BTreeMap::new());
        let (mut passed_over, mut sums) = (Vec::new(), Vec::new());
        let below = grid.rows.iter().skip_while(|row| row.number <= columns.last_row).enumerate();
        for row in below.filter(|(at, row)| *at > 0 || !numbers_columns(row)).map(|(_, row)| row) {
            if !columns.reports(row) {
                passed_over.push(row.number);
                continue;
            }
            if sum_row::is_sum(row, &columns) {
                sums.push(row.number);
                continue;
            }
            match reader.read(row) {
                Ok(report) => {
                    reports.insert(u64::from(row.number), report);
                }
                Err(told) => {
                    refused.insert(u64::from(row.number), told);
                }
            }
        }
        refused.extend(contradictions(&reports));
        reports.retain(|number, _| !refused.contains_key(number));
        let events =
            reports.into_iter().map(|(number, report)| Line { number, text: report.event }).collect();
        Ok(Self { grid, columns, events, refused, passed_over, sums })
    }

    /// A cell of a column; as a date, if it is a period as the bare number of a day since 1904, which the number alone does not say.
    pub(super) fn dated(&self, column: Option<&Column>, cell: &Cell) -> Cell {
        match (column, cell) {
            (Some(Column::Period), Cell::Number(number)) if self.grid.is_1904 => {
                period::serial(*number, true).map_or_else(|| cell.clone(), Cell::Date)
            }
            _ => cell.clone(),
        }
    }
}

/// Whether a row below the headings numbers the columns of an official table: 甲, 乙, 1, 2, …
fn numbers_columns(row: &grid::Row) -> bool {
    let heavenly = |text: &str| !text.is_empty() && text.chars().all(|c| "甲乙丙丁戊己庚辛壬癸".contains(c));
    let numbers = |text: &str| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    let cells: Vec<String> = row.cells.values().map(|cell| text::compact(&cell.to_string())).collect();
    cells.iter().any(|text| heavenly(text)) && cells.iter().all(|text| heavenly(text) || numbers(text))
}

/// The rows that report the same with other values: none of them is sent, since nobody can tell which is meant.
fn contradictions(reports: &BTreeMap<u64, Report>) -> BTreeMap<u64, Vec<Told>> {
    let mut about: BTreeMap<_, Vec<(u64, &str)>> = BTreeMap::new();
    for (number, report) in reports {
        about.entry(&report.about).or_default().push((*number, &report.id));
    }
    let differ = |same: &&Vec<(u64, &str)>| same.iter().any(|(_, id)| *id != same[0].1);
    let mut refused = BTreeMap::new();
    for same in about.values().filter(differ) {
        let rows = first(same.iter().map(|(number, _)| number));
        let told = Unreadable::Contradicts(rows).told(None);
        refused.extend(same.iter().map(|(number, _)| (*number, vec![told.clone()])));
    }
    refused
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use self::tests::args_of;
#[cfg(test)]
mod workbook_tests;
