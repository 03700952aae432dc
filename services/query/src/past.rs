//! The past: cells as they were at a moment, summed from the contributions recorded up to it.

mod earlier;

use std::collections::BTreeSet;

use jiff::Timestamp;
use weir_kernel::clickhouse::{Error, Generation, Wanted};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::disclosure::PrimaryRules;
use weir_schemas::event::Form;
use weir_schemas::figure::{Audience, Cells};
use weir_schemas::period::{Period, Slot};
use weir_schemas::plan::{Indicator, Measure, MeasureId, Plan};

/// Reference values may be older than the plan's calendar: stocks fall back on them.
const OLDEST_REFERENCE: i16 = 1900;

/// Which cells an answer is computed from.
pub(crate) struct Needed<'a> {
    /// The plan.
    pub(crate) plan: &'a Plan,
    /// The measures, each once.
    pub(crate) measures: Vec<&'a Measure>,
    /// The areas that are asked for.
    pub(crate) areas: &'a [Area],
    /// The fields that are asked for.
    pub(crate) fields: Vec<Field>,
    /// Who reads the answer.
    pub(crate) audience: Audience,
}

/// The measures that an indicator is divided from, and what is officially published of it.
pub(crate) fn shown_by(indicator: &Indicator) -> impl Iterator<Item = MeasureId> {
    let divisors = indicator.denominator.iter().flat_map(|by| by.measure.iter().chain(&by.published));
    let official = Measure::official_id(&indicator.id).into();
    std::iter::once(&indicator.numerator).chain(divisors).cloned().chain([official])
}

