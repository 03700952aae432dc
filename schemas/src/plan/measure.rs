//! What a measure counts (docs/measures.md §3).

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Expectation, Name};
use crate::event::{Form, Item, Register, Status, UnitOfMeasure};
use crate::period::{Period, Slot};

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
    /// Units that hold the status on the last day, less those that held it on the previous 31 December.
    UnitsNet {
        /// The status.
        status: Status,
    },
    /// Units with a certificate of the status that is valid from a day in the year, up to the period.
    CertificatesGranted {
        /// The status.
        status: Status,
    },
    /// Units whose earliest certificate of the status is valid from a day in the year, up to the period.
    FirstGranted {
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
    /// Entries of the register that stand on the last day.
    Standing {
        /// The register.
        register: Register,
    },
    /// Entries that came into the register in the year up to the period, and stand.
    Entered {
        /// The register.
        register: Register,
    },
    /// Entries that came into the register on a day or later, and stand.
    EnteredSince {
        /// The register.
        register: Register,
        /// The day.
        from: Date,
    },
    /// Distinct fields of the entries that stand.
    FieldsWith {
        /// The register.
        register: Register,
    },
    /// The area's own published value; never summed over areas.
    Reference {
        /// The series.
        series: String,
    },
    /// 1 while the round of the form for the period is closed at the province.
    RoundClosed {
        /// The form.
        form: Form,
    },
    /// The day that reports of the form are due by for the period, as the province last said it: `yyyymmdd`.
    #[serde(skip_deserializing)]
    RoundDeadline {
        /// The form.
        form: Form,
    },
    /// Units that are expected to file the form for the period.
    #[serde(skip_deserializing)]
    Expected(Expectation),
    /// Of the units that are expected to file the form those with a report in force.
    #[serde(skip_deserializing)]
    Filed(Expectation),
}

/// Where a unit's revenue is taken from: the first of these that is in force (docs/measures.md §1).
pub(crate) const REVENUE_FORMS: [Form; 4] = [Form::B103_1, Form::B203, Form::F203, Form::Torch];

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
            Rule::Revenue { .. }
            | Rule::ReportItem { .. }
            | Rule::Reference { .. }
            | Rule::RoundClosed { .. }
            | Rule::RoundDeadline { .. }
            | Rule::Filed(_) => Shape::Point,
            Rule::ContractAmount
            | Rule::CertificatesGranted { .. }
            | Rule::FirstGranted { .. }
            | Rule::Entered { .. }
            // Expected anew each year, and in no month without a round.
            | Rule::Expected(_) => Shape::YearToDate,
            Rule::UnitsHolding { .. }
            | Rule::UnitsNet { .. }
            | Rule::HighValuePatents
            | Rule::Standing { .. }
            | Rule::EnteredSince { .. }
            | Rule::FieldsWith { .. } => Shape::Stock,
        }
    }

    /// Whether it is a stock: what is there on a day, not what came about in the year up to it. What is net of the year
    /// before lies in the calendar like a stock and is none.
    pub const fn is_stock(&self) -> bool {
        matches!(self.shape(), Shape::Stock) && !matches!(self.rule, Rule::UnitsNet { .. })
    }

    /// Whether it sums report items: missing, not zero, where no report is in force.
    pub const fn is_reported(&self) -> bool {
        matches!(self.rule, Rule::Revenue { .. } | Rule::ReportItem { .. })
    }

    /// Whether it has a comparable panel: reports that say the same of the year before. Only revenue has.
    pub const fn has_panel(&self) -> bool {
        matches!(self.rule, Rule::Revenue { .. } | Rule::ReportItem { item: Item::OperatingRevenue, .. })
    }

    /// Whether its values are protected by disclosure control (docs/measures.md §5): report items and contract amounts are,
    /// counts from public registers are not.
    pub const fn is_protected(&self) -> bool {
        self.is_reported() || matches!(self.rule, Rule::ContractAmount)
    }

    /// Whether holding a status decides what it counts.
    pub fn depends_on(&self, status: Status) -> bool {
        match &self.rule {
            Rule::UnitsHolding { status: of }
            | Rule::UnitsNet { status: of }
            | Rule::CertificatesGranted { status: of }
            | Rule::FirstGranted { status: of } => *of == status,
            Rule::Revenue { holding } => holding.iter().flatten().any(|of| *of == status),
            Rule::Expected(expected) | Rule::Filed(expected) => expected.holding == status,
            _ => false,
        }
    }

    /// The forms whose reports it counts.
    pub fn forms(&self) -> &[Form] {
        match &self.rule {
            Rule::Revenue { .. } => &REVENUE_FORMS,
            Rule::ReportItem { forms, .. } => forms,
            Rule::Filed(expected) => std::slice::from_ref(&expected.form),
            _ => &[],
        }
    }

    /// The slots at which a report may change it: its period's, of a year-to-date form's December the year as well,
    /// and where filing once means being expected again, the next year.
    pub(crate) fn slots_of_report(&self, form: Form, period: Period) -> impl Iterator<Item = Slot> {
        let (slot, year) = (period.slot(), Slot::year(period.year()));
        let last = if slot.next() == year { year } else { slot };
        let own = self.forms().contains(&form).then(|| slot.through(last));
        let again = match &self.rule {
            Rule::Expected(expected) | Rule::Filed(expected) => {
                expected.form == form && expected.filed_before
            }
            _ => false,
        };
        own.into_iter().flatten().chain(again.then(|| Slot::year(period.year() + 1)))
    }

    /// Whether it is a reference series: an area's own value, not the sum of those inside it.
    pub const fn is_reference(&self) -> bool {
        matches!(self.rule, Rule::Reference { .. })
    }

    /// Whether its value is the number of distinct contributors, and not the sum of their values.
    pub const fn is_distinct(&self) -> bool {
        matches!(self.rule, Rule::FieldsWith { .. })
    }

    /// Whether parts compiled without unit records may add to it: it must be a sum over areas.
    pub const fn takes_supplements(&self) -> bool {
        !self.is_reference()
            && !self.is_distinct()
            && !matches!(
                self.rule,
                Rule::RoundClosed { .. } | Rule::RoundDeadline { .. } | Rule::Expected(_) | Rule::Filed(_)
            )
    }

    /// Whether values of that unit are values of it; pieces travel as units.
    pub fn is_in(&self, unit: UnitOfMeasure) -> bool {
        unit.base() == if self.unit == "pieces" { "units" } else { &self.unit }
    }

    /// The id of the measure of a form's closed rounds: `closed_` and the form, for example `closed_B103_1`.
    pub fn closed_id(form: Form) -> String {
        of_form("closed", form)
    }

    /// The id of the reference measure of what is officially published of an indicator.
    pub fn official_id(indicator: &str) -> String {
        format!("ref_official_{indicator}")
    }

    /// The id of the measure of the days that a form is due by: `deadline_` and the form.
    pub fn deadline_id(form: Form) -> String {
        of_form("deadline", form)
    }

    /// The id of the measure of units expected to file a form: `expected_` and the form, for example `expected_107_2`.
    pub fn expected_id(form: Form) -> String {
        of_form("expected", form)
    }

    /// The id of the measure of expected units that filed a form: `filed_` and the form.
    pub fn filed_id(form: Form) -> String {
        of_form("filed", form)
    }
}

/// Ids are of letters, digits and underscores alone.
fn of_form(what: &str, form: Form) -> String {
    format!("{what}_{}", form.as_str().replace('-', "_"))
}
