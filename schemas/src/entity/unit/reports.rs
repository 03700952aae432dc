//! The reports of a unit: for each form and period the one in force.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::codelist::Area;
use crate::entity::Place;
use crate::event::{Form, Item, ReportFiled, Source};
use crate::period::{Period, Slot};

/// A report as it was filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filed {
    items: BTreeMap<Item, Decimal>,
    /// The bureau that filed it.
    source: Source,
    /// The event.
    pub(super) offset: i64,
    /// Whether the event is synthetic.
    pub(super) synthetic: bool,
}

impl Filed {
    /// The value of an item, if the report holds it.
    pub(super) fn item(&self, item: Item) -> Option<Decimal> {
        self.items.get(&item).copied()
    }
}

/// Where a unit's revenue is taken from: the first of these that is in force (docs/measures.md §1).
const REVENUE_FORMS: [Form; 4] = [Form::B103_1, Form::B203, Form::F203, Form::Torch];

/// All revisions of all reports of a unit.
#[derive(Default)]
pub(super) struct Reports {
    /// By revision, then by place.
    filed: BTreeMap<(Form, Period), BTreeMap<(u32, i64), Filed>>,
}

impl Reports {
    /// Takes in a filing.
    pub(super) fn file(&mut self, filed: &ReportFiled, source: Source, place: Place, synthetic: bool) {
        let report = Filed { items: filed.items.clone(), source, offset: place.offset, synthetic };
        self.filed
            .entry((filed.form, filed.period))
            .or_default()
            .insert((filed.revision, place.offset), report);
    }

    /// Whether nothing was ever filed.
    pub(super) fn is_empty(&self) -> bool {
        self.filed.is_empty()
    }

    /// The report in force for a slot of a unit in `area`: the highest revision, of one revision the latest
    /// in the log, of those filed by a bureau that covers the area. A year-to-date form's year is its December.
    pub(super) fn at(&self, form: Form, slot: Slot, area: Area) -> Option<&Filed> {
        let period = match (slot.period(), form.is_annual()) {
            (Period::Year(year), false) => Period::Month(year, 12),
            (Period::Month(..), true) => return None,
            (period, _) => period,
        };
        let revisions = self.filed.get(&(form, period))?;
        revisions.values().rev().find(|report| report.source.area.contains(area))
    }

    /// The report that gives the unit's revenue for a slot; it may leave the revenue out.
    pub(super) fn revenue(&self, slot: Slot, area: Area) -> Option<&Filed> {
        REVENUE_FORMS.iter().find_map(|form| self.at(*form, slot, area))
    }
}
