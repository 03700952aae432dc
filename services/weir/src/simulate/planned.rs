//! What is to be written, and when: small enough to hold a whole province, and written out one by one.

use jiff::civil::Date;
use serde_json::{Value, json};
use weir_schemas::codelist::Area;
use weir_schemas::event::{Form, Level, Status, Verdict};
use weir_schemas::period::Period;
use weir_schemas::problem::Code;

use super::moment::Moment;
use super::unit::UnitIndex;

/// An event before it is written out.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    /// When it enters the log.
    pub(super) recorded: Moment,
    pub(super) fact: Fact,
}

/// What it says.
#[derive(Debug, Clone)]
pub(super) enum Fact {
    Registered(UnitIndex),
    Granted(Grant),
    Filed(Box<Filing>),
    Reviewed(Review),
    /// A place in the list of patents.
    Patent(u32),
    /// A place in the list of contracts.
    Contract(u32),
    /// Of a kind that is too rare to be kept smaller.
    Written(Box<Written>),
    /// An event that was sent before, as it was.
    Again(Box<Planned>),
}

impl Fact {
    /// Whether it goes on to count in later years: a register's entry rather than a year's flow.
    pub(super) fn stands(&self) -> bool {
        match self {
            Fact::Registered(_) | Fact::Granted(_) | Fact::Patent(_) => true,
            Fact::Filed(_) | Fact::Reviewed(_) | Fact::Contract(_) => false,
            Fact::Written(written) => written.stands,
            Fact::Again(planned) => planned.fact.stands(),
        }
    }
}

/// An event whose data are written out when it is planned.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// Its type.
    pub(super) kind: &'static str,
    pub(super) subject: String,
    /// Tells it from others of its subject.
    pub(super) what: String,
    /// The area of the bureau that files it.
    pub(super) bureau: Area,
    pub(super) synthetic: bool,
    /// Whether it goes on to count in later years.
    pub(super) stands: bool,
    /// JSON.
    pub(super) data: Box<str>,
}

impl Written {
    /// A synthetic event that goes on to count.
    pub(super) fn new(
        kind: &'static str,
        subject: &(impl ToString + ?Sized),
        what: &(impl ToString + ?Sized),
        bureau: Area,
        data: &Value,
    ) -> Self {
        let (subject, what) = (subject.to_string(), what.to_string());
        let data = data.to_string().into_boxed_str();
        Self { kind, subject, what, bureau, synthetic: true, stands: true, data }
    }

    /// The same as one that counts in its own year alone.
    pub(super) fn of_its_year(self) -> Self {
        Self { stands: false, ..self }
    }

    /// The event by which a bureau voids one of its own.
    pub(super) fn void(
        seed: u64,
        subject: &(impl ToString + ?Sized),
        what: &str,
        bureau: Area,
        reason: &str,
    ) -> Self {
        let subject = subject.to_string();
        let data = json!({
            "voided_source": source(bureau),
            "voided_id": id(seed, &subject, what),
            "reason": reason,
            "author": "合成统计员",
        });
        Self::new("weir.event.voided.v1", &subject, &format!("{what}:voided"), bureau, &data)
    }

    /// The event as it enters the log at that moment.
    pub(super) fn at(self, recorded: Moment) -> Planned {
        Planned { recorded, fact: Fact::Written(Box::new(self)) }
    }
}

/// The source of a bureau's events.
pub(super) fn source(bureau: Area) -> String {
    format!("/bureaus/{bureau}")
}

/// The id of an event, by its subject and what tells it from others of that.
pub(super) fn id(seed: u64, subject: &str, what: &str) -> String {
    format!("sim{seed}:{subject}:{what}")
}

/// A certificate.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) unit: UnitIndex,
    pub(super) status: Status,
    /// Within its status and year.
    pub(super) serial: u32,
    pub(super) valid_from: Date,
}

/// A report.
#[derive(Debug, Clone)]
pub(super) struct Filing {
    pub(super) unit: UnitIndex,
    pub(super) form: Form,
    pub(super) period: Period,
    pub(super) revision: u8,
    /// How often this revision was filed before.
    pub(super) attempt: u8,
    /// Why it corrects an earlier revision.
    pub(super) reason: Option<&'static str>,
    /// In the order of the form's items; money in `money`. The last may be unused.
    pub(super) items: [u64; 6],
    /// The unit its money is said to be in.
    pub(super) money: &'static str,
    /// Whether it names another county than the unit's.
    pub(super) elsewhere: bool,
    /// Whether a bureau files it that does not cover the unit.
    pub(super) strange: bool,
}

impl Filing {
    /// The first revision, in thousands of yuan, by the unit's own bureau.
    pub(super) const fn first(unit: UnitIndex, form: Form, period: Period, items: [u64; 6]) -> Self {
        Self {
            unit,
            form,
            period,
            revision: 1,
            attempt: 0,
            reason: None,
            items,
            money: "kCNY",
            elsewhere: false,
            strange: false,
        }
    }
}

/// A review.
#[derive(Debug, Clone, Copy)]
pub(super) struct Review {
    pub(super) unit: UnitIndex,
    pub(super) form: Form,
    pub(super) period: Period,
    pub(super) revision: u8,
    pub(super) attempt: u8,
    pub(super) level: Level,
    pub(super) verdict: Verdict,
    /// The query rule whose finding it takes as explained, or returns the report for.
    pub(super) rule: Option<Code>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planned_event_is_small() {
        assert!(size_of::<Planned>() <= 40, "{}", size_of::<Planned>());
    }
}
