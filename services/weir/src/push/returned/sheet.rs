//! The workbook that returns rejected rows: the headings and cells as they stood, what is wrong beside them.

use std::collections::BTreeMap;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Note, Workbook, Worksheet, XlsxError};

use super::place;
use super::style::{self, Style};
use crate::push::chinese;
use crate::push::table::{Cell, Column, RETURNED, Table, Told};

/// The sheet's name where the input is a text.
const NAME: &str = "退回";
/// The most of a text in a cell or a note, in units of UTF-16, less what an ellipsis takes.
const TEXT_MOST: usize = 32_000;
/// The most of a sheet's name, in the same.
const NAME_MOST: usize = 31;
/// The width of the column of sentences, in characters.
const WIDTH: u32 = 80;
/// The height of a line, and that of the highest row, in points.
const LINE: u32 = 15;
const HIGHEST: u32 = 405;

/// The workbook's bytes.
///
/// # Errors
/// When the rows are more than a sheet holds.
pub(super) fn workbook(table: &Table, rejected: &BTreeMap<u64, Vec<Told>>) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    // The same rows make the same bytes.
    workbook
        .set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let sheet = workbook.add_worksheet();
    // Other programs than Excel write names that it does not take.
    let kept = table.grid.sheet.as_deref().map(sheet_name).unwrap_or_default();
    if sheet.set_name(kept).is_err() {
        sheet.set_name(NAME)?;
    }
    Writer { table, sheet, style: Style::new(), first_added: first_added(table)? }.write(rejected)?;
    Ok(workbook.save_to_buffer()?)
}

/// The first column behind those of the input.
fn first_added(table: &Table) -> anyhow::Result<u16> {
    let columns = &table.columns;
    let kept = columns.headings.keys().filter(|at| !columns.returned.contains(at)).max();
    Ok(u16::try_from(kept.map_or(0, |last| last + 1))?)
}

struct Writer<'a> {
    table: &'a Table,
    sheet: &'a mut Worksheet,
    style: Style,
    first_added: u16,
}