/// The slots of periods, in order, each once.
fn slots(periods: impl Iterator<Item = Period>) -> Vec<Slot> {
    periods.map(Period::slot).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Slots, in order, and before each year its December. What is reported by month stands in the year as it does in December, so
/// what is kept of the year depends on that: the two are summed together.
fn with_decembers(slots: &[Slot]) -> Vec<Slot> {
    let decembers = slots.iter().filter(|slot| slot.is_year()).filter_map(|year| year.before_in_year());
    slots.iter().copied().chain(decembers).collect::<BTreeSet<_>>().into_iter().collect()
}

impl<'a> Needed<'a> {
    /// For analysts, from whom most is kept.
    fn of(plan: &'a Plan, measures: Vec<&'a Measure>, areas: &'a [Area], fields: Vec<Field>) -> Self {
        Self { plan, measures, areas, fields, audience: Audience::Analyst }
    }

    /// What an indicator is divided from.
    pub(crate) fn by_indicator(
        plan: &'a Plan,
        indicator: &Indicator,
        areas: &'a [Area],
        field: Field,
    ) -> Self {
        let measures = shown_by(indicator).filter_map(|id| plan.measure(&id));
        Self::of(plan, measures.collect(), areas, vec![field])
    }

    /// What several indicators are divided from.
    pub(crate) fn by_indicators<'b>(
        plan: &'a Plan,
        indicators: impl Iterator<Item = &'b Indicator>,
        areas: &'a [Area],
        field: Field,
    ) -> Self {
        let ids: BTreeSet<MeasureId> = indicators.flat_map(shown_by).collect();
        let measures = ids.iter().filter_map(|id| plan.measure(id));
        Self::of(plan, measures.collect(), areas, vec![field])
    }

    /// What all targets are judged by.
    pub(crate) fn by_targets(plan: &'a Plan, areas: &'a [Area]) -> Self {
        let ids: BTreeSet<MeasureId> = plan.indicators.iter().flat_map(shown_by).collect();
        let measures = plan.measures.iter().filter(|measure| ids.contains(&measure.id));
        Self::of(plan, measures.collect(), areas, vec![Field::Total])
    }

    /// What a measure is.
    pub(crate) fn by_measure(plan: &'a Plan, measure: &'a Measure, areas: &'a [Area], field: Field) -> Self {
        Self::of(plan, vec![measure], areas, vec![field])
    }

    /// What several indicators are divided from, and several measures are.
    pub(crate) fn by_all(
        plan: &'a Plan,
        indicators: &[&Indicator],
        measures: &[&'a Measure],
        areas: &'a [Area],
        fields: Vec<Field>,
    ) -> Self {
        let divided: BTreeSet<MeasureId> = indicators.iter().copied().flat_map(shown_by).collect();
        let is_needed = |measure: &&Measure| {
            divided.contains(&measure.id) || measures.iter().any(|other| other.id == measure.id)
        };
        let measures = plan.measures.iter().filter(is_needed).collect();
        Self::of(plan, measures, areas, fields)
    }

    /// Measures by their ids, of all fields together.
    pub(crate) fn by_measures(plan: &'a Plan, ids: &[String], areas: &'a [Area]) -> Self {
        let measures = ids.iter().filter_map(|id| plan.measure(id)).collect();
        Self::of(plan, measures, areas, vec![Field::Total])
    }

    /// The same for a reader.
    pub(crate) fn read_by(self, audience: Audience) -> Self {
        Self { audience, ..self }
    }

    /// The cells of these periods as of a moment, and of earlier ones as far as they tell what is kept from the reader.
    ///
    /// # Errors
    /// When the store can't be reached.
    pub(crate) async fn cells(
        &self,
        generation: &Generation,
        periods: impl Iterator<Item = Period>,
        as_of: Timestamp,
    ) -> Result<Cells, Error> {
        let mut cells = Cells::default();
        let slots = slots(periods);
        cells.extend(generation.sums_of_all(&self.wanted(&slots, as_of)).await?);
        if self.audience == Audience::Analyst {
            self.earlier(generation, with_decembers(&slots), as_of, &mut cells).await?;
        }
        Ok(cells)
    }

    /// The moments after the first and up to the second, in order and at most `most`, at which anything was recorded
    /// that the cells of these periods are summed from.
    ///
    /// # Errors
    /// When the store can't be reached.
    pub(crate) async fn moments(
        &self,
        generation: &Generation,
        periods: impl Iterator<Item = Period>,
        (after, until): (Option<Timestamp>, Timestamp),
        most: usize,
    ) -> Result<Vec<Timestamp>, Error> {
        let mut slots = slots(periods);
        if self.audience == Audience::Analyst {
            // What is kept of a month may depend on any before it in the year.
            slots = slots
                .iter()
                .flat_map(|slot| slot.first_in_year().through(*slot))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
        }
        generation.moments(&self.wanted(&slots, until), after, most).await
    }

    /// The areas asked for, by these fields.
    fn places(&self, fields: &[Field]) -> Vec<(Area, Field)> {
        let of_area = |area: &Area| fields.iter().map(|field| (*area, *field)).collect::<Vec<_>>();
        self.areas.iter().flat_map(of_area).collect()
    }

    /// The rules by which cells are judged for the reader, from whom nothing may be kept.
    fn rules(&self) -> Option<PrimaryRules> {
        (self.audience == Audience::Analyst).then(|| self.plan.disclosure.primary())
    }

    fn wanted(&self, slots: &[Slot], as_of: Timestamp) -> Vec<Wanted<'a>> {
        // A month is divided by its year's reference value, which stands after it.
        let year = slots.last().map(|last| Slot::year(last.calendar_year()));
        let of = |measure: &'a Measure, series| {
            let slots = match year {
                Some(year) if measure.is_reference() => Slot::year(OLDEST_REFERENCE).through(year).collect(),
                _ if measure.is_protected() && self.audience == Audience::Analyst => with_decembers(slots),
                _ => slots.to_vec(),
            };
            Wanted { measure, series, slots, as_of: Some(as_of), rules: self.rules() }
        };
        let at = |fields: &[Field]| self.places(fields);
        let asked = self.measures.iter().map(|measure| {
            // A reference value has no field.
            of(measure, at(if measure.is_reference() { &[Field::Total] } else { &self.fields }))
        });
        // Whether a reported figure is final says the round of its form, and how much of it is there its coverage.
        let covered: BTreeSet<Form> = self
            .measures
            .iter()
            .flat_map(|measure| self.plan.expectations_of(measure).map(|expected| expected.form))
            .collect();
        let counted =
            covered.into_iter().flat_map(|form| [Measure::filed_id(form), Measure::expected_id(form)]);
        let counted =
            counted.filter_map(|id| self.plan.measure(&id)).map(|measure| of(measure, at(&self.fields)));
        let reported = self.measures.iter().any(|measure| !measure.forms().is_empty());
        let rounds = Form::ALL.iter().filter_map(|form| self.plan.measure(&Measure::closed_id(*form)));
        let rounds =
            rounds.filter(|_| reported).map(|measure| of(measure, vec![(self.plan.area, Field::Total)]));
        asked.chain(counted).chain(rounds).collect()
    }
}
