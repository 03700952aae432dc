//! The desks at which reports are filed, reviewed, returned and explained.

use jiff::civil::Date;
use serde_json::{Value, json};
use weir_schemas::codelist::Area;
use weir_schemas::credit_code::CreditCode;
use weir_schemas::event::{Level, Verdict};
use weir_schemas::problem::Code;

use crate::simulate::detail::{Detail, LEVELS};
use crate::simulate::draw::{Draw, Topic};
use crate::simulate::moment::{after, before};
use crate::simulate::planned::{Fact, Filing, Planned, Review, Written};
use crate::simulate::population::Population;
use crate::simulate::rates;

/// Days before the deadline on which reports come in.
const WINDOW: u64 = 9;
/// The latest a report comes, in days after the deadline.
const LATE_DAYS: u64 = 40;

/// Plans what becomes of reports. Its draws are its own, so that a story more leaves all figures as they were.
pub(in crate::simulate) struct Desk<'a> {
    planned: &'a mut Vec<Planned>,
    population: &'a Population,
    detail: Detail,
    seed: u64,
    pub(super) draw: Draw,
}

impl<'a> Desk<'a> {
    pub(in crate::simulate) fn new(
        planned: &'a mut Vec<Planned>,
        population: &'a Population,
        detail: Detail,
        seed: u64,
    ) -> Self {
        Self { planned, population, detail, seed, draw: Draw::new(seed, Topic::Reports) }
    }

    /// The day on which a report comes in: mostly before the deadline.
    pub(super) fn day_of(&mut self, due: Date) -> Date {
        if rates::LATE.happens(&mut self.draw) {
            after(due, self.draw.between(5, LATE_DAYS))
        } else {
            before(due, self.draw.between(0, WINDOW))
        }
    }

    /// So many days later.
    pub(super) fn later(&mut self, day: Date, from: u64, to: u64) -> Date {
        after(day, self.draw.between(from, to))
    }

    fn put(&mut self, day: Date, fact: Fact) {
        let recorded = self.draw.at_work(day);
        self.planned.push(Planned { recorded, fact });
    }

    pub(super) fn filed(&mut self, day: Date, filing: &Filing) {
        self.put(day, Fact::Filed(Box::new(filing.clone())));
    }

    pub(super) fn reviewed(
        &mut self,
        day: Date,
        filing: &Filing,
        level: Level,
        verdict: Verdict,
        rule: Option<Code>,
    ) {
        let Filing { unit, form, period, revision, attempt, .. } = *filing;
        self.put(day, Fact::Reviewed(Review { unit, form, period, revision, attempt, level, verdict, rule }));
    }

    /// The usual reviews of a report about which there is nothing to say; answers the day of the last.
    pub(super) fn settled(&mut self, day: Date, filing: &Filing) -> Date {
        self.accepted(day, filing, self.detail.reviewers(filing.form, filing.period), None)
    }

    /// The reviews of all levels, which take a finding as explained.
    pub(super) fn checked(&mut self, day: Date, filing: &Filing, rule: Option<Code>) -> Date {
        self.accepted(day, filing, &LEVELS, rule)
    }

    /// Levels accept a report one after the other.
    pub(super) fn accepted(
        &mut self,
        mut day: Date,
        filing: &Filing,
        levels: &[Level],
        rule: Option<Code>,
    ) -> Date {
        for level in levels {
            day = self.later(day, 1, 4);
            self.reviewed(day, filing, *level, Verdict::Accepted, rule);
        }
        day
    }

    pub(super) fn withdrawn(&mut self, day: Date, filing: &Filing, reason: &str) {
        let data = json!({
            "form": filing.form,
            "period": filing.period,
            "revision": filing.revision,
            "reason": reason,
        });
        self.write(day, "weir.report.withdrawn.v1", filing, "withdrawn", &data);
    }

    /// The unit says why a value is right.
    pub(super) fn explained(&mut self, day: Date, filing: &Filing, rule: Code, explanation: &str) {
        let data = json!({
            "form": filing.form,
            "period": filing.period,
            "revision": filing.revision,
            "rule": rule.as_str(),
            "explanation": explanation,
            "author": "合成填报人",
        });
        self.write(day, "weir.query.explained.v1", filing, rule.as_str(), &data);
    }

    /// A filing is voided, and counts no more.
    pub(super) fn voided(&mut self, day: Date, filing: &Filing, reason: &str) {
        if let Some((code, bureau)) = self.about(filing) {
            let void = Written::void(self.seed, &code, &filing.what(), bureau, reason).of_its_year();
            let recorded = self.draw.at_work(day);
            self.planned.push(void.at(recorded));
        }
    }

    fn write(&mut self, day: Date, kind: &'static str, filing: &Filing, what: &str, data: &Value) {
        if let Some((code, bureau)) = self.about(filing) {
            let what = format!("{}:{what}", filing.what());
            let event = Written::new(kind, &code, &what, bureau, data).of_its_year();
            let recorded = self.draw.at_work(day);
            self.planned.push(event.at(recorded));
        }
    }

    /// The unit, and the bureau that covers it on the period's last day.
    fn about(&self, filing: &Filing) -> Option<(CreditCode, Area)> {
        let code = self.population.unit(filing.unit)?.code;
        Some((code, self.population.bureau(filing.unit, filing.period.last_day())?))
    }
}
