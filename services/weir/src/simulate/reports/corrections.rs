//! Reports that were wrong, and what puts them right: corrections, unit slips, withdrawals, voids.

use jiff::civil::Date;
use weir_schemas::event::{Form, Level, Verdict};
use weir_schemas::problem::Code;

use super::desk::Desk;
use crate::simulate::planned::Filing;
use crate::simulate::{FIRST_YEAR, rates};

/// The latest a correction comes, in days after what it corrects.
const CORRECTION_DAYS: u64 = 45;

impl Filing {
    /// Tells it from other events of its unit.
    pub(in crate::simulate) fn what(&self) -> String {
        let Filing { form, period, revision, attempt, strange, .. } = self;
        let again = if *attempt > 0 { format!(".{attempt}") } else { String::new() };
        let strange = if *strange { ":elsewhere" } else { "" };
        format!("{form}:{period}:{revision}{again}{strange}")
    }

    /// The next revision of it.
    pub(super) fn revised(&self, reason: &'static str) -> Self {
        Self { revision: self.revision + 1, attempt: 0, reason: Some(reason), ..self.clone() }
    }

    /// The report with its figures off by a factor, yet in agreement with one another.
    pub(in crate::simulate) fn mistaken(&self, times: u64, over: u64) -> Self {
        let mut items = self.items.map(|item| item * times / over);
        if self.is_research() {
            items[0] = items[1] + items[2] + items[3];
        }
        Self { items, ..self.clone() }
    }

    pub(super) fn is_research(&self) -> bool {
        matches!(self.form, Form::F107_2 | Form::RdInst | Form::RdHe)
    }

    /// The report with its money a thousand times as much: yuan where thousands are meant.
    fn thousandfold(&self) -> Self {
        let money = if self.is_research() { 4 } else { 6 };
        let mut items = self.items;
        items.iter_mut().take(money).for_each(|item| *item *= 1_000);
        Self { items, ..self.clone() }
    }
}

impl Desk<'_> {
    /// Something was left out or changed by an audit.
    pub(super) fn corrected(&mut self, day: Date, filing: &Filing) {
        let (times, reason) = if self.draw.one_in(2) {
            (self.draw.between(80, 97), "补报漏计部分")
        } else {
            (self.draw.between(103, 120), "审计调整")
        };
        let wrong = filing.mistaken(times, 100);
        self.filed(day, &wrong);
        let mut last = day;
        if self.draw.one_in(2) {
            last = self.settled(day, &wrong);
        }
        let day = self.later(last, 5, CORRECTION_DAYS);
        let filing = filing.revised(reason);
        self.filed(day, &filing);
        self.settled(day, &filing);
    }

    /// Thousands of yuan were taken for yuan, or the reverse; half of it is seen at the county, and some never.
    pub(super) fn slipped(&mut self, day: Date, filing: &Filing) {
        let month = !filing.form.is_annual() && filing.period.last_month() < 12;
        let may_stay = month && filing.period.year() > FIRST_YEAR;
        let less = Filing { money: "CNY", ..filing.clone() };
        if may_stay && rates::SLIP_LEFT.happens(&mut self.draw) {
            self.filed(day, &less);
            self.settled(day, &less);
            return;
        }
        let wrong = if self.draw.one_in(2) { filing.thousandfold() } else { less };
        self.filed(day, &wrong);
        let day = if self.draw.one_in(2) {
            let seen = self.later(day, 1, 3);
            self.reviewed(seen, &wrong, Level::County, Verdict::Returned, Some(Code::UnitSlip));
            self.later(seen, 2, 8)
        } else {
            let last = self.settled(day, &wrong);
            self.later(last, 15, 60)
        };
        let filing = filing.revised("金额单位误填, 应为千元");
        self.filed(day, &filing);
        self.settled(day, &filing);
    }

    /// A report is withdrawn, and a later revision revives it.
    pub(super) fn withdrew(&mut self, day: Date, filing: &Filing) {
        let wrong = filing.mistaken(self.draw.between(90, 110), 100);
        self.filed(day, &wrong);
        let last = self.settled(day, &wrong);
        let day = self.later(last, 3, 25);
        self.withdrawn(day, &wrong, "口径有误, 核实后重报");
        let day = self.later(day, 8, 40);
        let filing = filing.revised("核实后重报");
        self.filed(day, &filing);
        self.settled(day, &filing);
    }

    /// A revision that belongs to another unit is voided, and what stood before stands again.
    pub(super) fn revised_in_error(&mut self, day: Date, filing: &Filing) {
        self.filed(day, filing);
        let last = self.settled(day, filing);
        let day = self.later(last, 5, 30);
        let wrong = filing.mistaken(self.draw.between(120, 300), 100).revised("更正");
        self.filed(day, &wrong);
        let day = self.later(day, 2, 20);
        self.voided(day, &wrong, "误将他单位更正报表报入本单位");
    }
}
