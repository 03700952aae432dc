//! A development plan as data: its calendar, measures, indicators and targets.

mod check;
mod expectation;
mod implied;
mod indicator;
mod measure;

use serde::{Deserialize, Serialize};

pub use check::PlanError;
pub use expectation::Expectation;
pub use indicator::{Comparator, Denominator, Frequency, Indicator, Lag, Target};
pub(crate) use measure::REVENUE_FORMS;
pub use measure::{Measure, MeasureId, Rule, Shape};

use crate::codelist::Area;
use crate::disclosure::Limits;
use crate::period::Slot;

/// Sichuan's 14th five-year plan for high-tech industry.
pub const SICHUAN_14: &str = include_str!("../../plans/sichuan-14.toml");

/// A name in the two languages of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// The years whose cells are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The first year.
    pub from: i16,
    /// The last year.
    pub to: i16,
}

impl Calendar {
    /// All slots of the calendar.
    pub fn slots(self) -> impl Iterator<Item = Slot> {
        Slot::month(self.from, 1).through(Slot::year(self.to))
    }

    /// Whether the slot is one of the calendar's.
    pub fn holds(self, slot: Slot) -> bool {
        (self.from..=self.to).contains(&slot.calendar_year())
    }
}

/// A note that is shown wherever the target is: the plan's own contradictions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What it is about: indicator ids.
    pub indicators: Vec<String>,
    /// The note.
    pub text: Name,
    /// Where it comes from.
    pub source: String,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its id.
    pub id: String,
    /// Its title.
    pub name: Name,
    /// The document.
    pub source: String,
    /// The area it plans for.
    pub area: Area,
    /// The years it keeps.
    pub calendar: Calendar,
    /// The first year it plans for, which targets of each year are judged from; the calendar's first if not given.
    #[serde(default)]
    pub begins: Option<i16>,
    /// What is shown of few units.
    #[serde(default)]
    pub disclosure: Limits,
    /// Who is expected to file what.
    #[serde(default)]
    pub expectations: Vec<Expectation>,
    /// What is counted: what the plan states, and once it is read what follows from its expectations.
    pub measures: Vec<Measure>,
    /// What is shown.
    pub indicators: Vec<Indicator>,
    /// The plan's contradictions.
    #[serde(default)]
    pub notes: Vec<Note>,
}

impl Plan {
    /// Reads and checks a plan file.
    ///
    /// # Errors
    /// What is wrong, with the line for what TOML itself can tell and the id otherwise.
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        let mut plan: Plan = toml::from_str(text)?;
        plan.measures.extend(implied::measures(&plan));
        check::check(&plan)?;
        Ok(plan)
    }

    /// The measure of that id.
    pub fn measure(&self, id: &str) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.id.as_ref() == id)
    }

    /// The indicator of that id.
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.id == id)
    }

    /// The areas that a fact placed in `area` counts in: itself and those around it, as far as the plan goes.
    pub fn areas_around(&self, area: Area) -> impl Iterator<Item = Area> {
        area.ancestors().filter(|around| self.area.contains(*around))
    }
}
