//! How reports come in: mostly in time, some late, some wrong at first.

use jiff::civil::Date;
use weir_schemas::event::Form;

use super::draw::Draw;
use super::moment::{after, before};
use super::planned::{Fact, Filing, Planned};

/// Of a hundred reports, so many come after the deadline.
const LATE_PERCENT: u64 = 3;
/// One report in so many is corrected later.
const CORRECTED_ONE_IN: u64 = 100;
/// Days before the deadline on which reports come in.
const WINDOW: u64 = 9;
/// The latest a report, and then its correction, comes.
const LATE_DAYS: u64 = 40;
const CORRECTION_DAYS: u64 = 45;

/// Plans the filing of a report whose figures are right in the end.
pub(super) fn file(planned: &mut Vec<Planned>, draw: &mut Draw, filing: Filing, due: Date) {
    let day = if draw.percent(LATE_PERCENT) {
        after(due, draw.between(5, LATE_DAYS))
    } else {
        before(due, draw.between(0, WINDOW))
    };
    let recorded = draw.at_work(day);
    if !draw.one_in(CORRECTED_ONE_IN) {
        planned.push(Planned { recorded, fact: Fact::Filed(filing) });
        return;
    }
    let (wrong, reason) = if draw.one_in(20) {
        (mistaken(&filing, 1, 1_000), "金额单位误填, 应为千元")
    } else if draw.one_in(2) {
        (mistaken(&filing, draw.between(80, 97), 100), "补报漏计部分")
    } else {
        (mistaken(&filing, draw.between(103, 120), 100), "审计调整")
    };
    planned.push(Planned { recorded, fact: Fact::Filed(wrong) });
    let corrected = after(day, draw.between(10, CORRECTION_DAYS));
    let recorded = draw.at_work(corrected);
    let filing = Filing { revision: 2, reason: Some(reason), ..filing };
    planned.push(Planned { recorded, fact: Fact::Filed(filing) });
}

/// The report with its figures off by a factor, yet in agreement with one another.
fn mistaken(filing: &Filing, times: u64, over: u64) -> Filing {
    let mut items = filing.items.map(|item| item * times / over);
    if matches!(filing.form, Form::F107_2 | Form::RdInst | Form::RdHe) {
        items[0] = items[1] + items[2] + items[3];
    }
    Filing { items, ..filing.clone() }
}
