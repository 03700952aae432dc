//! Cells as ClickHouse holds them.

use clickhouse::Row;
use serde::{Deserialize, Serialize};
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::disclosure::ConfStatus;
use weir_schemas::entity::ObsStatus;
use weir_schemas::exact;
use weir_schemas::period::Slot;

use super::Error;

/// A row of `cells`.
#[derive(Debug, Clone, PartialEq, Eq, Row, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the columns are documented in the table's own file")]
pub struct CellRow {
    pub measure: String,
    pub area: u32,
    pub field: String,
    pub slot: u32,
    pub version: i64,
    pub value: i128,
    pub supplement: i128,
    pub accepted: i128,
    pub panel: i128,
    pub panel_prior: i128,
    pub panel_contributors: u64,
    pub contributions: u64,
    pub contributors: u64,
    pub status: i8,
    pub forms: Vec<String>,
    pub vintage: String,
    pub synthetic: bool,
    pub conf_status: i8,
    pub panel_conf_status: i8,
    pub unchanged: bool,
}

const STATUSES: [ObsStatus; 5] = [ObsStatus::O, ObsStatus::V, ObsStatus::E, ObsStatus::P, ObsStatus::A];

/// A status as the number its `Enum8` has.
pub fn status_rank(status: ObsStatus) -> i8 {
    STATUSES.iter().position(|other| *other == status).and_then(|rank| i8::try_from(rank).ok()).unwrap_or(0)
}

/// The status of that number.
pub fn status_of(rank: i8) -> Option<ObsStatus> {
    STATUSES.get(usize::try_from(rank).ok()?).copied()
}

/// A status as the number its `Enum8` has.
fn conf_rank(status: ConfStatus) -> i8 {
    ConfStatus::ALL
        .iter()
        .position(|other| *other == status)
        .and_then(|rank| i8::try_from(rank).ok())
        .unwrap_or(0)
}

fn conf_of(rank: i8) -> Option<ConfStatus> {
    ConfStatus::ALL.get(usize::try_from(rank).ok()?).copied()
}

impl CellRow {
    /// The row of a cell.
    ///
    /// # Errors
    /// When the value is outside what the column holds.
    pub fn of(cell: &Cell) -> Result<Self, Error> {
        let millionths = |value| {
            exact::to_millionths(value)
                .ok_or_else(|| Error::Row { table: "cells", what: format!("value {value}") })
        };
        Ok(Self {
            measure: cell.series.measure.to_string(),
            area: cell.series.area.as_u32(),
            field: cell.series.field.to_string(),
            slot: cell.slot.number(),
            version: cell.version,
            value: millionths(cell.value)?,
            supplement: millionths(cell.supplement)?,
            accepted: millionths(cell.accepted)?,
            panel: millionths(cell.panel)?,
            panel_prior: millionths(cell.panel_prior)?,
            panel_contributors: cell.panel_contributors,
            contributions: cell.contributions,
            contributors: cell.contributors,
            status: status_rank(cell.status),
            forms: cell.forms.clone(),
            vintage: cell.vintage.clone(),
            synthetic: cell.synthetic,
            conf_status: conf_rank(cell.conf_status),
            panel_conf_status: conf_rank(cell.panel_conf_status),
            unchanged: cell.unchanged,
        })
    }

    /// The cell of a row.
    ///
    /// # Errors
    /// When a column holds what no cell has.
    pub fn into_cell(self) -> Result<Cell, Error> {
        let wrong = |what: String| Error::Row { table: "cells", what };
        let confidential = |column, rank| conf_of(rank).ok_or_else(|| wrong(format!("{column} {rank}")));
        let value = |millionths: i128| {
            exact::from_millionths(millionths).ok_or_else(|| wrong(format!("value {millionths}")))
        };
        Ok(Cell {
            series: Series {
                measure: self.measure.into(),
                area: Area::from_u32(self.area).ok_or_else(|| wrong(format!("area {}", self.area)))?,
                field: self.field.parse::<Field>().map_err(|error| wrong(error.to_string()))?,
            },
            slot: Slot::from_number(self.slot).ok_or_else(|| wrong(format!("slot {}", self.slot)))?,
            version: self.version,
            value: value(self.value)?,
            supplement: value(self.supplement)?,
            accepted: value(self.accepted)?,
            panel: value(self.panel)?,
            panel_prior: value(self.panel_prior)?,
            panel_contributors: self.panel_contributors,
            contributions: self.contributions,
            contributors: self.contributors,
            status: status_of(self.status).ok_or_else(|| wrong(format!("status {}", self.status)))?,
            forms: self.forms,
            vintage: self.vintage,
            synthetic: self.synthetic,
            conf_status: confidential("conf_status", self.conf_status)?,
            panel_conf_status: confidential("panel_conf_status", self.panel_conf_status)?,
            unchanged: self.unchanged,
        })
    }
}
