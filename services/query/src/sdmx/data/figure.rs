//! What is shown of a subject at a place and a period.

use weir_schemas::entity::ObsStatus;
use weir_schemas::figure::Figures;
use weir_schemas::period::Period;
use weir_schemas::plan::{Comparator, Indicator, Plan};

use super::{Selection, SeriesKey};
use crate::http::beside_official;
use crate::sdmx::model::{Shown, Source, Subject};

/// Whether there is anything to tell.
pub(super) fn is_there(
    selection: &Selection<'_>,
    figures: Figures<'_>,
    key: &SeriesKey,
    period: Period,
) -> bool {
    selection.subjects.get(key.subject).is_some_and(|one| figure_of(one, figures, key, period).is_some())
}

/// What an indicator or a measure shows; `None` where there is nothing to tell.
pub(super) fn figure_of(
    subject: &Subject<'_>,
    figures: Figures<'_>,
    key: &SeriesKey,
    period: Period,
) -> Option<Shown> {
    let (ours, official, decimals) = match subject.source {
        Source::Indicator(indicator) => {
            let (ours, official) = beside_official(figures, indicator, key.field, (key.area, period));
            (ours, official, Some(indicator.decimals))
        }
        Source::Measure(measure) => (figures.measure(measure, key.area, key.field, period), None, None),
        Source::Target(_) => return None,
    };
    if ours.value.is_none() && ours.numerator.is_none() && ours.status == ObsStatus::O && official.is_none() {
        return None;
    }
    let of_indicator = matches!(subject.source, Source::Indicator(_));
    let numerator = ours.numerator.filter(|_| of_indicator);
    Some(Shown {
        value: ours.value.map(|value| plain(&value.value())),
        status: ours.status.as_str(),
        unit: subject.unit.code.clone(),
        multiplier: subject.unit.multiplier,
        decimals,
        numerator: numerator.map(|value| plain(&value.to_string())),
        supplement: ours.supplement.map(|value| plain(&value.to_string())),
        denominator: ours.denominator.map(|value| plain(&value.to_string())),
        denominator_period: ours.denominator_period.map(|period| period.to_string()),
        vintage: ours.denominator_vintage.or(ours.numerator_vintage),
        coverage: ours.coverage.map(|share| plain(&share.value())),
        contributors: ours.contributors,
        synthetic: ours.synthetic || official.as_ref().is_some_and(|official| official.synthetic),
        official_difference: official
            .as_ref()
            .and_then(|official| official.difference.as_ref())
            .map(|value| plain(&value.value())),
        official: official.as_ref().map(|official| plain(&official.value.value())),
        official_vintage: official.map(|official| official.vintage),
        ..Shown::default()
    })
}

/// What the plan aims at, year by year: its path from the baseline; what is to be reached each year; else the target.
pub(super) fn targeted<'a>(
    indicator: &'a Indicator,
    plan: &'a Plan,
    subject: &'a Subject<'_>,
) -> impl Iterator<Item = (Period, Shown)> {
    let target = &indicator.target;
    let notes: Vec<&str> = plan
        .notes
        .iter()
        .filter(|note| note.indicators.contains(&indicator.id))
        .map(|note| note.text.en.as_str())
        .collect();
    let comment = (!notes.is_empty()).then(|| notes.join(" "));
    let shown = move |year: i16, value: String| {
        let part = match year {
            year if target.each_year || year == target.year => "TARGET",
            year if Some(year) == target.baseline_year => "BASELINE",
            _ => "PATH",
        };
        let shown = Shown {
            value: Some(plain(&value)),
            status: ObsStatus::A.as_str(),
            unit: subject.unit.code.clone(),
            multiplier: subject.unit.multiplier,
            decimals: Some(indicator.decimals),
            target_part: Some(part),
            comparator: Some(match target.comparator {
                Comparator::Above => "GT",
                Comparator::AtLeast => "GE",
                Comparator::Equal => "EQ",
            }),
            aspirational: target.aspirational,
            comment: comment.clone(),
            ..Shown::default()
        };
        (Period::Year(year), shown)
    };
    let mut years: Vec<(i16, String)> =
        target.path().map(|(period, value)| (period.year(), value.value())).collect();
    if target.each_year {
        let first = plan.begins.unwrap_or(plan.calendar.from);
        years = (first..=target.year).map(|year| (year, target.value.to_string())).collect();
    } else if years.is_empty() {
        years = vec![(target.year, target.value.to_string())];
    }
    years.into_iter().map(move |(year, value)| shown(year, value))
}

/// A decimal without the zeros at its end.
fn plain(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_ends_with_its_last_digit() {
        for (text, shown) in [("4.040000", "4.04"), ("10.000000", "10"), ("0.000000", "0"), ("100", "100")] {
            assert_eq!(plain(text), shown);
        }
    }
}
