//! What the numerator is made of: by forms, by the areas inside, by fields, each list adding up to it exactly.

use rust_decimal::Decimal;
use serde::Serialize;
use weir_kernel::clickhouse::{Error, Generation};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::exact;
use weir_schemas::figure::{self, Figures};
use weir_schemas::period::Period;
use weir_schemas::plan::{Measure, Name};

use super::suppressed;
use crate::tables::{Entering, PartSum, parts};

/// The parts of a numerator; a list is null where the measure has no such parts, or they may not be shown.
#[derive(Debug, Default, Serialize)]
pub(super) struct Made {
    forms: Option<Vec<FormPart>>,
    areas: Option<Vec<AreaPart>>,
    fields: Option<Vec<FieldPart>>,
}

/// What reports of one form add, or what was compiled without unit records (`supplement`), or what stood a year before (`previous`).
#[derive(Debug, Serialize)]
struct FormPart {
    part: String,
    value: Decimal,
    contributors: Option<u64>,
}

/// What an area inside adds. The area itself stands for what is placed at it and in none inside.
#[derive(Debug, Serialize)]
struct AreaPart {
    area: Area,
    name: Name,
    value: Decimal,
}

#[derive(Debug, Serialize)]
struct FieldPart {
    field: Field,
    name: Name,
    value: Decimal,
}

/// The figure that is taken apart.
#[derive(Clone, Copy)]
pub(super) struct Whole<'a> {
    pub(super) measure: &'a Measure,
    pub(super) area: Area,
    pub(super) field: Field,
    pub(super) period: Period,
    pub(super) value: Decimal,
    /// What of the value was compiled without unit records.
    pub(super) supplement: Option<Decimal>,
}

impl Made {
    /// Takes a numerator apart. `units` says whether the reader sees units, and so also what no rule judged.
    ///
    /// # Errors
    /// When the store can't be reached.
    pub(super) async fn of(
        whole: Whole<'_>,
        figures: Figures<'_>,
        generation: &Generation,
        at: jiff::Timestamp,
        units: bool,
    ) -> Result<Self, Error> {
        let Whole { measure, area, field, period, .. } = whole;
        if measure.is_reference() {
            return Ok(Self::default());
        }
        let of = Entering { measure, area, field, slot: period.slot(), earlier: false };
        let sums = if measure.is_distinct() { Vec::new() } else { parts(generation, of, at).await? };
        Ok(Self {
            forms: forms(sums, &whole, units),
            areas: areas(&whole, figures, units),
            fields: fields(&whole, figures),
        })
    }
}

fn forms(sums: Vec<PartSum>, whole: &Whole<'_>, units: bool) -> Option<Vec<FormPart>> {
    let has_parts = sums.iter().any(|sum| !sum.part.is_empty());
    // What single forms add is judged by no rule: one alone is the figure itself.
    let several = sums.iter().filter(|sum| sum.part != "supplement").count() > 1;
    if !has_parts || (several && !units && whole.measure.is_protected()) {
        return None;
    }
    let part = |sum: PartSum| {
        let contributors = (sum.part != "supplement").then_some(sum.units);
        Some(FormPart { value: exact::from_millionths(sum.value)?, part: sum.part, contributors })
    };
    let parts: Vec<FormPart> = sums.into_iter().map(part).collect::<Option<_>>()?;
    adds_up(parts.iter().map(|part| part.value), whole.value).then_some(parts)
}

fn areas(whole: &Whole<'_>, figures: Figures<'_>, units: bool) -> Option<Vec<AreaPart>> {
    let (mut parts, mut supplements) = (Vec::new(), Decimal::ZERO);
    for area in whole.area.children() {
        let part = figures.measure(whole.measure, area, whole.field, whole.period);
        let value = value(&part)?;
        supplements = supplements.checked_add(part.supplement.unwrap_or_default())?;
        if !value.is_zero() {
            parts.push(AreaPart { area, name: named(area), value });
        }
    }
    let sum = sum(parts.iter().map(|part| part.value))?;
    let left = whole.value.checked_sub(sum)?.normalize();
    if parts.is_empty() || (!left.is_zero() && !whole.measure.takes_supplements()) {
        return None;
    }
    if !left.is_zero() {
        // It is no cell, so no rule judged it: it may be what one unit says.
        let compiled = whole.supplement.unwrap_or_default().checked_sub(supplements)?;
        if !units && whole.measure.is_protected() && left != compiled {
            return None;
        }
        parts.push(AreaPart { area: whole.area, name: named(whole.area), value: left });
    }
    Some(parts)
}

