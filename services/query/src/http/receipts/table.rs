//! Receipts as a table: a row for each copy in the log. Warnings and findings are in JSON alone.

use super::shown::{Answer, LogPlace, Logged, Receipt, SetAsideShown};
use crate::http::format::{Rows, Table, Tabular, Title};

/// One copy of an event, or a record that says to be it and is none.
#[derive(Clone, Copy)]
enum Line<'a> {
    Copy(&'a Receipt, &'a Logged),
    SetAside(&'a SetAsideShown),
}

impl Tabular for Answer {
    fn table(&self) -> Table<'_> {
        let copies = self.receipts.iter().flat_map(Line::copies);
        Rows::of(copies.chain(self.set_aside.iter().map(Line::SetAside)))
            .text("source", |_| Some(&self.source))
            .text("id", |_| Some(&self.id))
            .text("subject", |line| Some(&line.receipt()?.subject))
            .text("type", |line| Some(&line.receipt()?.r#type))
            .whole("partition", |line| Some(line.place().partition))
            .whole("offset", |line| Some(line.place().offset))
            .text("recorded", |line| Some(&line.place().recorded))
            .text("outcome", |line| Some(line.logged().map_or("set_aside", |copy| &copy.outcome)))
            .flag("aggregated", |line| Some(line.logged()?.aggregated))
            .flag("reflected", |line| Some(line.logged()?.reflected))
            .text("standing", |line| Some(line.receipt()?.standing))
            .text("by_source", |line| Some(&line.receipt()?.by.as_ref()?.source))
            .text("by_id", |line| Some(&line.receipt()?.by.as_ref()?.id))
            .text("code", |line| Some(&line.set_aside()?.code))
            .text("reason", |line| Some(&line.set_aside()?.reason))
            .flag("synthetic", |line| Some(line.receipt()?.synthetic))
            .table("receipts", Title::new("回执", "Receipts"), self.receipts.iter().any(|one| one.synthetic))
    }
}

impl<'a> Line<'a> {
    fn copies(receipt: &'a Receipt) -> impl Iterator<Item = Self> {
        receipt.logged.iter().map(move |copy| Self::Copy(receipt, copy))
    }

    const fn receipt(self) -> Option<&'a Receipt> {
        match self {
            Self::Copy(receipt, _) => Some(receipt),
            Self::SetAside(_) => None,
        }
    }

    const fn logged(self) -> Option<&'a Logged> {
        match self {
            Self::Copy(_, logged) => Some(logged),
            Self::SetAside(_) => None,
        }
    }

    const fn set_aside(self) -> Option<&'a SetAsideShown> {
        match self {
            Self::Copy(..) => None,
            Self::SetAside(record) => Some(record),
        }
    }

    const fn place(self) -> &'a LogPlace {
        match self {
            Self::Copy(_, logged) => &logged.place,
            Self::SetAside(record) => &record.place,
        }
    }
}
