//! What `/v1/targets` must answer.

use anyhow::Context;
use jiff::civil::Date;
use serde_json::{Value, json};
use weir_recount::{Figures, Judged, Standing, path};
use weir_schemas::codelist::Area;
use weir_schemas::plan::{Indicator, Note};

use super::expected::{Expected, Object, headline, object, official, rounded};

/// The answer about all targets in some areas, on a day.
///
/// # Errors
/// When the plan lacks a measure that one of its indicators names.
pub(super) fn expected(figures: &Figures<'_>, areas: &[Area], day: Date) -> anyhow::Result<Expected> {
    let plan = figures.plan();
    let (mut synthetic, mut items) = (false, Vec::new());
    for area in areas {
        for indicator in &plan.indicators {
            let standing = figures.standing(indicator, *area, day);
            let standing =
                standing.with_context(|| format!("{} names a measure that is not there", indicator.id))?;
            synthetic |= standing.latest.as_ref().is_some_and(|latest| latest.figure.synthetic);
            synthetic |= standing.official.as_ref().is_some_and(|official| official.synthetic);
            let mut shown = described(indicator, *area, &plan.notes);
            shown.append(&mut latest(indicator, &standing));
            shown.append(&mut match *area == plan.area {
                true => judged(indicator, &standing),
                false => unjudged(),
            });
            items.push((format!("{} {area}", indicator.id), shown));
        }
    }
    let members = object(json!({ "synthetic": synthetic }));
    Ok(Expected { day, about: "targets".to_owned(), members, list: "targets", items })
}

/// What the plan says of an indicator.
fn described(indicator: &Indicator, area: Area, notes: &[Note]) -> Object {
    let notes = notes.iter().filter(|note| note.indicators.contains(&indicator.id));
    let notes: Vec<Value> = notes.map(|note| json!({"text": note.text, "source": note.source})).collect();
    object(json!({
        "area": area.to_string(),
        "indicator": indicator.id,
        "name": indicator.name,
        "unit": indicator.unit,
        "section": indicator.section,
        "notes": notes,
    }))
}

/// The latest figure, beside what is officially published for it.
fn latest(indicator: &Indicator, standing: &Standing) -> Object {
    let latest = standing.latest.as_ref().map(|latest| {
        let mut shown = headline(indicator, latest.period, &latest.figure);
        shown.append(&mut official(standing.official.as_ref()));
        Value::from(shown)
    });
    object(json!({ "latest": latest }))
}

/// The target, and how it stands.
fn judged(indicator: &Indicator, standing: &Standing) -> Object {
    let target = &indicator.target;
    let step = |(period, value)| json!({"period": format!("{period}"), "value": rounded(Some(&value))});
    let year = |one: &Judged| {
        let mut shown = headline(indicator, one.period, &one.figure);
        shown.append(&mut object(json!({"closed": one.closed, "met": one.met})));
        Value::from(shown)
    };
    object(json!({
        "baseline": target.baseline.map(|value| value.to_string()),
        "baseline_year": target.baseline_year,
        "target": target.value.to_string(),
        "target_year": target.year,
        "comparator": target.comparator,
        "aspirational": target.aspirational,
        "each_year": target.each_year,
        "needed": rounded(standing.needed.as_ref()),
        "path": path(target).into_iter().map(step).collect::<Vec<_>>(),
        "met": standing.latest.as_ref().and_then(|latest| latest.met),
        "met_since": standing.since.map(|since| since.to_string()),
        "years": standing.years.iter().map(year).collect::<Vec<_>>(),
    }))
}

/// Of an area that has no target of its own.
fn unjudged() -> Object {
    object(json!({
        "baseline": null, "baseline_year": null, "target": null, "target_year": null, "comparator": null,
        "aspirational": null, "each_year": null, "needed": null, "path": [], "met": null, "met_since": null,
        "years": [],
    }))
}
