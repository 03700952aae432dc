//! Which column of a table holds what: finds the row of headings and reads it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{bail, ensure};
use weir_schemas::event::{Form, Item, UnitOfMeasure};

use super::args::Args;
use super::column::Column;
use super::grid::{Grid, Row, letters};
use super::heading::Heading;
use super::text;

/// How many columns a row must name, at the fewest, to be one of headings.
pub(super) const FEWEST: usize = 2;

/// The columns of a table.
#[derive(Debug)]
pub(crate) struct Columns {
    /// What each column holds; those passed over are not among them.
    pub(crate) held: BTreeMap<u32, Column>,
    /// Their headings as they stand.
    pub(crate) headings: BTreeMap<u32, String>,
    /// The columns that an earlier return of the table added.
    pub(crate) returned: Vec<u32>,
    /// The number of the last row of headings.
    pub(crate) last_row: u32,
    /// The unit that the headings of money give.
    pub(super) unit: Option<UnitOfMeasure>,
    /// The form that the sheet's name or the rows above the headings name.
    pub(super) form: Option<Form>,
}

impl Columns {
    /// Finds the headings of a table.
    ///
    /// # Errors
    /// When there are none, a column is unknown or there twice, or one that is needed is missing.
    pub(super) fn find(grid: &Grid, args: &Args) -> anyhow::Result<Self> {
        let Some((first, known)) = best_row(grid, args).filter(|(_, known)| *known >= FEWEST) else {
            bail!(
                "no row of headings among the first {} rows: looked for {}, {} and so on; --map names others, \
                 --heading-rows looks further down",
                args.heading_rows,
                Column::CreditCode.name_zh(),
                Column::Period.name_zh()
            );
        };
        let row = &grid.rows[first];
        let below = grid.rows.get(first + 1).filter(|below| parts_headings(grid, row, below));
        let headings = below.map_or_else(|| joined(grid, row, None), |below| joined(grid, row, Some(below)));
        // Headings in two rows are better made out together, or the second row was none.
        let (headings, last) = match below {
            Some(below) if count(&headings, args) >= known => (headings, below),
            _ => (joined(grid, row, None), row),
        };
        let mut columns = Self {
            held: BTreeMap::new(),
            headings: BTreeMap::new(),
            returned: Vec::new(),
            last_row: last.number,
            unit: None,
            form: titled(grid, first),
        };
        columns.take(headings, args)?;
        columns.check_nameless(grid, args)?;
        columns.check_needed(args)?;
        Ok(columns)
    }

    /// Whether a row names a unit or holds a figure.
    pub(super) fn reports(&self, row: &Row) -> bool {
        row.cells
            .keys()
            .filter_map(|at| self.held.get(at))
            .any(|held| matches!(held, Column::CreditCode | Column::Name | Column::Item(_)))
    }

    fn take(&mut self, headings: BTreeMap<u32, String>, args: &Args) -> anyhow::Result<()> {
        let mut unknown = Vec::new();
        for (at, text) in headings {
            let heading = Heading::read(&text);
            let ignored = is_ignored(args, at, &heading);
            match column(&heading, args) {
                _ if heading.is_returned() => self.returned.push(at),
                _ if ignored || heading.is_passed_over() => {}
                Some(column) => {
                    self.take_unit(column, &heading, &text)?;
                    if let Some((other, _)) = self.held.iter().find(|(_, held)| **held == column) {
                        let other = &self.headings[other];
                        bail!(
                            "columns {other:?} and {text:?} both hold {}: --ignore-column passes over one",
                            column.code()
                        );
                    }
                    self.held.insert(at, column);
                }
                None => unknown.push(format!("{text:?} (column {})", letters(at))),
            }
            self.headings.insert(at, text);
        }
        ensure!(
            unknown.is_empty(),
            "not known: {}; say what it holds with --map \"HEADING=COLUMN\", or pass over it with --ignore-column HEADING",
            unknown.join(", ")
        );
        Ok(())
    }

    /// A report has one unit for its money, and people are counted as they are.
    fn take_unit(&mut self, column: Column, heading: &Heading, text: &str) -> anyhow::Result<()> {
        let (Column::Item(item), Some(unit)) = (column, heading.unit) else { return Ok(()) };
        if !item.is_money() {
            let base = matches!(unit.word(), "persons" | "person_years");
            ensure!(base, "{text:?}: {item} is sent in 人 or 人年");
            return Ok(());
        }
        ensure!(unit.is_money(), "{text:?}: {} is no unit of money", unit.name_zh());
        if let Some(other) = self.unit.filter(|other| *other != unit) {
            bail!(
                "{text:?}: other headings give {}, and a report has one unit for all its money",
                other.name_zh()
            );
        }
        self.unit = Some(unit);
        Ok(())
    }

    /// What stands below no heading would be passed over in silence.
    fn check_nameless(&self, grid: &Grid, args: &Args) -> anyhow::Result<()> {
        for row in grid.rows.iter().filter(|row| row.number > self.last_row) {
            let named =
                |at: &u32| self.headings.contains_key(at) || is_ignored(args, *at, &Heading::read(""));
            if let Some(at) = row.cells.keys().find(|at| !named(at)) {
                let (at, number) = (letters(*at), row.number);
                bail!(
                    "{at}{number} has a value, but column {at} has no heading: --ignore-column {at} passes over it"
                );
            }
        }
        Ok(())
    }

