//! Targets of both sides, in the same words.

use weir_recount::{Figure, Judged, Official, Standing, half_even, path};
use weir_schemas::codelist::Field;
use weir_schemas::figure::{Figures, JudgedYear, Observation, Progress};
use weir_schemas::period::Period;
use weir_schemas::plan::Indicator;

use crate::shown::{line, option, our_figure, their_figure};

/// How a target of theirs stands in the plan's area.
pub(crate) fn theirs(progress: &Progress, figures: &Figures<'_>, indicator: &Indicator) -> String {
    let Progress { latest, judged } = progress;
    let Some(judged) = judged else { return "not judged".to_owned() };
    let official = latest.as_ref().and_then(|latest| {
        // A year's stock is December's, and totals are published of years.
        let period = match latest.period {
            Period::Month(year, 12) => Period::Year(year),
            period => period,
        };
        figures.official(indicator, Field::Total, &Observation { period, ..latest.clone() })
    });
    let figure = |one: &Observation, official| their_figure(one, official, indicator);
    let years = judged.years.iter().map(|year| {
        let JudgedYear { observation, closed, met } = year;
        format!("{} {} {closed} {}", observation.period, figure(observation, None), option(*met))
    });
    let needed = |value: &weir_schemas::exact::Exact| value.value();
    lines(
        latest.as_ref().map(|one| format!("{} {}", one.period, figure(one, official.as_ref()))),
        judged.needed.as_ref().map(needed),
        judged.met,
        judged.met_since,
        years,
        indicator.target.path().map(|(period, value)| format!("{period} {}", value.value())),
    )
}

/// How a target of ours stands in the plan's area.
pub(crate) fn ours(standing: &Standing, indicator: &Indicator) -> String {
    let Standing { latest, official, needed, since, years } = standing;
    let figure = |one: &Judged, official: Option<&Official>| {
        our_figure(&Figure { official: official.cloned(), ..one.figure.clone() }, indicator)
    };
    let of_years = years
        .iter()
        .map(|one| format!("{} {} {} {}", one.period, figure(one, None), one.closed, option(one.met)));
    lines(
        latest.as_ref().map(|one| format!("{} {}", one.period, figure(one, official.as_ref()))),
        needed.as_ref().map(|value| half_even(value, 6)),
        latest.as_ref().and_then(|one| one.met),
        *since,
        of_years,
        path(&indicator.target)
            .into_iter()
            .map(|(period, value)| format!("{period} {}", half_even(&value, 6))),
    )
}

/// What is said of a target.
fn lines(
    latest: Option<String>,
    needed: Option<String>,
    met: Option<bool>,
    since: Option<Period>,
    years: impl Iterator<Item = String>,
    path: impl Iterator<Item = String>,
) -> String {
    line(&[
        ("latest", &option(latest)),
        ("needed", &option(needed)),
        ("met", &option(met)),
        ("since", &option(since)),
        ("years", &years.collect::<Vec<_>>().join("; ")),
        ("path", &path.collect::<Vec<_>>().join("; ")),
    ])
}
