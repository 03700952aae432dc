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
}

impl Made {
    /// Takes a numerator apart. `units` says whether what single forms add may be shown.
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
            areas: areas(&whole, figures),
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

fn areas(whole: &Whole<'_>, figures: Figures<'_>) -> Option<Vec<AreaPart>> {
    let mut parts = Vec::new();
    for area in whole.area.children() {
        let value = value(&figures.measure(whole.measure, area, whole.field, whole.period))?;
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
