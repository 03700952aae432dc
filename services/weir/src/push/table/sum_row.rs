//! Rows that add up others, as sheets have them at their end: 合计, 总计, 本页小计.

use super::cell::Cell;
use super::column::Column;
use super::columns::Columns;
use super::grid::Row;
use super::heading::Heading;

/// How labels of such rows end.
const LABELS: [&str; 5] = ["合计", "总计", "小计", "共计", "total"];

/// The most characters of such a label: more is a name that happens to end so.
const LABEL_MOST: usize = 8;

/// Whether a row adds up others: it is labelled so, in its first cell or where others name their unit, and names none.
pub(super) fn is_sum(row: &Row, columns: &Columns) -> bool {
    let of = |at: &u32| columns.held.get(at);
    let unit = |(at, cell): (&u32, &Cell)| of(at) == Some(&Column::CreditCode) && !is_label(cell);
    let first = row.cells.keys().next().filter(|at| !columns.returned.contains(at));
    let label = |(at, cell): (&u32, &Cell)| {
        let names = matches!(of(at), Some(Column::CreditCode | Column::Name));
        (names || first == Some(at)) && is_label(cell)
    };
    !row.cells.iter().any(unit) && row.cells.iter().any(label)
}

fn is_label(cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let key = Heading::read(text).key;
    key.chars().count() <= LABEL_MOST && LABELS.iter().any(|label| key.ends_with(label))
}
