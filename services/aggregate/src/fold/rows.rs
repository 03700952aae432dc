//! What the fold writes: one row for each record, one for each version of a contribution.

use std::sync::Arc;

use clickhouse::Row;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use weir_kernel::clickhouse::status_rank;
use weir_kernel::log::Record;
use weir_schemas::entity::{Contribution, ContributionKey, Disposition, Place};
use weir_schemas::event::Event;
use weir_schemas::exact;
use weir_schemas::plan::MeasureId;
use weir_schemas::problem::Problem;

use crate::Error;

/// A row of `events`.
#[derive(Debug, Clone, PartialEq, Eq, Row, Serialize, Deserialize)]
pub(crate) struct EventRow {
    subject: String,
    partition: i32,
    offset: i64,
    recorded: i64,
    disposition: String,
    r#type: String,
    source: String,
    id: String,
    payload: String,
}

impl EventRow {
    pub(super) fn of(record: &Record, event: &Event, place: Place, disposition: Disposition) -> Self {
        Self {
            subject: event.subject.clone(),
            partition: record.partition,
            offset: record.offset,
            recorded: place.recorded.as_millisecond(),
            disposition: disposition.as_str().to_owned(),
            r#type: event.data.event_type().to_owned(),
            source: event.source.to_string(),
            id: event.id.clone(),
            payload: String::from_utf8_lossy(&record.value).into_owned(),
        }
    }
}

/// A row of `set_aside`.
#[derive(Debug, Clone, PartialEq, Eq, Row, Serialize, Deserialize)]
pub(crate) struct SetAsideRow {
    partition: i32,
    offset: i64,
    recorded: i64,
    code: String,
    reason: String,
    payload: String,
}

impl SetAsideRow {
    pub(super) fn of(record: &Record, recorded: Timestamp, problems: &[Problem]) -> Self {
        let reasons: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Self {
            partition: record.partition,
            offset: record.offset,
            recorded: recorded.as_millisecond(),
            code: problems.first().map(|problem| problem.code.as_str().to_owned()).unwrap_or_default(),
            reason: reasons.join("; "),
            payload: String::from_utf8_lossy(&record.value).into_owned(),
        }
    }
}

/// A row of `contributions`: immutable, keyed by entity, version and what the contribution is.
#[derive(Debug, Clone, PartialEq, Eq, Row, Serialize)]
pub(crate) struct ContributionRow {
    measure: MeasureId,
    first_slot: u32,
    area: u32,
    field: &'static str,
    entity: Arc<str>,
    last_slot: u32,
    part: &'static str,
    version: i64,
    partition: i32,
    recorded: i64,
    live: bool,
    value: i128,
    prior: Option<i128>,
    contributor: Arc<str>,
    status: i8,
    vintage: &'static str,
    synthetic: bool,
    events: Vec<i64>,
    before_value: i128,
    before_prior: Option<i128>,
    before_status: i8,
    before_synthetic: bool,
}

/// The event that rows are written for.
pub(super) struct Behind {
    /// The entity it is about.
    pub(super) entity: Arc<str>,
    /// The partition of the log it lies in.
    pub(super) partition: i32,
    /// Its place there.
    pub(super) place: Place,
}

/// The rank of the status of what did not stand.
const NOTHING: i8 = -1;

impl ContributionRow {
    /// The contribution is in force from the event on, instead of what stood before, if anything.
    pub(super) fn of(
        key: &ContributionKey,
        contribution: &Contribution,
        before: Option<&Contribution>,
        behind: &Behind,
    ) -> Result<Self, Error> {
        let Behind { entity, partition, place } = behind;
        let out_of_range =
            || Error::OutOfRange { entity: entity.to_string(), slot: key.from.period().to_string() };
        let millionths = |value| exact::to_millionths(value).ok_or_else(out_of_range);
        Ok(Self {
            measure: key.measure.clone(),
            first_slot: key.from.number(),
            area: key.area.as_u32(),
            field: key.field.code(),
            entity: entity.clone(),
            last_slot: key.to.number(),
            part: key.part,
            version: place.offset,
            partition: *partition,
            recorded: place.recorded.as_millisecond(),
            live: true,
            value: millionths(contribution.value)?,
            prior: contribution.prior.map(millionths).transpose()?,
            contributor: contribution.contributor.clone(),
            status: status_rank(contribution.status),
            vintage: contribution.vintage,
            synthetic: contribution.synthetic,
            events: contribution.events.clone(),
            before_value: before.map_or(Ok(0), |before| millionths(before.value))?,
            before_prior: before.and_then(|before| before.prior).map(millionths).transpose()?,
            before_status: before.map_or(NOTHING, |before| status_rank(before.status)),
            before_synthetic: before.is_some_and(|before| before.synthetic),
        })
    }

    /// The contribution is not in force any more, from the event on.
    pub(super) fn withdrawn(
        key: &ContributionKey,
        contribution: &Contribution,
        behind: &Behind,
    ) -> Result<Self, Error> {
        let gone = Self::of(key, contribution, Some(contribution), behind)?;
        Ok(Self { live: false, value: 0, prior: None, events: Vec::new(), ..gone })
    }
}

#[cfg(test)]
pub(crate) use seen::{Key, Said};

#[cfg(test)]
mod seen {
    //! What tests look at.

    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use super::{ContributionRow, EventRow};

    /// What rows say, less what those before them said: as the sums of what changed are told.
    #[derive(Debug, Default, PartialEq)]
    pub(crate) struct Said {
        value: i128,
        prior: i128,
        with_prior: i64,
        /// By status, how many.
        statuses: BTreeMap<i8, i64>,
        synthetic: i64,
    }

    impl Said {
        pub(crate) fn add(&mut self, row: &ContributionRow) {
            let live = i64::from(row.live);
            self.value += row.value - row.before_value;
            self.prior += row.prior.unwrap_or(0) - row.before_prior.unwrap_or(0);
            self.with_prior += i64::from(row.prior.is_some()) - i64::from(row.before_prior.is_some());
            *self.statuses.entry(row.status).or_default() += live;
            if row.before_status != super::NOTHING {
                *self.statuses.entry(row.before_status).or_default() -= 1;
            }
            self.statuses.retain(|_, many| *many != 0);
            self.synthetic += live * i64::from(row.synthetic) - i64::from(row.before_synthetic);
        }
    }

    /// What tells contributions apart: measure, slots, area, field, entity and part.
    pub(crate) type Key = (String, u32, u32, u32, String, String, String);

    impl EventRow {
        pub(crate) fn offset(&self) -> i64 {
            self.offset
        }
    }

    impl ContributionRow {
        pub(crate) fn key(&self) -> Key {
            let (measure, field) = (self.measure.to_string(), self.field.to_owned());
            (
                measure,
                self.first_slot,
                self.last_slot,
                self.area,
                field,
                self.entity.to_string(),
                self.part.to_owned(),
            )
        }

        pub(crate) fn version(&self) -> i64 {
            self.version
        }

        /// All that it says stands: value, prior, who contributes, status, vintage, synthetic or not, and the events behind.
        pub(crate) fn stands(&self) -> impl Ord + Debug + use<> {
            let Self { value, prior, contributor, status, vintage, synthetic, events, .. } = self.clone();
            (value, prior, contributor, status, vintage, synthetic, events)
        }

        /// The same, as if nothing had stood before it.
        pub(crate) fn by_itself(self) -> Self {
            Self {
                before_value: 0,
                before_prior: None,
                before_status: super::NOTHING,
                before_synthetic: false,
                ..self
            }
        }

        pub(crate) fn is_live(&self) -> bool {
            self.live
        }
    }
}
