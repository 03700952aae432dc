//! Which periods are answered (docs/measures.md §2), and how often a measure is.

use jiff::civil::{Date, date};
use weir_schemas::period::Period;
use weir_schemas::plan::{Calendar, Frequency, Measure, Rule};

/// The periods of the calendar whose last month has begun on `today`.
pub fn periods(frequency: Frequency, calendar: Calendar, today: Date) -> Vec<Period> {
    let mut periods = Vec::new();
    for year in calendar.from..=calendar.to {
        for month in 1..=12 {
            let period = match (frequency, month) {
                (Frequency::A, 12) => Period::Year(year),
                (Frequency::Q, 3 | 6 | 9 | 12) => Period::Quarter(year, month / 3),
                (Frequency::M, _) => Period::Month(year, month),
                _ => continue,
            };
            if date(year, month, 1) <= today {
                periods.push(period);
            }
        }
    }
    periods
}

/// How often a measure has values: what is filed or published for whole years alone is annual.
pub fn frequencies(measure: &Measure) -> &'static [Frequency] {
    let annual = match &measure.rule {
        Rule::Reference { .. } => true,
        Rule::RoundClosed { form } | Rule::RoundDeadline { form } => form.is_annual(),
        Rule::Expected(of) | Rule::Filed(of) => of.form.is_annual(),
        Rule::ReportItem { forms, .. } => forms.iter().all(|form| form.is_annual()),
        _ => false,
    };
    if annual { &[Frequency::A] } else { &[Frequency::A, Frequency::Q, Frequency::M] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_answered_once_its_last_month_has_begun() {
        let calendar = Calendar { from: 2023, to: 2024 };
        let shown = |frequency, today| {
            let all: Vec<String> =
                periods(frequency, calendar, today).iter().map(ToString::to_string).collect();
            all.join(" ")
        };
        assert_eq!(shown(Frequency::A, date(2024, 11, 30)), "2023");
        assert_eq!(shown(Frequency::A, date(2024, 12, 1)), "2023 2024");
        assert_eq!(shown(Frequency::Q, date(2023, 8, 31)), "2023-Q1 2023-Q2");
        assert_eq!(shown(Frequency::M, date(2023, 2, 1)), "2023-01 2023-02");
    }
}
