//! Cells: a measure's value for an area, a field and a slot.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::codelist::{Area, Field};
use crate::disclosure::ConfStatus;
use crate::entity::{ContributionKey, ObsStatus};
use crate::period::Slot;
use crate::plan::{Measure, MeasureId, Plan};

/// The cells of one measure, area and field over all slots. Its marks share a partition, so each cell has one writer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Series {
    /// The measure.
    pub measure: MeasureId,
    /// The area, the sum of all inside it.
    pub area: Area,
    /// The field, `_T` for all.
    pub field: Field,
}

impl Series {
    /// The key of its marks and cells in the log.
    pub fn key(&self) -> String {
        format!("{}:{}:{}", self.measure, self.area, self.field)
    }

    /// The series whose cells a contribution enters.
    pub fn of(contribution: &ContributionKey, plan: &Plan) -> Vec<Series> {
        Self::around(&contribution.measure, contribution.area, contribution.field, plan)
    }

    /// The series whose cells enters what a measure has in an area and a field.
    pub fn around(measure: &MeasureId, area: Area, field: Field, plan: &Plan) -> Vec<Series> {
        let series = |area, field| Series { measure: measure.clone(), area, field };
        if plan.measure(measure).is_some_and(Measure::is_reference) {
            return vec![series(area, field)];
        }
        let areas = plan.areas_around(area);
        areas.flat_map(|area| [series(area, field), series(area, Field::Total)]).collect()
    }
}

/// One cell, summed. What is nothing goes unsaid: most cells have little to say, and they are many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The series it belongs to.
    pub series: Series,
    /// Its place in the calendar.
    pub slot: Slot,
    /// The greatest mark's offset it was summed after; a later one replaces it.
    pub version: i64,
    /// The sum, in the measure's base unit; of a measure of distinct things their number.
    pub value: Decimal,
    /// What of it was compiled without unit records.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub supplement: Decimal,
    /// What of it is accepted at some level, or needs no acceptance.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub accepted: Decimal,
    /// What of it comes from reports that say the year before as well, the comparable panel.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub panel: Decimal,
    /// What those reports say of the year before.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub panel_prior: Decimal,
    /// How many units are in the panel with all their reports: what the whole has beside the panel tells of the others.
    #[serde(default, skip_serializing_if = "is_none")]
    pub panel_contributors: u64,
    /// How many contributions are in it; none is not the same as a sum of zero.
    pub contributions: u64,
    /// How many units are behind it.
    pub contributors: u64,
    /// The least checked of its contributions.
    pub status: ObsStatus,
    /// The forms of the reports in it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<String>,
    /// The vintage of a reference value, else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vintage: String,
    /// Whether a synthetic event is behind it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub synthetic: bool,
    /// Whether it is confidential by itself.
    #[serde(default, skip_serializing_if = "ConfStatus::is_free")]
    pub conf_status: ConfStatus,
    /// Whether its comparable panel is confidential by itself.
    #[serde(default, skip_serializing_if = "ConfStatus::is_free")]
    pub panel_conf_status: ConfStatus,
    /// Whether all behind it say what they said the period before, so that it tells what that one would. Said of protected
    /// measures alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unchanged: bool,
}

impl Cell {
    /// A cell in which nothing stands, in version 0.
    pub const fn empty(series: Series, slot: Slot) -> Self {
        Self {
            series,
            slot,
            version: 0,
            value: Decimal::ZERO,
            supplement: Decimal::ZERO,
            accepted: Decimal::ZERO,
            panel: Decimal::ZERO,
            panel_prior: Decimal::ZERO,
            panel_contributors: 0,
            contributions: 0,
            contributors: 0,
            status: ObsStatus::A,
            forms: Vec::new(),
            vintage: String::new(),
            synthetic: false,
            conf_status: ConfStatus::F,
            panel_conf_status: ConfStatus::F,
            unchanged: false,
        }
    }
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

/// What aggregation announces on `weir.cells`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Announcement {
    /// Cells were summed.
    Cells {
        /// The generation.
        generation: String,
        /// The cells of one series.
        cells: Vec<Cell>,
    },
    /// Every partition is folded and summed up to this moment.
    Closed {
        /// The generation.
        generation: String,
        /// The moment; figures reflect all events recorded up to it.
        at: jiff::Timestamp,
    },
    /// Another generation is live from now on.
    Live {
        /// The generation.
        generation: String,
    },
}