fn fields(whole: &Whole<'_>, figures: Figures<'_>) -> Option<Vec<FieldPart>> {
    if whole.field != Field::Total {
        return None;
    }
    let mut parts = Vec::new();
    for field in Field::ALL.into_iter().filter(|field| *field != Field::Total) {
        let value = value(&figures.measure(whole.measure, whole.area, field, whole.period))?;
        if !value.is_zero() {
            let name = Name { zh: field.name_zh().to_owned(), en: field.name_en().to_owned() };
            parts.push(FieldPart { field, name, value });
        }
    }
    adds_up(parts.iter().map(|part| part.value), whole.value).then_some(parts)
}

/// What a part adds: nothing where it is missing; none where it may not be shown.
fn value(part: &figure::Observation) -> Option<Decimal> {
    if suppressed(part) { None } else { Some(part.numerator.unwrap_or_default()) }
}

fn sum(mut values: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    values.try_fold(Decimal::ZERO, Decimal::checked_add)
}

fn adds_up(values: impl Iterator<Item = Decimal>, whole: Decimal) -> bool {
    sum(values) == Some(whole)
}

fn named(area: Area) -> Name {
    Name { zh: area.name_zh().to_owned(), en: area.name_en().to_owned() }
}

#[cfg(test)]
mod tests {
    use weir_schemas::cell::{Cell, Series};
    use weir_schemas::figure::{Audience, Cells};
    use weir_schemas::period::Slot;
    use weir_schemas::plan::{Plan, SICHUAN_14};

    use super::*;

    /// The areas of contract turnover in 5107, by what stands in it and in its county 510704, with the supplements in each.
    fn shown(whole: (u32, u32), county: (u32, u32), units: bool) -> Option<Vec<(String, String)>> {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let cell = |area: &str, (value, supplement): (u32, u32)| {
            let series = Series {
                measure: "contract_turnover".into(),
                area: area.parse().unwrap(),
                field: Field::Total,
            };
            let (value, supplement) = (value.into(), supplement.into());
            let empty = Cell::empty(series, Slot::year(2021));
            Cell { value, supplement, contributions: 4, contributors: 4, ..empty }
        };
        let cells: Cells = [cell("510700", whole), cell("510704", county)].into_iter().collect();
        let figures = Figures::new(&plan, &cells).read_by(Audience::Analyst);
        let (measure, period) = (plan.measure("contract_turnover").unwrap(), Period::Year(2021));
        let area: Area = "510700".parse().unwrap();
        let ours = figures.measure(measure, area, Field::Total, period);
        let (value, supplement) = (ours.numerator.unwrap(), ours.supplement);
        let whole = Whole { measure, area, field: Field::Total, period, value, supplement };
        let parts = areas(&whole, figures, units)?;
        Some(parts.into_iter().map(|part| (part.area.to_string(), part.value.to_string())).collect())
    }

    fn parts(parts: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
        Some(parts.iter().map(|(area, value)| ((*area).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn what_no_rule_judged_is_shown_to_those_alone_who_see_units() {
        // A contract of 30 names the prefecture itself as its seller's place.
        let both = [("510704", "70"), ("510700", "30")];
        assert_eq!(shown((100, 0), (70, 0), true), parts(&both));
        assert_eq!(shown((100, 0), (70, 0), false), None);
        assert_eq!(shown((100, 20), (70, 0), false), None, "beside a part that was compiled too");
        assert_eq!(shown((100, 30), (70, 30), false), None, "nor is it what was compiled inside");
    }

    #[test]
    fn what_was_compiled_for_the_area_itself_is_shown_to_all() {
        let both = [("510704", "70"), ("510700", "30")];
        assert_eq!(shown((100, 30), (70, 0), false), parts(&both));
        assert_eq!(shown((100, 35), (70, 5), false), parts(&both));
        assert_eq!(shown((70, 5), (70, 5), false), parts(&both[..1]), "nothing is left");
    }
}
