//! Days.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

/// The same day `years` later; that of 29 February is 1 March where there is none.
pub(crate) fn years_after(day: Date, years: i16) -> Option<Date> {
    let year = day.year().checked_add(years)?;
    Date::new(year, day.month(), day.day()).or_else(|_| Date::new(year, 3, 1)).ok()
}

/// The first day of its year.
pub(crate) fn new_year(day: Date) -> Date {
    day.first_of_year()
}

/// The day in China (Asia/Shanghai has no summer time) that a moment falls on.
pub fn in_china(moment: Timestamp) -> Date {
    Offset::constant(8).to_datetime(moment).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_leap_day_comes_back_on_the_first_of_march() {
        assert_eq!(years_after(date(2012, 2, 29), 10), Some(date(2022, 3, 1)));
        assert_eq!(years_after(date(2012, 2, 29), 20), Some(date(2032, 2, 29)));
        assert_eq!(years_after(date(2021, 10, 9), 3), Some(date(2024, 10, 9)));
    }

    #[test]
    fn a_day_begins_in_china_eight_hours_before_it_does_in_greenwich() {
        let moment: Timestamp = "2021-12-31T16:00:00Z".parse().unwrap();
        assert_eq!(in_china(moment), date(2022, 1, 1));
    }
}
