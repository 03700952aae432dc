//! Where a unit is, in which industry and field, and whether it is closed, on a day (docs/measures.md §1, units).

use jiff::civil::Date;
use weir_schemas::codelist::{Area, Field, Industry};
use weir_schemas::event::{Data, UnitChange};

use crate::counting::Placed;

/// The changes of a unit, by the day each holds from and, of one day, by their order in the log.
pub(super) struct Timeline<'a>(Vec<(Date, &'a Placed)>);

/// A unit on a day. What is said of it comes with whether a synthetic event says it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OnDay {
    area: Option<(Area, bool)>,
    industry: Option<(Industry, bool)>,
    own_field: Option<(Field, bool)>,
    pub(super) closed: bool,
}

/// Where a fact of the unit is placed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) area: Area,
    pub(super) field: Field,
    /// Whether a synthetic event says so.
    pub(super) synthetic: bool,
}

impl OnDay {
    /// Its area, and its own field, else that of its industry, else none known; nothing if it has no area.
    pub(super) fn spot(&self) -> Option<Spot> {
        let (area, placed) = self.area?;
        let mapped = self.industry.map(|(industry, synthetic)| (industry.field(), synthetic));
        let (field, named) = self.own_field.or(mapped).unwrap_or((Field::Unknown, false));
        Some(Spot { area, field, synthetic: placed || named })
    }
}

impl<'a> Timeline<'a> {
    pub(super) fn of(events: &[&'a Placed]) -> Self {
        let mut changes: Vec<(Date, &Placed)> = Vec::new();
        for placed in events {
            match &placed.event.data {
                Data::UnitRegistered(unit) => changes.push((unit.effective_from, placed)),
                Data::UnitChanged(change) => changes.push((change.effective_from, placed)),
                Data::UnitClosed(closing) => changes.push((closing.effective_from, placed)),
                _ => {}
            }
        }
        changes.sort_by_key(|(day, placed)| (*day, placed.offset));
        Self(changes)
    }

    /// The unit on a day: before its first change nothing is known of it.
    pub(super) fn on(&self, day: Date) -> OnDay {
        let mut unit = OnDay::default();
        for (_, placed) in self.0.iter().take_while(|(from, _)| *from <= day) {
            let synthetic = placed.event.synthetic;
            match &placed.event.data {
                // A registration says everything anew.
                Data::UnitRegistered(registered) => {
                    unit = OnDay {
                        area: Some((registered.area, synthetic)),
                        industry: Some((registered.industry, synthetic)),
                        own_field: registered.field.map(|field| (field, synthetic)),
                        closed: false,
                    };
                }
                Data::UnitChanged(change) => {
                    unit.area = change.area.map(|area| (area, synthetic)).or(unit.area);
                    unit.industry = change.industry.map(|industry| (industry, synthetic)).or(unit.industry);
                    unit.own_field = change.field.map(|field| (field, synthetic)).or(unit.own_field);
                    unit.closed |= matches!(change.reason, UnitChange::Merged | UnitChange::Split);
                }
                Data::UnitClosed(_) => unit.closed = true,
                _ => {}
            }
        }
        unit
    }

    /// Whether the register knows where the unit is, from whatever day on.
    pub(super) fn is_known(&self) -> bool {
        self.on(Date::MAX).area.is_some()
    }

    /// The days on which the unit may begin to be open, or end to be.
    pub(super) fn days(&self) -> impl Iterator<Item = Date> {
        self.0.iter().map(|(day, _)| *day)
    }
}
