//! Exceptions, as they are shown.

use crate::http::openapi::words;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::event::{Events, FindingShown, time};
use crate::tables::{Conflict, Found, SetAside};

#[derive(Serialize, ToSchema)]
#[schema(as = Exceptions)]
pub(super) struct Answer {
    pub(super) totals: Totals,
    /// Of the kind asked for, in the order they came up; none if no kind is.
    pub(super) exceptions: Vec<Exception>,
    pub(super) next: Option<String>,
    /// Whether a kind is asked for.
    #[serde(skip)]
    pub(super) listed: bool,
}

/// How many there are in the areas asked for. What has no area is counted with the plan's own, and null otherwise.
#[derive(Serialize, ToSchema)]
pub(super) struct Totals {
    pub(super) conflict: u64,
    pub(super) set_aside: Option<u64>,
    pub(super) ignored: u64,
    pub(super) unplaced: Option<u64>,
    pub(super) foreign: u64,
}

/// One record. Without the rights to units only where it is and why: its code or rule.
#[derive(Serialize, ToSchema)]
pub(super) struct Exception {
    pub(super) partition: i32,
    pub(super) offset: i64,
    #[schema(value_type = Option<words::Time>)]
    pub(super) recorded: Option<String>,
    pub(super) code: Option<String>,
    #[serde(flatten)]
    pub(super) detail: Option<Detail>,
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum Detail {
    Conflict {
        subject: String,
        source: String,
        id: String,
        r#type: String,
        /// The event that counts under the identity; of one subject, so in the same partition.
        first: First,
    },
    SetAside {
        reason: String,
    },
    Finding {
        subject: String,
        #[serde(flatten)]
        finding: Box<FindingShown>,
    },
}

#[derive(Serialize, ToSchema)]
pub(super) struct First {
    pub(super) r#type: String,
    partition: i32,
    pub(super) offset: i64,
    #[schema(value_type = words::Time)]
    pub(super) recorded: String,
}

impl Exception {
    pub(super) fn conflict(found: Conflict, units: bool) -> Self {
        let Conflict { partition, offset, subject, source, id, r#type, .. } = found;
        let first = First {
            r#type: found.first_type,
            partition,
            offset: found.first_offset,
            recorded: time(found.first_recorded),
        };
        let detail = Detail::Conflict { subject, source, id, r#type, first };
        Self {
            partition,
            offset,
            recorded: Some(time(found.recorded)),
            code: None,
            detail: units.then_some(detail),
        }
    }

    pub(super) fn set_aside(found: SetAside, units: bool) -> Self {
        let SetAside { partition, offset, recorded, code, reason } = found;
        // The reason may name values of a unit.
        let detail = units.then_some(Detail::SetAside { reason });
        Self { partition, offset, recorded: Some(time(recorded)), code: Some(code), detail }
    }

    pub(super) fn finding(found: Found, events: &Events, units: bool) -> Self {
        let (partition, offset, code) = (found.partition, found.event_offset, found.rule.clone());
        let subject = found.entity.clone();
        let recorded = events.at(&subject, partition, offset).map(|event| event.recorded().to_owned());
        let finding = Box::new(events.shown(found));
        let detail = units.then_some(Detail::Finding { subject, finding });
        Self { partition, offset, recorded, code: Some(code), detail }
    }
}
