//! Exceptions as a table: those of the kind asked for or, if none is, how many there are of each.

use super::shown::{Answer, Detail, Exception, First};
use crate::http::event::FindingShown;
use crate::http::format::{Rows, Table, Tabular, Title};

impl Tabular for Answer {
    fn table(&self) -> Table<'_> {
        let table = if self.listed { self.records() } else { self.counts() };
        let synthetic = self.exceptions.iter().any(|one| one.found().is_some_and(|found| found.synthetic));
        table.table("exceptions", Title::new("异常记录", "Exceptions"), synthetic)
    }

    fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl Answer {
    fn counts(&self) -> Rows<'_, Option<&Exception>> {
        let totals = &self.totals;
        Rows::of([None])
            .whole("conflict", |_| Some(totals.conflict))
            .whole("set_aside", |_| totals.set_aside)
            .whole("ignored", |_| Some(totals.ignored))
            .whole("unplaced", |_| totals.unplaced)
            .whole("foreign", |_| Some(totals.foreign))
    }

    fn records(&self) -> Rows<'_, Option<&Exception>> {
        let rows = Rows::of(self.exceptions.iter().map(Some))
            .whole("partition", |one| Some(one?.partition))
            .whole("offset", |one| Some(one?.offset))
            .text("recorded", |one| one?.recorded.as_deref())
            .text("code", |one| one?.code.as_deref())
            .text("subject", |one| one?.subject())
            .text("source", |one| Some(one?.told_of_conflict()?.source))
            .text("id", |one| Some(one?.told_of_conflict()?.id))
            .text("type", |one| Some(one?.told_of_conflict()?.r#type))
            .text("first_type", |one| Some(&*one?.told_of_conflict()?.first.r#type))
            .whole("first_offset", |one| Some(one?.told_of_conflict()?.first.offset))
            .text("first_recorded", |one| Some(&*one?.told_of_conflict()?.first.recorded))
            .text("reason", |one| one?.reason());
        FindingShown::columns(rows, |one| one?.found()).flag("synthetic", |one| Some(one?.found()?.synthetic))
    }
}

/// What is told of a conflict.
struct Conflict<'a> {
    source: &'a str,
    id: &'a str,
    r#type: &'a str,
    first: &'a First,
}

impl Exception {
    fn subject(&self) -> Option<&str> {
        match self.detail.as_ref()? {
            Detail::Conflict { subject, .. } | Detail::Finding { subject, .. } => Some(subject),
            Detail::SetAside { .. } => None,
        }
    }

    fn told_of_conflict(&self) -> Option<Conflict<'_>> {
        match self.detail.as_ref()? {
            Detail::Conflict { source, id, r#type, first, .. } => {
                Some(Conflict { source, id, r#type, first })
            }
            _ => None,
        }
    }

    fn reason(&self) -> Option<&str> {
        match self.detail.as_ref()? {
            Detail::SetAside { reason } => Some(reason),
            _ => None,
        }
    }

    fn found(&self) -> Option<&FindingShown> {
        match self.detail.as_ref()? {
            Detail::Finding { finding, .. } => Some(finding),
            _ => None,
        }
    }
}
