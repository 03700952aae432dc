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
pub(super) struct Asking {
    occasions: Occasions,
    begins_anew: bool,
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

impl Asking {
    pub(super) fn of(measure: &Measure, mut occasions: Occasions) -> Self {
        if let Occasions::Days(days) = &mut occasions {
            days.sort_unstable();
        }
        let begins_anew =
            measure.shape() == Shape::YearToDate || matches!(measure.rule, Rule::UnitsNet { .. });
        Self { occasions, begins_anew, behind: 0, before: None }
    }

    /// What is known of the next slot.
    pub(super) fn about(&mut self, slot: Slot) -> Known {
        let follows = self.before.replace(slot).is_some_and(|before| before.next() == slot);
        match &self.occasions {
            Occasions::Any => Known::Nothing,
            Occasions::Slots(slots) if slots.contains(&slot) => Known::Nothing,
            Occasions::Slots(_) => Known::None,
            Occasions::Days(days) => {
                let last = slot.last_day();
                let behind = days.partition_point(|day| *day <= last);
                let turned = std::mem::replace(&mut self.behind, behind) != behind;
                // A year begins in January; no monthly form is filed for it, and annual ones are for the year alone.
                let anew = self.begins_anew && matches!(slot.number() % 100, 1 | 2 | 13);
                if follows && !turned && !anew { Known::Same } else { Known::Nothing }
            }
        }
    }
}
