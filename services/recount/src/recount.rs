//! The recount: subject by subject to facts, facts to cells.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Slot;
use weir_schemas::plan::{Plan, Rule};

use crate::confidentiality::{Confidentiality, is_protected};
use crate::counting::{Placed, counting};
use crate::day::in_china;
use crate::fact::{Behind, Fact};
use crate::sum::{Cell, Sum};
use crate::{contract, patent, published, register, round, unit};

/// Which cell: a measure, by its place in the plan, in an area, a field and a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The measure, by its place in the plan.
    pub measure: usize,
    /// The area.
    pub area: Area,
    /// The field, `_T` for all.
    pub field: Field,
    /// The slot.
    pub slot: Slot,
}

/// Takes in the events of one subject after the other.
pub struct Recount<'a> {
    plan: &'a Plan,
    moment: Timestamp,
    sums: HashMap<Place, Sum>,
    parties: HashMap<Arc<str>, u32>,
    subjects: u64,
    /// The earliest year of a reference value.
    oldest: i16,
}

impl<'a> Recount<'a> {
    /// As of a moment.
    pub fn new(plan: &'a Plan, moment: Timestamp) -> Self {
        Self { plan, moment, sums: HashMap::new(), parties: HashMap::new(), subjects: 0, oldest: i16::MAX }
    }

    /// Takes in all events of one subject that were recorded up to the moment, in any order.
    pub fn take(&mut self, events: &[Placed]) {
        self.subjects += 1;
        let counting = counting(events);
        let plan = self.plan;
        for facts in [
            unit::facts(&counting, plan),
            patent::facts(&counting, plan),
            contract::facts(&counting, plan),
            register::facts(&counting, plan),
            round::facts(&counting, plan),
            published::references(&counting, plan, in_china(self.moment)),
            published::supplements(&counting, plan),
        ] {
            facts.iter().for_each(|fact| self.add(fact));
        }
    }

    /// All cells in which something stands.
    pub fn finish(self) -> Figures<'a> {
        let plan = self.plan;
        let of_fields = |place: &Place| {
            plan.measures.get(place.measure).is_some_and(|one| matches!(one.rule, Rule::FieldsWith { .. }))
        };
        let told: HashMap<Place, Confidentiality> = self
            .sums
            .iter()
            .filter(|(_, sum)| !sum.parts().is_empty())
            .map(|(place, sum)| {
                let number = place.slot.number();
                let earlier = |slots: u32| {
                    let slot = Slot::from_number(number - slots)?;
                    self.sums.get(&Place { slot, ..*place }).map(Sum::parts)
                };
                let quarter = if [6, 9, 12].contains(&(number % 100)) { earlier(3) } else { None };
                (*place, Confidentiality::of(sum.parts(), [earlier(1), quarter], sum.panel_parts(), plan))
            })
            .collect();
        let cell = |(place, sum): (Place, Sum)| {
            let confidentiality = told.get(&place).copied().unwrap_or(Confidentiality::FREE);
            (place, Cell { confidentiality, ..sum.cell(of_fields(&place)) })
        };
        let cells = self.sums.into_iter().map(cell).collect();
        Figures { plan, cells, today: in_china(self.moment), oldest: self.oldest }
    }

    /// Adds a fact to its own cell and, unless it is a reference value, to those around it.
    fn add(&mut self, fact: &Fact) {
        if !self.plan.area.contains(fact.area) {
            return;
        }
        let party = match &fact.behind {
            Behind::Party(name) => Some(self.number(name)),
            Behind::Subject | Behind::Nobody => None,
        };
        let subject = self.subjects;
        let protected = self.plan.measures.get(fact.measure).is_some_and(|one| is_protected(&one.rule));
        let mut add = |area, field| {
            let place = Place { measure: fact.measure, area, field, slot: fact.slot };
            let sum = self.sums.entry(place).or_default();
            sum.add(fact, subject, party);
            if protected {
                sum.part(fact, subject, party);
            }
        };
        if fact.vintage.is_some() {
            add(fact.area, fact.field);
            self.oldest = self.oldest.min(fact.slot.calendar_year());
            return;
        }
        for area in around(fact.area, self.plan.area) {
            add(area, fact.field);
            add(area, Field::Total);
        }
    }

    fn number(&mut self, party: &Arc<str>) -> u32 {
        let next = u32::try_from(self.parties.len()).unwrap_or(u32::MAX);
        *self.parties.entry(Arc::clone(party)).or_insert(next)
    }
}

/// The area itself, its prefecture and its province, as far as they lie in `within`.
fn around(area: Area, within: Area) -> Vec<Area> {
    let code = area.as_u32();
    let mut codes = vec![code, code / 100 * 100, code / 10_000 * 10_000];
    codes.dedup();
    codes.into_iter().filter_map(Area::from_u32).filter(|area| within.contains(*area)).collect()
}

/// The cells of a plan as of a moment, and the figures that follow from them.
pub struct Figures<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) cells: HashMap<Place, Cell>,
    pub(crate) today: Date,
    /// The earliest year of a reference value.
    pub(crate) oldest: i16,
}

impl<'a> Figures<'a> {
    /// The plan.
    pub const fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// The day in China of the moment.
    pub const fn today(&self) -> Date {
        self.today
    }

    /// The cell of a place, if anything stands there.
    pub fn cell(&self, place: &Place) -> Option<&Cell> {
        self.cells.get(place)
    }

    /// All cells in which something stands, in no order.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = (&Place, &Cell)> {
        self.cells.iter()
    }
}
