//! Reports that query rules find something in; the finding is explained, taken as explained by a review, or corrected.

use jiff::civil::Date;
use weir_schemas::event::Form;
use weir_schemas::problem::Code;

use super::desk::Desk;
use crate::simulate::planned::Filing;

impl Desk<'_> {
    /// Less than up to the month before: half of it was so, the rest a mistake.
    pub(super) fn fell(&mut self, day: Date, filing: &Filing, last: [u64; 6]) {
        let percent = self.draw.between(80, 97);
        let items = last.map(|item| item * percent / 100);
        // The prior year's figure is what it is.
        let lower = Filing { items: [items[0], filing.items[1], items[2], items[3], 0, 0], ..filing.clone() };
        self.filed(day, &lower);
        if self.draw.one_in(2) {
            let answered = self.later(day, 1, 6);
            self.explained(answered, &lower, Code::YtdFall, "退货冲减当月及以前月份收入");
            self.checked(answered, &lower, None);
        } else {
            let day = self.later(day, 3, 15);
            let filing = filing.revised("累计数误填为当月数");
            self.filed(day, &filing);
            self.settled(day, &filing);
        }
    }

    /// The prior year is not what was filed then.
    pub(super) fn mismatched(&mut self, day: Date, filing: &Filing) {
        let percent =
            if self.draw.one_in(2) { self.draw.between(90, 97) } else { self.draw.between(103, 110) };
        let mut items = filing.items;
        items[1] = items[1] * percent / 100;
        let filing = Filing { items, ..filing.clone() };
        self.filed(day, &filing);
        self.answered(day, &filing, Code::PriorMismatch, "上年同期数按审计结果调整");
    }

    /// R&D expense is over half of the revenue.
    pub(super) fn shared(&mut self, day: Date, filing: &Filing) {
        let mut items = filing.items;
        let expense = items[0] * self.draw.between(55, 80) / 100;
        if filing.form == Form::B103_1 {
            items[2] = expense;
        } else {
            items[3] = expense;
        }
        let filing = Filing { items, ..filing.clone() };
        self.filed(day, &filing);
        self.answered(day, &filing, Code::RdShare, "处于新产品研发期, 投入集中");
    }

    /// It names another county.
    pub(super) fn misplaced(&mut self, day: Date, filing: &Filing) {
        let filing = Filing { elsewhere: true, ..filing.clone() };
        self.filed(day, &filing);
        self.answered(day, &filing, Code::AreaDiffers, "主要生产经营地在报送地");
    }

    /// Half of the findings are explained by the unit, of the others a review says that they are.
    fn answered(&mut self, day: Date, filing: &Filing, finding: Code, explanation: &str) {
        if self.draw.one_in(2) {
            let answered = self.later(day, 1, 5);
            self.explained(answered, filing, finding, explanation);
            self.settled(answered, filing);
        } else {
            self.checked(day, filing, Some(finding));
        }
    }
}
