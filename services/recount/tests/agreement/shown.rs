//! Cells and figures of both sides in the same words.

use std::collections::BTreeSet;
use std::fmt::Display;

use rust_decimal::Decimal;
use weir_recount::{Exact, Figure, Growth, Measured, half_even, half_up, text};
use weir_schemas::cell;
use weir_schemas::event::Vintage;
use weir_schemas::figure::{self, Observation};
use weir_schemas::plan::{Indicator, Rule};

/// A cell of theirs.
pub(crate) fn theirs(cell: &cell::Cell, rule: &Rule) -> String {
    let decimal = |value: Decimal| value.normalize().to_string();
    line(&[
        ("value", &decimal(cell.value)),
        ("supplement", &decimal(cell.supplement)),
        ("accepted", &decimal(cell.accepted)),
        ("panel", &decimal(cell.panel)),
        ("prior", &decimal(cell.panel_prior)),
        ("panel contributors", &cell.panel_contributors),
        ("contributors", &contributors(cell.contributors, rule)),
        ("status", &cell.status.as_str()),
        ("forms", &in_order(cell.forms.iter().cloned())),
        ("vintage", &cell.vintage),
        ("synthetic", &cell.synthetic),
    ])
}

/// A cell of ours.
pub(crate) fn ours(cell: &weir_recount::Cell, rule: &Rule) -> String {
    let (panel, prior, panel_contributors) = &cell.panel;
    line(&[
        ("value", &text(&cell.value)),
        ("supplement", &text(&cell.supplement)),
        ("accepted", &text(&cell.accepted)),
        ("panel", &text(panel)),
        ("prior", &text(prior)),
        ("panel contributors", panel_contributors),
        ("contributors", &contributors(cell.contributors, rule)),
        ("status", &cell.status.letter()),
        ("forms", &in_order(cell.forms.iter().map(ToString::to_string))),
        ("vintage", &cell.vintage.map_or("", Vintage::as_str)),
        ("synthetic", &cell.synthetic),
    ])
}

/// An indicator's figure of theirs.
pub(crate) fn their_figure(
    figure: &Observation,
    official: Option<&figure::Official>,
    indicator: &Indicator,
) -> String {
    let difference = official.and_then(|official| official.difference.as_ref());
    let decimal = |value: Option<Decimal>| value.map(|value| value.normalize());
    line(&[
        ("value", &option(figure.value.as_ref().map(weir_schemas::exact::Exact::value))),
        ("display", &option(figure.value.as_ref().map(|value| value.display(indicator.decimals)))),
        ("numerator", &option(decimal(figure.numerator))),
        ("supplement", &option(decimal(figure.supplement))),
        ("denominator", &option(decimal(figure.denominator))),
        ("of", &option(figure.denominator_period)),
        ("vintage", &option(figure.denominator_vintage.as_ref())),
        ("status", &figure.status.as_str()),
        ("coverage", &option(figure.coverage.as_ref().map(weir_schemas::exact::Exact::value))),
        ("contributors", &option(figure.contributors)),
        ("official", &option(official.map(|official| official.value.value()))),
        ("official vintage", &option(official.map(|official| &official.vintage))),
        ("difference", &option(difference.map(weir_schemas::exact::Exact::value))),
        ("official synthetic", &official.is_some_and(|official| official.synthetic)),
        ("synthetic", &figure.synthetic),
    ])
}

/// An indicator's figure of ours.
pub(crate) fn our_figure(figure: &Figure, indicator: &Indicator) -> String {
    let exact = |value: &Option<Exact>| option(value.as_ref().map(text));
    let official = figure.official.as_ref();
    let difference = official.and_then(|official| official.difference.as_ref());
    line(&[
        ("value", &option(figure.value.as_ref().map(|value| half_even(value, 6)))),
        ("display", &option(figure.value.as_ref().map(|value| half_up(value, indicator.decimals)))),
        ("numerator", &exact(&figure.numerator.value)),
        ("supplement", &exact(&figure.numerator.supplement)),
        ("denominator", &exact(&figure.denominator)),
        ("of", &option(figure.denominator_period)),
        ("vintage", &option(figure.denominator_vintage)),
        ("status", &figure.status.letter()),
        ("coverage", &option(figure.coverage.as_ref().map(|value| half_even(value, 6)))),
        ("contributors", &option(figure.numerator.contributors)),
        ("official", &option(official.map(|official| half_even(&official.value, 6)))),
        ("official vintage", &option(official.and_then(|official| official.vintage))),
        ("difference", &option(difference.map(|value| half_even(value, 6)))),
        ("official synthetic", &official.is_some_and(|official| official.synthetic)),
        ("synthetic", &figure.synthetic),
    ])
}

/// A measure of theirs by itself, and how it grows.
pub(crate) fn their_measured(figure: &Observation, growth: &figure::Growth, rule: &Rule) -> String {
    let (rate, panel) = match growth {
        figure::Growth::Known { rate, contributors } => (rate.value(), contributors.to_string()),
        figure::Growth::Withheld(_) => ("withheld".to_owned(), "-".to_owned()),
        figure::Growth::Missing => ("-".to_owned(), "-".to_owned()),
    };
    let decimal = |value: Option<Decimal>| value.map(|value| value.normalize());
    line(&[
        ("value", &option(decimal(figure.numerator))),
        ("supplement", &option(decimal(figure.supplement))),
        ("status", &figure.status.as_str()),
        ("contributors", &option(figure.contributors.map(|number| contributors(number, rule)))),
        ("coverage", &option(figure.coverage.as_ref().map(weir_schemas::exact::Exact::value))),
        ("growth", &rate),
        ("of", &panel),
        ("synthetic", &figure.synthetic),
    ])
}

/// A measure of ours by itself, and how it grows.
pub(crate) fn our_measured(measured: &Measured, growth: &Growth, rule: &Rule) -> String {
    let Measured { quantity: figure, coverage } = measured;
    let (rate, panel) = match growth {
        Growth::Known(rate, contributors) => (half_even(rate, 6), contributors.to_string()),
        Growth::Withheld => ("withheld".to_owned(), "-".to_owned()),
        Growth::Missing => ("-".to_owned(), "-".to_owned()),
    };
    let exact = |value: &Option<Exact>| option(value.as_ref().map(text));
    line(&[
        ("value", &exact(&figure.value)),
        ("supplement", &exact(&figure.supplement)),
        ("status", &figure.status.letter()),
        ("contributors", &option(figure.contributors.map(|number| contributors(number, rule)))),
        ("coverage", &option(coverage.as_ref().map(|value| half_even(value, 6)))),
        ("growth", &rate),
        ("of", &panel),
        ("synthetic", &figure.synthetic),
    ])
}

/// Members in a line.
pub(crate) fn line(members: &[(&str, &dyn Display)]) -> String {
    members.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
}

/// A value, or that there is none.
pub(crate) fn option(value: Option<impl Display>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn in_order(words: impl Iterator<Item = String>) -> String {
    words.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

/// What is published, or said of a round, has no units behind it.
fn contributors(number: u64, rule: &Rule) -> String {
    match rule {
        Rule::Reference { .. } | Rule::RoundClosed { .. } | Rule::RoundDeadline { .. } => "-".to_owned(),
        _ => number.to_string(),
    }
}
