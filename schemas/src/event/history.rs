//! What becomes of a report after it is filed, of the periods it is filed for, and of events sent in error.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::read::Members;
use super::record::record;
use super::report::check_filing;
use super::words::{Form, Level, Verdict};
use super::{Fingerprint, Source};
use crate::codelist::Area;
use crate::period::Period;

record! {
    /// `weir.report.withdrawn.v1`: covers every revision up to its own.
    ReportWithdrawn {
        /// The form.
        form: Form,
        /// The period.
        period: Period,
        /// The highest revision withdrawn.
        revision: u32,
        /// Why.
        reason: String,
        ;
        ; |members| check_filing(members, form, period, revision)
    }
}

/// `weir.report.reviewed.v1`: the verdict of one level on one revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportReviewed {
    /// The form.
    pub form: Form,
    /// The period.
    pub period: Period,
    /// The revision that was reviewed.
    pub revision: u32,
    /// The level of the office.
    pub level: Level,
    /// What it decided.
    pub verdict: Verdict,
    /// The query rules whose findings it takes as explained, or the rules that it returns the report for.
    pub rules: Vec<String>,
    /// The area of the office.
    pub area: Area,
    /// Who reviewed it.
    pub author: Option<String>,
    /// What they noted.
    pub note: Option<String>,
}

impl ReportReviewed {
    pub(super) fn read(mut members: Members<'_>) -> Option<Self> {
        let form = members.required("form");
        let period = members.required("period");
        let revision = members.required("revision");
        let level = members.required("level");
        let verdict = members.required("verdict");
        let rules = members.list("rules").unwrap_or_default();
        let area = members.required("area");
        let author = members.optional("author");
        let note = members.optional("note");
        check_filing(&mut members, form, period, revision);
        members.finish();
        Some(Self {
            form: form?,
            period: period?,
            revision: revision?,
            level: level?,
            verdict: verdict?,
            rules,
            area: area?,
            author,
            note,
        })
    }
}

record! {
    /// `weir.query.explained.v1`: closes a finding of a query rule.
    QueryExplained {
        /// The form.
        form: Form,
        /// The period.
        period: Period,
        /// The revision the finding is about.
        revision: u32,
        /// The rule's code, for example `W-UNIT-SLIP`.
        rule: String,
        /// Why the value is right.
        explanation: String,
        /// Who explains.
        author: String,
        ;
        ; |members| check_filing(members, form, period, revision)
    }
}

record! {
    /// `weir.period.opened.v1`, `.closed.v1`, `.reopened.v1`: the round of a form for a period, at a level.
    RoundChanged {
        /// The form.
        form: Form,
        /// The period.
        period: Period,
        /// The level of the offices it holds for.
        level: Level,
        ;
        /// The day that reports are due by.
        deadline: Date,
        ; |members| check_filing(members, form, period, None)
    }
}

record! {
    /// `weir.event.voided.v1`: the event counts in no figure from then on. Voids are final.
    EventVoided {
        /// The source of the voided event, of the same subject.
        voided_source: Source,
        /// Its id.
        voided_id: String,
        /// Why.
        reason: String,
        /// Who voids it.
        author: String,
        ;
    }
}

impl EventVoided {
    /// The identity of the voided event.
    pub fn voided(&self) -> Fingerprint {
        Fingerprint::identity(self.voided_source, &self.voided_id)
    }
}

record! {
    /// `weir.release.cut.v1`: the public figures of the events recorded up to a moment.
    ReleaseCut {
        /// The release's name.
        name: String,
        /// The moment.
        cut: Timestamp,
        ;
        /// What there is to say of it.
        note: String,
    }
}
