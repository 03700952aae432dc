//! Releases as they are shown, and as a table.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;
use weir_schemas::exact::Exact;
use weir_schemas::release::{Asked, Releases};

use crate::http::format::{Rows, Table, Tabular, Title};
use crate::http::openapi::words;

#[derive(Serialize, ToSchema)]
#[schema(as = Releases)]
pub(super) struct Answer {
    /// Whether a synthetic event is behind any of them.
    synthetic: bool,
    /// What was asked for last comes first.
    releases: Vec<Shown>,
}

/// How far a release is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ReleaseStatus)]
enum Status {
    /// It is cut: its figures can be asked for.
    Cut,
    /// It is asked for, and not cut yet.
    Waiting,
    /// It can't be cut.
    Refused,
}

/// A release that was asked for. What is not known before it is cut is null until then.
#[derive(Serialize, ToSchema)]
#[schema(as = Release)]
pub(super) struct Shown {
    name: String,
    status: Status,
    /// How many releases there are up to it.
    number: Option<u32>,
    /// The events recorded up to this moment count.
    #[schema(value_type = words::Time)]
    cut: String,
    note: Option<String>,
    /// SHA-256 of the plan file that it was cut by, hexadecimal.
    plan: Option<String>,
    /// Protected cells in which something stands.
    protected: Option<u64>,
    /// How many of them it does not show.
    suppressed: Option<u64>,
    /// Their share, exact to six places; null also where there are none.
    #[schema(value_type = Option<words::Decimal>)]
    suppressed_share: Option<String>,
    /// Whether a synthetic event is behind any of its figures.
    synthetic: Option<bool>,
    /// Why it can't be cut.
    reason: Option<String>,
    /// The moment again, where it is cut.
    #[serde(skip)]
    moment: Option<Timestamp>,
}

impl Answer {
    pub(super) fn of(releases: &Releases) -> Self {
        Self {
            synthetic: releases.cut().iter().any(|cut| cut.header.synthetic),
            releases: releases.asked().iter().rev().map(|asked| Shown::of(releases, asked)).collect(),
        }
    }
}

impl Shown {
    /// The one of a name, if it was asked for.
    pub(super) fn named(releases: &Releases, name: &str) -> Option<Self> {
        releases.asked_as(name).map(|asked| Self::of(releases, asked))
    }

    /// The moment that its figures reflect, if it has any.
    pub(super) const fn moment(&self) -> Option<Timestamp> {
        self.moment
    }

    fn of(releases: &Releases, asked: &Asked) -> Self {
        let header = releases.cut_of(asked).map(|cut| &cut.header);
        let refused = releases.refusal(asked);
        let share = header.and_then(|header| {
            Exact::ratio(Decimal::from(header.suppressed), Decimal::from(header.protected))
        });
        Self {
            name: asked.name.clone(),
            status: match (header, refused) {
                (Some(_), _) => Status::Cut,
                (None, Some(_)) => Status::Refused,
                (None, None) => Status::Waiting,
            },
            number: header.map(|header| header.number),
            cut: format!("{:.3}", asked.cut),
            note: asked.note.clone(),
            plan: header.map(|header| header.plan.clone()),
            protected: header.map(|header| header.protected),
            suppressed: header.map(|header| header.suppressed),
            suppressed_share: share.map(|share| share.value()),
            synthetic: header.map(|header| header.synthetic),
            reason: refused.map(|refused| refused.reason.clone()),
            moment: header.map(|header| header.asked.cut),
        }
    }
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
        }
    }
}

impl Tabular for Answer {
    fn table(&self) -> Table<'_> {
        table(&self.releases, self.synthetic)
    }
}

impl Tabular for Shown {
    fn table(&self) -> Table<'_> {
        table(std::slice::from_ref(self), self.synthetic.unwrap_or_default())
    }
}

/// Releases as a table: a row for each.
fn table(releases: &[Shown], synthetic: bool) -> Table<'_> {
    Rows::of(releases)
        .text("name", |one| Some(&one.name))
        .text("status", |one| Some(one.status.as_str()))
        .whole("number", |one| one.number)
        .text("cut", |one| Some(&one.cut))
        .text("note", |one| one.note.as_deref())
        .text("plan", |one| one.plan.as_deref())
        .whole("protected", |one| one.protected)
        .whole("suppressed", |one| one.suppressed)
        .decimal("suppressed_share", |one| one.suppressed_share.as_deref())
        .flag("synthetic", |one| one.synthetic)
        .text("reason", |one| one.reason.as_deref())
        .table("releases", Title::new("数据发布", "Releases"), synthetic)
}
