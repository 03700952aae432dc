//! Rounds: for which periods the province has closed a form (docs/measures.md §4, status `P`), and the day that reports
//! are due by.

use std::collections::BTreeSet;

use num_traits::One;
use weir_schemas::codelist::{Area, AreaLevel, Field};
use weir_schemas::event::{Data, Event, Form, Level, RoundChanged};
use weir_schemas::period::{Period, Slot};
use weir_schemas::plan::{Plan, Rule};

use crate::counting::Placed;
use crate::exact::Exact;
use crate::fact::{At, Behind, Fact};

/// What the rounds of a form add: one where the province's last word on a period closes it; the deadline it said last.
pub(crate) fn facts(events: &[&Placed], plan: &Plan) -> Vec<Fact> {
    let offices: BTreeSet<Area> = events.iter().map(|placed| placed.event.source.area).collect();
    let provinces: Vec<Area> =
        offices.into_iter().filter(|area| area.level() == AreaLevel::Province).collect();
    let mut facts = Vec::new();
    for (measure, one) in plan.measures.iter().enumerate() {
        let (Rule::RoundClosed { form } | Rule::RoundDeadline { form }) = one.rule else { continue };
        for slot in plan.calendar.slots() {
            for area in &provinces {
                let said = events.iter().rev().filter(|placed| placed.event.source.area == *area);
                let mut words = said.filter_map(|placed| Some((word(&placed.event, form, slot)?, *placed)));
                let stands = match one.rule {
                    Rule::RoundClosed { .. } => words.next().and_then(|(word, placed)| closed(word, placed)),
                    _ => words.find_map(|(word, placed)| deadline(word, placed)),
                };
                if let Some((value, synthetic)) = stands {
                    let at = At { slot, area: *area, field: Field::Unknown };
                    let fact = Fact::new(measure, at, value, synthetic);
                    facts.push(Fact { behind: Behind::Nobody, ..fact });
                }
            }
        }
    }
    facts
}

/// What the event says of the province's round of a form for a slot; nothing if it is about another. The figures of a year
/// are December's where a form is monthly.
fn word(event: &Event, form: Form, slot: Slot) -> Option<&RoundChanged> {
    let (Data::PeriodClosed(round) | Data::PeriodOpened(round) | Data::PeriodReopened(round)) = &event.data
    else {
        return None;
    };
    let period = match slot.period() {
        Period::Year(year) if !form.is_annual() => Period::Month(year, 12),
        Period::Month(..) if form.is_annual() => return None,
        period => period,
    };
    (round.form == form && round.level == Level::Province && round.period == period).then_some(round)
}

/// One, if the word closes the round.
fn closed(_: &RoundChanged, placed: &Placed) -> Option<(Exact, bool)> {
    let closes = matches!(placed.event.data, Data::PeriodClosed(_));
    closes.then(|| (Exact::one(), placed.event.synthetic))
}

/// The day that reports are due by, as a number `yyyymmdd`, where the word opens the round and says it.
fn deadline(round: &RoundChanged, placed: &Placed) -> Option<(Exact, bool)> {
    let opens = !matches!(placed.event.data, Data::PeriodClosed(_));
    let day = round.deadline.filter(|_| opens)?;
    let number = i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day());
    Some((Exact::from_integer(number.into()), placed.event.synthetic))
}
