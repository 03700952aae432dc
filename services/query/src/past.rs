//! The past: cells as they were at a moment, summed from the contributions recorded up to it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use weir_kernel::clickhouse::{Error, Generation, Wanted};
use weir_schemas::cell::Series;
use weir_schemas::codelist::{Area, Field};
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
    /// The field that is asked for.
    pub(crate) field: Field,
    /// Who reads the answer.
    pub(crate) audience: Audience,
}

/// The measures that an indicator is divided from, and what is officially published of it.
fn shown_by(indicator: &Indicator) -> impl Iterator<Item = MeasureId> {
    let divisors = indicator.denominator.iter().flat_map(|by| by.measure.iter().chain(&by.published));
    let official = Measure::official_id(&indicator.id).into();
    std::iter::once(&indicator.numerator).chain(divisors).cloned().chain([official])
}

impl<'a> Needed<'a> {
    /// What an indicator is divided from.
    pub(crate) fn by_indicator(
        plan: &'a Plan,
        indicator: &Indicator,
        areas: &'a [Area],
        field: Field,
    ) -> Self {
        let measures = shown_by(indicator).filter_map(|id| plan.measure(&id));
        Self { plan, measures: measures.collect(), areas, field, audience: Audience::Official }
    }

    /// What all targets are judged by.
    pub(crate) fn by_targets(plan: &'a Plan, areas: &'a [Area]) -> Self {
        let ids: BTreeSet<MeasureId> = plan.indicators.iter().flat_map(shown_by).collect();
        let measures = plan.measures.iter().filter(|measure| ids.contains(&measure.id));
        Self { plan, measures: measures.collect(), areas, field: Field::Total, audience: Audience::Official }
    }

    /// What a measure is.
    pub(crate) fn by_measure(plan: &'a Plan, measure: &'a Measure, areas: &'a [Area], field: Field) -> Self {
        Self { plan, measures: vec![measure], areas, field, audience: Audience::Official }
    }

    /// Measures by their ids, of all fields together.
    pub(crate) fn by_measures(plan: &'a Plan, ids: &[String], areas: &'a [Area]) -> Self {
        Self {
            plan,
            measures: ids.iter().filter_map(|id| plan.measure(id)).collect(),
            areas,
            field: Field::Total,
            audience: Audience::Official,
        }
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
        let slots: BTreeSet<Slot> = periods.map(Period::slot).collect();
        let slots: Vec<Slot> = slots.into_iter().collect();
        cells.extend(generation.sums_of_all(&self.wanted(&slots, as_of)).await?);
        if self.audience == Audience::Analyst {
            self.earlier(generation, slots, as_of, &mut cells).await?;
        }
        Ok(cells)
    }

    /// Goes back as far as nobody said anything new: such a cell is kept from the reader if the one before it is.
    async fn earlier(
        &self,
        generation: &Generation,
        mut loaded: Vec<Slot>,
        as_of: Timestamp,
        cells: &mut Cells,
    ) -> Result<(), Error> {
        let protected: Vec<&Measure> =
            self.measures.iter().copied().filter(|measure| measure.is_protected()).collect();
        let mut latest = loaded.clone();
        loop {
            let unchanged = |slot: &Slot| {
                let series = protected.iter().flat_map(|measure| {
                    self.areas.iter().map(|area| Series {
                        measure: measure.id.clone(),
                        area: *area,
                        field: self.field,
                    })
                });
                series.into_iter().any(|series| cells.get(&series, *slot).is_some_and(|cell| cell.unchanged))
            };
            let before =
                latest.iter().filter(|slot| unchanged(slot)).filter_map(|slot| slot.before_in_year());
            latest = before.filter(|slot| !loaded.contains(slot)).collect();
            if latest.is_empty() {
                return Ok(());
            }
            loaded.extend(&latest);
            let wanted: Vec<Wanted<'_>> =
                protected.iter().map(|measure| self.of(measure, self.field, latest.clone(), as_of)).collect();
            cells.extend(generation.sums_of_all(&wanted).await?);
        }
    }

    /// A measure in the areas asked for.
    fn of(&self, measure: &'a Measure, field: Field, slots: Vec<Slot>, as_of: Timestamp) -> Wanted<'a> {
        let series = self.areas.iter().map(|area| (*area, field)).collect();
        let rules = (self.audience == Audience::Analyst).then_some(self.plan.disclosure);
        Wanted { measure, series, slots, as_of: Some(as_of), rules }
    }

    fn wanted(&self, slots: &[Slot], as_of: Timestamp) -> Vec<Wanted<'a>> {
        // A month is divided by its year's reference value, which stands after it.
        let year = slots.last().map(|last| Slot::year(last.calendar_year()));
        let of = |measure: &'a Measure, series| {
            let slots = match year {
                Some(year) if measure.is_reference() => Slot::year(OLDEST_REFERENCE).through(year).collect(),
                _ => slots.to_vec(),
            };
            let rules = (self.audience == Audience::Analyst).then_some(self.plan.disclosure);
            Wanted { measure, series, slots, as_of: Some(as_of), rules }
        };
        let at = |field| self.areas.iter().map(|area| (*area, field)).collect();
        let asked = self.measures.iter().map(|measure| {
            // A reference value has no field.
            of(measure, at(if measure.is_reference() { Field::Total } else { self.field }))
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
            counted.filter_map(|id| self.plan.measure(&id)).map(|measure| of(measure, at(self.field)));
        let reported = self.measures.iter().any(|measure| !measure.forms().is_empty());
        let rounds = Form::ALL.iter().filter_map(|form| self.plan.measure(&Measure::closed_id(*form)));
        let rounds =
            rounds.filter(|_| reported).map(|measure| of(measure, vec![(self.plan.area, Field::Total)]));
        asked.chain(counted).chain(rounds).collect()
    }
}
