//! Who filed a form as a table: a row for each area.

use super::Answer;
use crate::http::format::{Rows, Table, Tabular, Title};

impl Tabular for Answer {
    fn table(&self) -> Table<'_> {
        Rows::of(&self.areas)
            .text("form", |_| Some(self.form.as_str()))
            .text("period", |_| Some(self.period.to_string()))
            .text("deadline", |_| Some(self.deadline?.to_string()))
            .flag("closed", |_| Some(self.closed))
            .text("area", |one| Some(one.area.to_string()))
            .text("area_zh", |one| Some(one.area.name_zh()))
            .text("area_en", |one| Some(one.area.name_en()))
            .whole("expected", |one| Some(one.expected))
            .whole("filed", |one| Some(one.filed))
            .whole("accepted", |one| Some(one.accepted))
            .whole("overdue", |one| Some(one.overdue))
            .decimal("coverage", |one| one.coverage.as_deref())
            .flag("synthetic", |_| Some(self.synthetic))
            .table("coverage", Title::new("填报情况", "Coverage of reports"), self.synthetic)
    }
}
