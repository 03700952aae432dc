//! Whether a form is still taken for a period: what bureaus said of its rounds, and who is bound by it.
//!
//! A round of level `city` said by `/bureaus/510700` binds the bureaus in 5107 up to that level: the prefecture's and its
//! counties'. A bureau's later word stands in for its earlier one, and for those that bureaus inside its area said before it; so
//! a province can open again what a prefecture closed, and no prefecture what the province closed.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::codelist::{Area, AreaLevel};
use crate::event::{Data, Event, Fingerprint, Form, Late, Level, RoundChanged, day};
use crate::period::Period;

/// All that was said of the rounds of all forms, in whatever order and however often it comes: an event's offset in its form's partition
/// says its turn.
#[derive(Debug, Default)]
pub struct Rounds {
    words: HashMap<(Form, Period, Area), BTreeMap<i64, Word>>,
    /// Of each identity in a form the offset of its first event: the later ones are duplicates.
    first: HashMap<(Form, Fingerprint), i64>,
    voided: HashSet<(Form, Fingerprint)>,
}

/// What one event says of a round.
#[derive(Debug, Clone)]
struct Word {
    identity: Fingerprint,
    level: Level,
    closes: bool,
    due: Option<Date>,
}

/// How a round stands for one bureau.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoundStanding {
    /// The bureau that closed it, if one did.
    pub closed_by: Option<Area>,
    /// The day that reports are due by, where one was said: the earliest of those that bind the bureau.
    pub due: Option<Date>,
}

impl RoundStanding {
    /// What a report comes after that is received at a moment; the day that it is due by still is in time, in China.
    pub fn late(&self, received: Timestamp) -> Option<Late> {
        if self.closed_by.is_some() {
            return Some(Late::Closed);
        }
        self.due.filter(|due| *due < day(received)).map(|_| Late::Deadline)
    }
}

impl Rounds {
    /// Whether the event says something of rounds, or may take back what one says: a void under the name of a form.
    pub fn concerned_by(event: &Event) -> bool {
        match &event.data {
            Data::PeriodOpened(_) | Data::PeriodClosed(_) | Data::PeriodReopened(_) => true,
            Data::EventVoided(_) => Form::from_word(&event.subject).is_some(),
            _ => false,
        }
    }

    /// Takes an event in that the log holds at an offset; what is not about rounds changes nothing.
    pub fn apply(&mut self, event: &Event, offset: i64) {
        match &event.data {
            Data::PeriodClosed(round) => self.say(event, round, true, offset),
            Data::PeriodOpened(round) | Data::PeriodReopened(round) => self.say(event, round, false, offset),
            Data::EventVoided(void) => {
                self.voided.extend(Form::from_word(&event.subject).map(|form| (form, void.voided())));
            }
            _ => {}
        }
    }

    fn say(&mut self, event: &Event, round: &RoundChanged, closes: bool, offset: i64) {
        let identity = event.identity();
        let first = self.first.entry((round.form, identity)).or_insert(offset);
        *first = offset.min(*first);
        let word = Word { identity, level: round.level, closes, due: round.deadline.filter(|_| !closes) };
        let place = (round.form, round.period, event.source.area);
        self.words.entry(place).or_default().insert(offset, word);
    }

    /// How the round of a form and period stands for the bureau of an area.
    pub fn standing(&self, form: Form, period: Period, bureau: Area) -> RoundStanding {
        let own = match bureau.level() {
            AreaLevel::Province => Level::Province,
            AreaLevel::Prefecture => Level::City,
            AreaLevel::County => Level::County,
        };
        let mut said: Vec<(i64, Area, &Word)> = Vec::new();
        for area in bureau.ancestors() {
            let words = self.words.get(&(form, period, area)).into_iter().flatten();
            let counts =
                words.filter(|(offset, word)| word.level >= own && self.counts(form, word, **offset));
            said.extend(counts.map(|(offset, word)| (*offset, area, word)));
        }
        said.sort_unstable_by_key(|(offset, ..)| *offset);
        let mut standing: Vec<(Area, bool, Option<Date>)> = Vec::new();
        for (_, area, word) in said {
            // Opened again without a new day, a round is due when it was.
            let before = standing.iter().find(|(by, ..)| *by == area).and_then(|(_, _, due)| *due);
            standing.retain(|(by, ..)| !area.contains(*by));
            standing.push((area, word.closes, word.due.or(before)));
        }
        RoundStanding {
            closed_by: standing.iter().find(|(_, closes, _)| *closes).map(|(by, ..)| *by),
            due: standing.iter().filter_map(|(_, _, due)| *due).min(),
        }
    }

    fn counts(&self, form: Form, word: &Word, offset: i64) -> bool {
        let identity = (form, word.identity);
        self.first.get(&identity) == Some(&offset) && !self.voided.contains(&identity)
    }
}

#[cfg(test)]
mod tests;