    fn check_needed(&self, args: &Args) -> anyhow::Result<()> {
        let has = |column: Column| self.held.values().any(|held| *held == column);
        let items = || {
            self.held.values().filter_map(|held| match held {
                Column::Item(item) => Some(*item),
                _ => None,
            })
        };
        let needed = [Column::CreditCode, Column::Period, Column::Area];
        let missing: Vec<_> =
            needed.into_iter().filter(|column| !has(*column)).map(Column::name_zh).collect();
        ensure!(missing.is_empty(), "there is no column {}: every report needs it", missing.join(", "));
        ensure!(
            items().next().is_some(),
            "there is no column of an item, such as {}",
            Column::of(Form::B203)[7].name_zh()
        );
        let form = args.form.or(self.form).is_some() || has(Column::Form);
        ensure!(
            form,
            "nothing says of which form these reports are: add --form, such as --form B203, or a column {}",
            Column::Form.name_zh()
        );
        let unit = args.unit.or(self.unit).is_some() || has(Column::Unit);
        ensure!(
            unit || !items().any(Item::is_money),
            "nothing says in which unit money is: add --unit, such as --unit kCNY, a column {}, or headings like 营业收入（千元）",
            Column::Unit.name_zh()
        );
        if let (Some(asked), Some(heading)) = (args.unit, self.unit) {
            ensure!(
                asked == heading,
                "--unit says {}, but the headings say {}",
                asked.word(),
                heading.name_zh()
            );
        }
        Ok(())
    }
}

/// How many columns the best row of headings makes out.
pub(super) fn made_out(grid: &Grid, args: &Args) -> usize {
    best_row(grid, args).map_or(0, |(_, known)| known)
}

/// The first row that names the most columns, by its place, and how many.
fn best_row(grid: &Grid, args: &Args) -> Option<(usize, usize)> {
    let rows = grid.rows.iter().take_while(|row| row.number as usize <= args.heading_rows);
    let counts = rows.enumerate().map(|(at, row)| (at, count(&joined(grid, row, None), args)));
    counts.reduce(|best, row| if row.1 > best.1 { row } else { best })
}

/// How many different columns headings name.
fn count(headings: &BTreeMap<u32, String>, args: &Args) -> usize {
    let named: BTreeSet<_> =
        headings.values().filter_map(|text| column(&Heading::read(text), args)).collect();
    named.len()
}

fn column(heading: &Heading, args: &Args) -> Option<Column> {
    let mapped = args.map.iter().find(|(key, _)| *key == heading.key);
    mapped.map(|(_, column)| *column).or_else(|| heading.column())
}

fn is_ignored(args: &Args, at: u32, heading: &Heading) -> bool {
    args.ignore_column.iter().any(|ignored| {
        let key = Heading::read(ignored).key;
        (!key.is_empty() && key == heading.key) || ignored.eq_ignore_ascii_case(&letters(at))
    })
}

/// Whether the row below a row of headings parts some of them: it stands under cells that are merged sideways.
fn parts_headings(grid: &Grid, row: &Row, below: &Row) -> bool {
    below.number == row.number + 1
        && below.cells.keys().any(|at| {
            grid.merge_at(row.number, *at)
                .is_some_and(|merge| merge.columns.0 < merge.columns.1 && merge.rows.1 == row.number)
        })
}

/// The headings of a row, with what the row below adds to each.
fn joined(grid: &Grid, row: &Row, below: Option<&Row>) -> BTreeMap<u32, String> {
    let merged = grid.merges.iter().filter(|merge| (merge.rows.0..=merge.rows.1).contains(&row.number));
    let merged = merged.flat_map(|merge| merge.columns.0..=merge.columns.1);
    let below_columns = below.into_iter().flat_map(|below| below.cells.keys().copied());
    let mut columns: Vec<u32> = row.cells.keys().copied().chain(merged).chain(below_columns).collect();
    columns.sort_unstable();
    columns.dedup();
    let heading = |at: u32| {
        let upper = grid.shown(row, at).unwrap_or_default();
        let lower = below.and_then(|below| below.cells.get(&at)).map(ToString::to_string).unwrap_or_default();
        (at, upper + &lower)
    };
    columns.into_iter().map(heading).filter(|(_, text)| !text.chars().all(text::is_blank)).collect()
}

/// The form that the sheet's name, or a row above the headings, names; none where they name several.
fn titled(grid: &Grid, first: usize) -> Option<Form> {
    let above = grid.rows.iter().take(first).flat_map(|row| row.cells.values().map(ToString::to_string));
    let texts = above.chain(grid.sheet.clone());
    let texts: Vec<String> = texts.collect();
    let mut forms = Form::ALL.iter().filter(|form| texts.iter().any(|text| names(text, **form)));
    let form = forms.next().copied();
    form.filter(|_| forms.next().is_none())
}

fn names(text: &str, form: Form) -> bool {
    let text = text::compact(text).to_ascii_uppercase();
    text.match_indices(form.as_str()).any(|(at, code)| {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !text[..at].ends_with(part) && !text[at + code.len()..].starts_with(part)
    })
}
