//! Findings of query rules as a table: a row for each.

use super::Answer;
use crate::http::event::FindingShown;
use crate::http::format::{Rows, Table, Tabular, Title};

impl Tabular for Answer {
    fn table(&self) -> Table<'_> {
        let rows = Rows::of(&self.queries).text("unit", |one| Some(&one.unit));
        FindingShown::columns(rows, |one| Some(&one.finding))
            .flag("synthetic", |one| Some(one.finding.synthetic))
            .table("queries", Title::new("查询核实", "Findings of query rules"), self.synthetic)
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}
