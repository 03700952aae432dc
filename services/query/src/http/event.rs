//! Events and findings as they are shown to those who may see units.

mod table;

use std::collections::HashMap;

use crate::http::openapi::words;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use weir_kernel::clickhouse::{self, Generation};
use weir_schemas::codelist::Area;
use weir_schemas::event::{Data, Event};

use crate::tables::{Entry, Found, Place, entries};

/// An event, by its identity and its place in the log.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Event)]
pub(super) struct EventShown {
    pub(super) source: String,
    pub(super) id: String,
    r#type: String,
    partition: i32,
    offset: i64,
    #[schema(value_type = words::Time)]
    recorded: String,
}

/// Who explained a finding, and how: an explanation, or a review that accepts the report and lists the rule.
#[derive(Debug, Serialize, ToSchema)]
struct Explained {
    author: Option<String>,
    explanation: Option<String>,
    event: EventShown,
}

/// A finding, whatever it is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(super) struct FindingShown {
    #[schema(value_type = Option<words::Area>)]
    area: Option<Area>,
    form: Option<String>,
    period: Option<String>,
    revision: Option<u32>,
    rule: String,
    pointer: String,
    detail: String,
    /// Since when it stands.
    #[schema(value_type = words::Time)]
    raised: String,
    open: bool,
    explained: Option<Explained>,
    /// The event it is about.
    event: Option<EventShown>,
    pub(super) synthetic: bool,
}

/// A recorded time that a table holds in milliseconds, as answers show times.
pub(super) fn time(millisecond: i64) -> String {
    Timestamp::from_millisecond(millisecond).map(|at| format!("{at:.3}")).unwrap_or_default()
}

impl EventShown {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            source: entry.source.clone(),
            id: entry.id.clone(),
            r#type: entry.r#type.clone(),
            partition: entry.partition,
            offset: entry.offset,
            recorded: time(entry.recorded),
        }
    }

    /// When it entered the log.
    pub(super) fn recorded(&self) -> &str {
        &self.recorded
    }
}

impl Explained {
    fn of(entry: &Entry) -> Self {
        let (author, explanation) = match Event::from_slice(entry.payload.as_bytes()).map(|event| event.data)
        {
            Ok(Data::QueryExplained(explained)) => (Some(explained.author), Some(explained.explanation)),
            Ok(Data::ReportReviewed(review)) => (review.author, review.note),
            _ => (None, None),
        };
        Self { author, explanation, event: EventShown::of(entry) }
    }
}

/// Events by their places.
#[derive(Debug, Default)]
pub(super) struct Events(HashMap<Place, Entry>);

impl Events {
    /// Those at hand.
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let placed = |entry: Entry| ((entry.subject.clone(), entry.partition, entry.offset), entry);
        Self(entries.into_iter().map(placed).collect())
    }

    /// Those that findings are about, and those that explained them.
    ///
    /// # Errors
    /// When the store can't be reached.
    pub(super) async fn behind(generation: &Generation, found: &[Found]) -> Result<Self, clickhouse::Error> {
        let place = |one: &Found, offset| (one.entity.clone(), one.partition, offset);
        let places = found.iter().flat_map(|one| {
            [Some(one.event_offset), one.explained_offset].into_iter().flatten().map(move |at| place(one, at))
        });
        Ok(Self::of(entries(generation, &places.collect::<Vec<_>>()).await?))
    }

    /// The event at an offset of a subject's partition.
    pub(super) fn at(&self, subject: &str, partition: i32, offset: i64) -> Option<EventShown> {
        self.0.get(&(subject.to_owned(), partition, offset)).map(EventShown::of)
    }

    /// A finding with the events behind it.
    pub(super) fn shown(&self, found: Found) -> FindingShown {
        let entry = |offset| self.0.get(&(found.entity.clone(), found.partition, offset));
        let (event, explained) = (entry(found.event_offset), found.explained_offset.and_then(entry));
        let (event, explained) = (event.map(EventShown::of), explained.map(Explained::of));
        let about_report = !found.form.is_empty();
        FindingShown {
            area: Area::from_u32(found.area),
            revision: about_report.then_some(found.revision),
            form: about_report.then_some(found.form),
            period: about_report.then_some(found.period),
            rule: found.rule,
            pointer: found.pointer,
            detail: found.sentence,
            raised: time(found.raised),
            open: found.is_open,
            explained,
            event,
            synthetic: found.made_up,
        }
    }
}
