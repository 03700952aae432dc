//! A receipt as it is shown.

use crate::http::openapi::words;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use weir_kernel::clickhouse::Position;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::entity::{Place, State};
use weir_schemas::event::Event;
use weir_schemas::problem::Warning;

use crate::http::event::{EventShown, Events, FindingShown, time};
use crate::tables::{Copy, Entry, Found, SetAside};

#[derive(Serialize, ToSchema)]
#[schema(as = Receipts)]
pub(super) struct Answer {
    pub(super) source: String,
    pub(super) id: String,
    /// One for each subject: the identity of an event is source, subject and id.
    pub(super) receipts: Vec<Receipt>,
    /// Records that say to be it and are no events.
    pub(super) set_aside: Vec<SetAsideShown>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Receipt {
    pub(super) subject: String,
    pub(super) r#type: String,
    pub(super) synthetic: bool,
    /// Every copy in the log.
    pub(super) logged: Vec<Logged>,
    /// The copies with other content than the first: they change nothing.
    conflicts: Vec<LogPlace>,
    /// What became of the event: `in_force`, `superseded`, `withdrawn`, `returned`, `rejected`, `ignored`, `no_area`,
    /// `voided`.
    pub(super) standing: &'static str,
    /// The event that decided it.
    pub(super) by: Option<EventShown>,
    /// What was answered when it was accepted.
    #[schema(value_type = Vec<words::Warning>)]
    warnings: Vec<Warning>,
    /// What stands against it now.
    findings: Vec<FindingShown>,
}

#[derive(Clone, Serialize, ToSchema)]
pub(super) struct LogPlace {
    pub(super) partition: i32,
    pub(super) offset: i64,
    #[schema(value_type = words::Time)]
    pub(super) recorded: String,
}

/// One copy of an event.
#[derive(Serialize, ToSchema)]
pub(super) struct Logged {
    #[serde(flatten)]
    pub(super) place: LogPlace,
    /// `stored`, `duplicate` or `conflict`.
    pub(super) outcome: String,
    /// Whether aggregation is past it.
    pub(super) aggregated: bool,
    /// Whether the figures answered reflect it.
    pub(super) reflected: bool,
}

/// A record that is no event.
#[derive(Serialize, ToSchema)]
#[schema(as = SetAside)]
pub(super) struct SetAsideShown {
    #[serde(flatten)]
    pub(super) place: LogPlace,
    pub(super) code: String,
    pub(super) reason: String,
}

impl Receipt {
    pub(super) fn of(
        first: &Copy,
        event: &Event,
        logged: Vec<Logged>,
        history: Vec<Entry>,
        findings: Vec<Found>,
    ) -> Result<Self, ProblemDetails> {
        let mut state = State::default();
        for entry in &history {
            let recorded = Timestamp::from_millisecond(entry.recorded).unwrap_or(Timestamp::UNIX_EPOCH);
            let event = decoded(&entry.subject, entry.offset, &entry.payload)?;
            state.apply(&event, Place { offset: entry.offset, recorded });
        }
        let standing = state.standing(first.offset).ok_or_else(|| missing(&first.subject, first.offset))?;
        let events = Events::of(history);
        let about = findings.into_iter().filter(|found| found.event_offset == first.offset);
        let conflicts = logged.iter().filter(|copy| copy.outcome == "conflict");
        Ok(Self {
            subject: first.subject.clone(),
            r#type: event.data.event_type().to_owned(),
            synthetic: event.synthetic,
            conflicts: conflicts.map(|copy| copy.place.clone()).collect(),
            logged,
            standing: standing.as_str(),
            by: standing.by().and_then(|offset| events.at(&first.subject, first.partition, offset)),
            warnings: event.warnings(),
            findings: about.map(|found| events.shown(found)).collect(),
        })
    }
}

impl Logged {
    pub(super) fn of(copy: Copy, positions: &[Position], closed: Timestamp) -> Self {
        let past = |position: &Position| position.partition == copy.partition && position.next > copy.offset;
        Self {
            aggregated: positions.iter().any(past),
            reflected: copy.recorded <= closed.as_millisecond(),
            place: LogPlace { partition: copy.partition, offset: copy.offset, recorded: time(copy.recorded) },
            outcome: copy.disposition,
        }
    }
}

impl SetAsideShown {
    pub(super) fn of(record: SetAside) -> Self {
        let SetAside { partition, offset, recorded, code, reason } = record;
        Self { place: LogPlace { partition, offset, recorded: time(recorded) }, code, reason }
    }
}

/// An event that was taken in, and so can be read.
pub(super) fn decoded(subject: &str, offset: i64, payload: &str) -> Result<Event, ProblemDetails> {
    Event::from_slice(payload.as_bytes()).map_err(|problems| {
        let problem = problems.first().map(ToString::to_string).unwrap_or_default();
        tracing::error!(subject, offset, problem, "a stored event can't be read");
        ProblemDetails::internal()
    })
}

fn missing(subject: &str, offset: i64) -> ProblemDetails {
    tracing::error!(subject, offset, "a stored event is not in its subject's history");
    ProblemDetails::internal()
}
