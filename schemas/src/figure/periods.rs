//! Which periods are answered, and how often a measure is.

use jiff::civil::Date;

use crate::period::{Period, Slot};
use crate::plan::{Calendar, Frequency, Measure, Rule};

/// The periods of a frequency that lie wholly between `from` and `to` (both included, the calendar's ends where
/// open) and within the calendar, and whose last month has begun on `day`.
pub fn periods(
    frequency: Frequency,
    calendar: Calendar,
    from: Option<Period>,
    to: Option<Period>,
    day: Date,
) -> impl Iterator<Item = Period> {
    let begins = from.map_or(Slot::month(calendar.from, 1), first_month);
    let ends = to.unwrap_or(Period::Year(calendar.to)).last_month_begins().min(day);
    (calendar.from..=calendar.to)
        .flat_map(move |year| of_year(frequency, year))
        .skip_while(move |period| first_month(*period) < begins)
        .take_while(move |period| period.last_month_begins() <= ends)
}

/// How often a measure is answered: what is filed or published for whole years stands in years alone.
pub fn frequencies(measure: &Measure) -> &'static [Frequency] {
    let annual = match &measure.rule {
        Rule::Reference { .. } => true,
        Rule::RoundClosed { form } | Rule::RoundDeadline { form } => form.is_annual(),
        Rule::Expected(expected) | Rule::Filed(expected) => expected.form.is_annual(),
        Rule::ReportItem { forms, .. } => forms.iter().all(|form| form.is_annual()),
        _ => false,
    };
    if annual { &[Frequency::A] } else { &[Frequency::A, Frequency::Q, Frequency::M] }
}

fn of_year(frequency: Frequency, year: i16) -> Vec<Period> {
    match frequency {
        Frequency::A => vec![Period::Year(year)],
        Frequency::Q => (1..=4).map(|quarter| Period::Quarter(year, quarter)).collect(),
        Frequency::M => (1..=12).map(|month| Period::Month(year, month)).collect(),
    }
}

fn first_month(period: Period) -> Slot {
    match period {
        Period::Year(year) => Slot::month(year, 1),
        Period::Quarter(year, quarter) => Slot::month(year, quarter * 3 - 2),
        Period::Month(year, month) => Slot::month(year, month),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn asked(frequency: Frequency, from: &str, to: &str, day: Date) -> String {
        let calendar = Calendar { from: 2020, to: 2025 };
        let periods = periods(frequency, calendar, from.parse().ok(), to.parse().ok(), day);
        periods.map(|period| period.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn open_ends_are_the_calendars() {
        assert_eq!(asked(Frequency::A, "", "", date(2030, 1, 1)), "2020 2021 2022 2023 2024 2025");
        assert_eq!(asked(Frequency::A, "1999", "2999", date(2030, 1, 1)), "2020 2021 2022 2023 2024 2025");
        assert_eq!(asked(Frequency::A, "2026", "", date(2030, 1, 1)), "");
    }

    #[test]
    fn a_period_is_answered_once_its_last_month_has_begun() {
        assert_eq!(asked(Frequency::A, "2023", "", date(2024, 11, 30)), "2023");
        assert_eq!(asked(Frequency::A, "2023", "", date(2024, 12, 1)), "2023 2024");
        assert_eq!(asked(Frequency::Q, "2024", "2024", date(2024, 8, 31)), "2024-Q1 2024-Q2");
        assert_eq!(asked(Frequency::M, "2024", "2024", date(2024, 2, 1)), "2024-01 2024-02");
        assert_eq!(asked(Frequency::M, "2024", "", date(2019, 2, 1)), "");
    }

    #[test]
    fn ends_of_other_frequencies_take_in_whole_periods() {
        let later = date(2030, 1, 1);
        assert_eq!(asked(Frequency::M, "2024-Q2", "2024-Q2", later), "2024-04 2024-05 2024-06");
        assert_eq!(asked(Frequency::Q, "2024-02", "2024-11", later), "2024-Q2 2024-Q3");
        assert_eq!(asked(Frequency::A, "2021-06", "2023-12", later), "2022 2023");
    }
}
