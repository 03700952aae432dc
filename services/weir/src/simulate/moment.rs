//! Moments as milliseconds, and days counted on: calendars without a failing case.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub(super) type Moment = i64;

/// A day.
pub(super) const DAY: Moment = 86_400_000;
/// China's clocks are eight hours ahead of UTC all year.
const AHEAD: Moment = 8 * 3_600_000;

/// Days since 1970-01-01.
pub(super) fn days(day: Date) -> i64 {
    i64::from((day - date(1970, 1, 1)).get_days())
}

/// The moment so many milliseconds after that day's midnight in China.
pub(super) fn at(day: Date, milliseconds: u64) -> Moment {
    days(day) * DAY - AHEAD + milliseconds.cast_signed()
}

/// So many days after `day`.
pub(super) fn after(day: Date, days: u64) -> Date {
    day + days.cast_signed().days()
}

/// So many days before `day`.
pub(super) fn before(day: Date, days: u64) -> Date {
    day - days.cast_signed().days()
}

/// The moment as a timestamp.
pub(super) fn timestamp(moment: Moment) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_millis(moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_china_begins_at_sixteen_hours_utc_the_day_before() {
        assert_eq!(timestamp(at(date(2021, 3, 1), 0)).to_string(), "2021-02-28T16:00:00Z");
        assert_eq!(after(date(2020, 2, 28), 2), date(2020, 3, 1));
        assert_eq!(before(date(2021, 3, 1), 1), date(2021, 2, 28));
    }
}
