//! When reports are due, and when a round closes.

use jiff::civil::{Date, date};
use weir_schemas::event::{Form, Level};
use weir_schemas::period::Period;

use crate::simulate::moment::after;

/// The day that reports of a form for a period are due at the county.
pub(in crate::simulate) fn due(form: Form, period: Period) -> Date {
    match (form, period) {
        // Monthly forms on the 18th of the next month, the December flash of the Torch programme a week later.
        (Form::Torch, Period::Month(year, 12)) => date(year + 1, 1, 25),
        (_, Period::Month(year, 12)) => date(year + 1, 1, 18),
        (_, Period::Month(year, month)) => date(year, month + 1, 18),
        (Form::B103_1, _) => date(period.year() + 1, 4, 3),
        _ => date(period.year() + 1, 3, 31),
    }
}

/// The deadline of a level, which reviews what came in below it.
pub(super) fn deadline(form: Form, period: Period, level: Level) -> Date {
    let days = match level {
        Level::County => 0,
        Level::City => 4,
        Level::Province => 9,
    };
    after(due(form, period), days)
}

/// The periods of a year that a form is filed for; January is waived.
pub(super) fn periods(form: Form, year: i16) -> Vec<Period> {
    if form.is_annual() {
        vec![Period::Year(year)]
    } else {
        (2..=12).map(|month| Period::Month(year, month)).collect()
    }
}
