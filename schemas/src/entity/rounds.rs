//! The rounds of a form: for which periods the province has closed it, and until when it takes reports.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::recorded::{Origin, Recorded};
use super::{Entity, Fact, Place, Scope, Standing};
use crate::codelist::{Area, AreaLevel, Field};
use crate::event::{Data, Event, Form, Level, RoundChanged};
use crate::period::{Period, Slot};
use crate::plan::{Measure, Rule};

/// The rounds of one form, by period and province. Only a province's own word closes one for its figures.
#[derive(Default)]
pub(super) struct Rounds {
    said: BTreeMap<(Form, Slot, Area), Recorded<(), Word>>,
}

/// What the province says of a round.
struct Word {
    /// Whether it closes it, or opens it.
    closes: bool,
    /// The day that reports are due by, where an opening says it.
    deadline: Option<Date>,
}

impl Rounds {
    fn say(&mut self, round: &RoundChanged, closes: bool, area: Area, origin: Origin) {
        if round.level != Level::Province || area.level() != AreaLevel::Province {
            return;
        }
        for slot in slots(round.form, round.period) {
            let word = Word { closes, deadline: round.deadline.filter(|_| !closes) };
            self.said.entry((round.form, slot, area)).or_default().record((), origin, word);
        }
    }
}

/// The slots whose figures a round is about: the year of a year-to-date form is its December. A form has no
/// rounds for periods that it is not filed for.
fn slots(form: Form, period: Period) -> Vec<Slot> {
    match (form.is_annual(), period) {
        (true, Period::Year(year)) => vec![Slot::year(year)],
        (false, Period::Month(year, 12)) => vec![Slot::month(year, 12), Slot::year(year)],
        (false, Period::Month(year, month)) => vec![Slot::month(year, month)],
        _ => Vec::new(),
    }
}

/// A day as the number that is written `yyyymmdd`.
fn as_number(day: Date) -> Decimal {
    Decimal::from(i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day()))
}

impl Entity for Rounds {
    fn apply(&mut self, event: &Event, place: Place) {
        let (area, origin) = (event.source.area, Origin::of(event, place));
        match &event.data {
            Data::PeriodClosed(round) => self.say(round, true, area, origin),
            Data::PeriodOpened(round) | Data::PeriodReopened(round) => self.say(round, false, area, origin),
            _ => {}
        }
    }

    fn void(&mut self, offset: i64) {
        self.said.values_mut().for_each(|words| words.void(offset));
    }

    fn scope(&self, _: &Event) -> Scope {
        Scope::All
    }

    fn counts(&self, measure: &Measure) -> bool {
        matches!(measure.rule, Rule::RoundClosed { .. } | Rule::RoundDeadline { .. })
    }

    fn facts(&self, measure: &Measure, slot: Slot) -> Vec<Fact> {
        let (Rule::RoundClosed { form } | Rule::RoundDeadline { form }) = measure.rule else {
            return Vec::new();
        };
        let stands = |words: &Recorded<(), Word>| match measure.rule {
            Rule::RoundClosed { .. } => {
                words.last().filter(|word| word.fact.closes).map(|word| (Decimal::ONE, word.origin))
            }
            _ => words.iter().rev().find_map(|word| Some((as_number(word.fact.deadline?), word.origin))),
        };
        let rounds = self.said.iter().filter(|((of, at, _), _)| (*of, *at) == (form, slot));
        let facts = rounds.filter_map(|((_, _, area), words)| {
            let (value, origin) = stands(words)?;
            Some(Fact::new(*area, Field::Unknown, value, form.as_str().into(), [origin]))
        });
        facts.collect()
    }

    fn own_slots(&self) -> Option<Vec<Slot>> {
        let mut slots: Vec<Slot> = self.said.keys().map(|(_, slot, _)| *slot).collect();
        slots.sort_unstable();
        slots.dedup();
        Some(slots)
    }

    /// The last word of a province on a round holds, and the last on its deadline.
    fn became(&self, offset: i64) -> Option<Standing> {
        self.said.values().find_map(|words| {
            let due = words.iter().rev().find(|word| word.fact.deadline.is_some());
            let standing = Standing::among(words, offset)?;
            Some(if due.is_some_and(|due| due.origin.offset == offset) {
                Standing::InForce
            } else {
                standing
            })
        })
    }
}
