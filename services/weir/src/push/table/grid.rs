//! The cells of one sheet, by row and column.

use std::collections::BTreeMap;

use super::cell::Cell;

/// A sheet: its rows that hold anything, in order.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    /// The sheet's name; a text file has none.
    pub(crate) sheet: Option<String>,
    /// The rows that are not blank.
    pub(crate) rows: Vec<Row>,
    /// Cells that are merged.
    pub(crate) merges: Vec<Merge>,
    /// Whether bare numbers are days since 1904 where they are meant as dates.
    pub(crate) is_1904: bool,
}

/// A row.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its number as the spreadsheet shows it, from 1.
    pub(crate) number: u32,
    /// Its cells that are not blank, by column from 0.
    pub(crate) cells: BTreeMap<u32, Cell>,
}

/// A rectangle of merged cells; rows by their numbers from 1, columns from 0, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    /// First and last row.
    pub(crate) rows: (u32, u32),
    /// First and last column.
    pub(crate) columns: (u32, u32),
}

impl Grid {
    /// Adds a cell of a row that is the last or comes after it.
    pub(super) fn push(&mut self, number: u32, column: u32, cell: Cell) {
        if cell.is_blank() {
            return;
        }
        match self.rows.last_mut() {
            Some(row) if row.number == number => {
                row.cells.insert(column, cell);
            }
            _ => self.rows.push(Row { number, cells: BTreeMap::from([(column, cell)]) }),
        }
    }

    /// The text that a cell shows, also if it is merged with the cell that holds it.
    pub(super) fn shown(&self, row: &Row, column: u32) -> Option<String> {
        if let Some(cell) = row.cells.get(&column) {
            return Some(cell.to_string());
        }
        let merge = self.merge_at(row.number, column)?;
        let first = self.rows.iter().find(|other| other.number == merge.rows.0)?;
        first.cells.get(&merge.columns.0).map(ToString::to_string)
    }

    /// The merged cells that a place is one of.
    pub(super) fn merge_at(&self, row: u32, column: u32) -> Option<Merge> {
        let holds = |(first, last): (u32, u32), at| (first..=last).contains(&at);
        self.merges.iter().copied().find(|merge| holds(merge.rows, row) && holds(merge.columns, column))
    }
}

/// A column as spreadsheets name it: A, B, … Z, AA, …
pub(crate) fn letters(column: u32) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_have_the_names_that_spreadsheets_show() {
        let named = [0, 25, 26, 701, 702].map(super::letters);
        assert_eq!(named, ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
