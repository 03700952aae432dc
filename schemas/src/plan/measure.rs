//! What a measure counts (docs/measures.md §3).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Name;
use crate::event::{Form, Item, Status};

/// A measure's id, `[A-Za-z0-9_]+`.
pub type MeasureId = Arc<str>;

/// A measure: facts of the log, summed over units, patents or contracts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its id.
    pub id: MeasureId,
    /// Its name.
    pub name: Name,
    /// The base unit of its values.
    pub unit: String,
    /// Which facts it counts.
    pub rule: Rule,
}

/// Which facts a measure counts, and what of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// Revenue of the units that hold all statuses of one of these sets on any day of the year up to the period's last.
    Revenue {
        /// The sets.
        holding: Vec<Vec<Status>>,
    },
    /// Units that hold the status on the last day.
    UnitsHolding {
        /// The status.
        status: Status,
    },
    /// An item summed over reports of these forms.
    ReportItem {
        /// The item.
        item: Item,
        /// The forms.
        forms: Vec<Form>,
    },
    /// Amounts of contracts registered in the year up to the period.
    ContractAmount,
    /// Patents that are high-value on the last day.
    HighValuePatents,
    /// The area's own published value; never summed over areas.
    Reference {
        /// The series.
        series: String,
    },
}

/// How facts of a measure lie in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Each slot has a fact of its own: year-to-date and annual reports, reference values.
    Point,
    /// From its month to the end of that year.
    YearToDate,
    /// From when it begins to when it ends.
    Stock,
}

impl Measure {
    /// How its facts lie in the calendar.
    pub const fn shape(&self) -> Shape {
        match self.rule {
            Rule::Revenue { .. } | Rule::ReportItem { .. } | Rule::Reference { .. } => Shape::Point,
            Rule::ContractAmount => Shape::YearToDate,
            Rule::UnitsHolding { .. } | Rule::HighValuePatents => Shape::Stock,
        }
    }

    /// Whether it sums report items: missing, not zero, where no report is in force.
    pub const fn is_reported(&self) -> bool {
        matches!(self.rule, Rule::Revenue { .. } | Rule::ReportItem { .. })
    }

    /// Whether it is a reference series: an area's own value, not the sum of those inside it.
    pub const fn is_reference(&self) -> bool {
        matches!(self.rule, Rule::Reference { .. })
    }
}
