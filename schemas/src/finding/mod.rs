//! Findings: what there is to ask, or to know, about records that were taken in (docs/codes.md).
//!
//! A finding follows from what stands: it lapses when what it is about is superseded, withdrawn, returned or voided.

pub(crate) mod rules;

use crate::codelist::Area;
use crate::event::Form;
use crate::period::Period;
use crate::problem::Code;

/// What a finding asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingKind {
    /// A query rule was met: the unit corrects its report, or somebody explains it.
    Query,
    /// An event changes nothing: its bureau does not cover the unit's area, or its value is none of the measure's.
    Ignored,
    /// A fact enters no figure, because nobody knows its area.
    NoArea,
    /// An event counts, and its bureau does not cover what it is about: whoever does may want to know.
    Foreign,
}

impl FindingKind {
    /// All kinds, in order.
    pub const ALL: &[FindingKind] =
        &[FindingKind::Query, FindingKind::Ignored, FindingKind::NoArea, FindingKind::Foreign];

    /// The word for it in tables and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            FindingKind::Query => "query",
            FindingKind::Ignored => "ignored",
            FindingKind::NoArea => "no_area",
            FindingKind::Foreign => "foreign",
        }
    }

    /// The kind of a rule's findings; none for what rejects a record.
    pub const fn of(rule: Code) -> Option<Self> {
        match rule {
            Code::RdShare
            | Code::PriorYear
            | Code::YtdFall
            | Code::UnitSlip
            | Code::PriorMismatch
            | Code::AreaDiffers => Some(FindingKind::Query),
            Code::IgnoredSource | Code::IgnoredValue => Some(FindingKind::Ignored),
            Code::NoArea => Some(FindingKind::NoArea),
            Code::ForeignSource => Some(FindingKind::Foreign),
            _ => None,
        }
    }
}

/// Which report a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReportKey {
    /// The form.
    pub form: Form,
    /// The period.
    pub period: Period,
    /// The revision.
    pub revision: u32,
}

/// What tells one finding of an entity from its others. All that decides in which lists it stands is in the key: one that
/// moves to another area leaves a withdrawal behind.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FindingKey {
    /// Where the unit was on the period's last day, the area that a value is published for, or that of what a bureau from
    /// elsewhere says something of; none where not known.
    pub area: Option<Area>,
    /// The rule.
    pub rule: Code,
    /// The report it is about, if it is about one.
    pub report: Option<ReportKey>,
    /// The offset of the event it is about, in the partition of its subject.
    pub event: i64,
    /// JSON pointer (RFC 6901) to the place in that event.
    pub pointer: String,
}

/// What a finding says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The sentence for a person.
    pub detail: String,
    /// The offset of the explanation, or of the accepting review, that closed it first.
    pub explained: Option<i64>,
    /// Whether the event it is about is synthetic.
    pub synthetic: bool,
}

impl Finding {
    /// Whether it still asks for an explanation.
    pub fn is_open(&self, rule: Code) -> bool {
        self.explained.is_none() && FindingKind::of(rule) == Some(FindingKind::Query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_warning_is_a_finding_and_no_error_is() {
        for code in Code::ALL {
            // That it came late an event says itself.
            let found = code.as_str().starts_with("W-") && *code != Code::Late;
            assert_eq!(FindingKind::of(*code).is_some(), found, "{code:?}");
        }
    }
}
