//! When the facts of an entity may change, so that they are not asked for in every slot of the calendar.

use jiff::civil::Date;

use crate::period::Slot;
use crate::plan::{Measure, Rule, Shape};

/// When facts of an entity to one measure may differ from those of the slot before.
pub(crate) enum Occasions {
    /// In any slot.
    Any,
    /// From these days on, in any order; and where the measure itself begins anew.
    Days(Vec<Date>),
    /// There are none but in these slots.
    Slots(Vec<Slot>),
}

/// Goes through slots in order and tells where to ask.
pub(super) struct Asking<'a> {
    measure: &'a Measure,
    occasions: Occasions,
    /// How many of the days lie behind.
    behind: usize,
    before: Option<Slot>,
}

/// What is known of a slot before asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing.
    Nothing,
    /// That the facts are those of the slot before.
    Same,
    /// That there are none.
    None,
}

impl<'a> Asking<'a> {
    pub(super) fn of(measure: &'a Measure, mut occasions: Occasions) -> Self {
        if let Occasions::Days(days) = &mut occasions {
            days.sort_unstable();
        }
        Self { measure, occasions, behind: 0, before: None }
    }

    /// What is known of the next slot.
    pub(super) fn about(&mut self, slot: Slot) -> Known {
        let before = self.before.replace(slot).filter(|before| before.next() == slot);
        match &self.occasions {
            Occasions::Any => Known::Nothing,
            Occasions::Slots(slots) if slots.contains(&slot) => Known::Nothing,
            Occasions::Slots(_) => Known::None,
            Occasions::Days(days) => {
                let last = slot.last_day();
                let behind = days.partition_point(|day| *day <= last);
                let turned = std::mem::replace(&mut self.behind, behind) != behind;
                let same = before.is_some_and(|before| !turned && !begins_anew(self.measure, before, slot));
                if same { Known::Same } else { Known::Nothing }
            }
        }
    }
}

/// Whether a measure begins anew between a slot and the next, whatever is recorded.
fn begins_anew(measure: &Measure, before: Slot, slot: Slot) -> bool {
    let by_year = measure.shape() == Shape::YearToDate || matches!(measure.rule, Rule::UnitsNet { .. });
    let rounds_turn = match &measure.rule {
        // Nobody is expected to file where there is no round.
        Rule::Expected(expected) => expected.has_round(before) != expected.has_round(slot),
        _ => false,
    };
    rounds_turn || (by_year && before.calendar_year() != slot.calendar_year())
}