impl Writer<'_> {
    fn write(mut self, rejected: &BTreeMap<u64, Vec<Told>>) -> anyhow::Result<()> {
        self.widths()?;
        self.head()?;
        let mut at = self.table.columns.last_row;
        self.sheet.set_freeze_panes(at, 0)?.set_landscape().set_print_fit_to_pages(1, 0);
        for row in &self.table.grid.rows {
            let Some(told) = rejected.get(&u64::from(row.number)) else { continue };
            let marked: Vec<u32> =
                told.iter().flat_map(|told| place::columns(&told.problem.pointer, self.table)).collect();
            for column in self.table.columns.headings.keys() {
                let cell = row.cells.get(column);
                self.cell(at, *column, cell, marked.contains(column))?;
            }
            self.notes(at, told)?;
            self.said(at, row.number, told)?;
            at += 1;
        }
        Ok(())
    }

    fn widths(&mut self) -> anyhow::Result<()> {
        for (at, heading) in &self.table.columns.headings {
            let width = match self.table.columns.held.get(at) {
                Some(Column::CreditCode) => 22,
                Some(Column::Name) => 28,
                _ => (heading.chars().count() * 2 + 2).clamp(10, 24),
            };
            self.sheet.set_column_width(u16::try_from(*at)?, u32::try_from(width)?)?;
        }
        for (offset, width) in [8, 18, 26, WIDTH].into_iter().enumerate() {
            self.sheet.set_column_width(self.first_added + u16::try_from(offset)?, width)?;
        }
        Ok(())
    }

    /// The rows down to the headings, which say what the columns and the sheet hold, and the headings that are added.
    fn head(&mut self) -> anyhow::Result<()> {
        let last = self.table.columns.last_row;
        for row in self.table.grid.rows.iter().filter(|row| row.number <= last) {
            for (column, cell) in &row.cells {
                if !self.table.columns.returned.contains(column) {
                    self.sheet.write_with_format(
                        row.number - 1,
                        u16::try_from(*column)?,
                        text(cell),
                        &self.style.heading,
                    )?;
                }
            }
        }
        for merge in self.table.grid.merges.iter().filter(|merge| merge.rows.1 <= last) {
            let first = self.table.grid.rows.iter().find(|row| row.number == merge.rows.0);
            let shown = first.and_then(|row| row.cells.get(&merge.columns.0)).map(text).unwrap_or_default();
            let (from, to) = (u16::try_from(merge.columns.0)?, u16::try_from(merge.columns.1)?);
            let (first, last) = (merge.rows.0 - 1, merge.rows.1 - 1);
            match self.sheet.merge_range(first, from, last, to, &shown, &self.style.heading) {
                // What no spreadsheet would merge stays as it was written above.
                Ok(_) | Err(XlsxError::MergeRangeSingleCell | XlsxError::MergeRangeOverlaps(..)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        for (offset, heading) in RETURNED.into_iter().enumerate() {
            let column = self.first_added + u16::try_from(offset)?;
            self.sheet.write_with_format(last - 1, column, heading, &self.style.added)?;
        }
        Ok(())
    }

    /// A cell as it stood: a text as a text, a number as a number, a date as the same date.
    fn cell(&mut self, row: u32, column: u32, cell: Option<&Cell>, marked: bool) -> anyhow::Result<()> {
        if self.table.columns.returned.contains(&column) {
            return Ok(());
        }
        let held = self.table.columns.held.get(&column);
        let identifier = held.is_some_and(|held| held.is_identifier());
        let figure = matches!(held, Some(Column::Item(_) | Column::Revision));
        let column = u16::try_from(column)?;
        let of = |number_format: &str| style::cell(number_format, marked);
        let number = if identifier { of("@") } else { of("General") };
        match cell.map(|cell| self.table.dated(held, cell)).as_ref() {
            None | Some(Cell::Uncomputed) => self.sheet.write_blank(row, column, &number)?,
            Some(Cell::Number(kept)) => self.sheet.write_with_format(row, column, kept.0, &number)?,
            Some(Cell::Date(date)) => {
                self.sheet.write_with_format(row, column, date.since_1900(), &of("yyyy-mm-dd"))?
            }
            Some(Cell::Truth(truth)) => self.sheet.write_with_format(row, column, *truth, &number)?,
            // What is typed over a figure that is a text shall be a number; elsewhere a text stays one.
            Some(cell @ (Cell::Text(_) | Cell::Error(_))) => {
                let format = if figure { &number } else { &of("@") };
                self.sheet.write_with_format(row, column, text(cell), format)?
            }
        };
        Ok(())
    }

    /// What is wrong with a cell, on the cell.
    fn notes(&mut self, row: u32, told: &[Told]) -> anyhow::Result<()> {
        let mut notes: BTreeMap<u32, String> = BTreeMap::new();
        for told in told {
            for column in place::columns(&told.problem.pointer, self.table) {
                let note = notes.entry(column).or_default();
                if !note.is_empty() {
                    note.push('\n');
                }
                note.push_str(&sentence(told));
            }
        }
        for (column, text) in notes {
            let note = Note::new(cut(&text)).add_author_prefix(false).set_width(320);
            self.sheet.insert_note(row, u16::try_from(column)?, &note)?;
        }
        Ok(())
    }

    fn said(&mut self, row: u32, number: u32, told: &[Told]) -> anyhow::Result<()> {
        let joined = |say: &dyn Fn(&Told) -> String| told.iter().map(say).collect::<Vec<_>>().join("\n");
        let codes = joined(&|told| told.problem.code.as_str().to_owned());
        let places = joined(&|told| place::named(&told.problem.pointer, self.table));
        let sentences = joined(&sentence);
        let lines: u32 = told.iter().map(|told| lines(&sentence(told))).sum();
        self.sheet.set_row_height(row, (lines * LINE).min(HIGHEST))?;
        let said = &self.style.said;
        self.sheet.write_with_format(row, self.first_added, number, said)?;
        for (offset, text) in (1..).zip([codes, places, sentences]) {
            self.sheet.write_with_format(row, self.first_added + offset, cut(&text), said)?;
        }
        Ok(())
    }
}

/// The lines that a sentence takes in its column: programs don't all make rows as high as what they hold.
fn lines(sentence: &str) -> u32 {
    let width: u32 = sentence.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    width.div_ceil(WIDTH)
}

/// A problem for a clerk, and behind it what the service says.
fn sentence(told: &Told) -> String {
    let Told { problem, chinese } = told;
    let chinese = chinese.as_deref().unwrap_or(chinese::sentence(problem.code));
    format!("{chinese}（{}）", problem.detail)
}

fn text(cell: &Cell) -> String {
    cut(&cell.to_string())
}

fn cut(text: &str) -> String {
    let kept = beginning(text, TEXT_MOST);
    if kept.len() == text.len() { text.to_owned() } else { format!("{kept}…") }
}

/// A name without what a sheet's must not hold.
fn sheet_name(name: &str) -> String {
    let name: String = name.chars().filter(|c| !r"[]:*?/\".contains(*c)).collect();
    beginning(&name, NAME_MOST).to_owned()
}

/// The beginning of a text, of at most so many units of UTF-16.
fn beginning(text: &str, most: usize) -> &str {
    let mut units = 0;
    let ends = |c: char| {
        units += c.len_utf16();
        units > most
    };
    text.find(ends).map_or(text, |end| &text[..end])
}
