//! Where a problem is in a table: the column that a pointer into the event leads back to.

use crate::push::table::{Column, Table};

/// The columns, by number, that a pointer is about.
pub(super) fn columns(pointer: &str, table: &Table) -> Vec<u32> {
    let held = table.columns.held.iter();
    let about = |held: &Column| match pointer {
        "/data/items" => matches!(held, Column::Item(_)),
        pointer => Column::at(pointer) == Some(*held),
    };
    held.filter(|(_, held)| about(held)).map(|(at, _)| *at).collect()
}

/// What a clerk calls the place.
pub(crate) fn named(pointer: &str, table: &Table) -> String {
    let column = Column::at(pointer);
    let heading = columns(pointer, table).first().and_then(|at| table.columns.headings.get(at));
    match (pointer, heading, column) {
        ("" | "/id", ..) => "整行".to_owned(),
        ("/source", ..) => "报送机构（--bureau）".to_owned(),
        ("/data/items", ..) => "各项指标".to_owned(),
        (_, Some(heading), _) => heading.split_whitespace().collect(),
        (_, None, Some(column)) => column.name_zh().to_owned(),
        (pointer, None, None) => pointer.to_owned(),
    }
}
