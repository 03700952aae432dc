//! What contributors said at each cut, folded from their events.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use weir_schemas::codelist::Field;
use weir_schemas::entity::{self, Basis, Contribution, ContributionKey, ObsStatus, SUPPLEMENT, Scope, State};
use weir_schemas::event::{Event, Form};
use weir_schemas::exact;
use weir_schemas::plan::Plan;

use crate::outline::Place;
use crate::word::Word;

/// What a cell says besides its sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remarks {
    /// What was compiled without unit records, in millionths, if anything was.
    pub supplement: Option<i128>,
    /// How many contributions are in it.
    pub contributions: u64,
    /// The least checked of them.
    pub status: ObsStatus,
    /// The forms of the reports in it.
    pub forms: BTreeSet<&'static str>,
    /// Whether a synthetic event is behind it.
    pub synthetic: bool,
}

/// All that protected measures are made of.
#[derive(Debug, Default)]
pub struct Said {
    /// What contributors said, and at which cuts it stood.
    pub words: Vec<Word>,
    /// What there is to say of the public's cells at the last cut.
    pub remarks: HashMap<Place, Remarks>,
}

/// An amount that no table holds. Its words are for everybody and name nobody; what tells more is for those who debug.
#[derive(Debug, thiserror::Error)]
pub enum OutOfRange {
    /// Of one subject.
    #[error("an amount of one contributor is out of range")]
    Said {
        /// Who says it.
        subject: String,
        /// The id of the measure.
        measure: String,
    },
    /// Of a cell.
    #[error("a sum is out of range")]
    Sum {
        /// The cell.
        place: Place,
    },
}

/// Reads events subject by subject, those of each in order.
pub struct Reading<'a> {
    plan: &'a Plan,
    /// The plan's protected measures alone, and their numbers in the plan.
    protected: Plan,
    numbers: Vec<usize>,
    /// The moments of the cuts, in order.
    moments: &'a [Timestamp],
    subject: Option<Subject>,
    said: Said,
}

/// The subject at hand.
struct Subject {
    name: String,
    state: State,
    /// The first cut that is not behind it.
    next: usize,
    /// Whether it changed since the cut before.
    changed: bool,
    /// The words that stand, by what they say.
    open: HashMap<(ContributionKey, Arc<str>, u128), usize>,
}

impl<'a> Reading<'a> {
    /// Nothing is read yet. The cuts are at these moments, in order.
    pub fn new(plan: &'a Plan, moments: &'a [Timestamp]) -> Self {
        let all = (0..).zip(&plan.measures).filter(|(_, measure)| measure.is_protected());
        let (numbers, measures) = all.map(|(number, measure)| (number, measure.clone())).unzip();
        let protected = Plan { measures, ..plan.clone() };
        Self { plan, protected, numbers, moments, subject: None, said: Said::default() }
    }

    /// Takes in the next event. Those of a subject come one after the other.
    ///
    /// # Errors
    /// When the subject before says something that is out of range.
    pub fn take(&mut self, event: &Event, place: entity::Place) -> Result<(), OutOfRange> {
        let mut subject = match self.subject.take() {
            Some(subject) if subject.name == event.subject => subject,
            before => {
                before.map_or(Ok(()), |before| self.end(before))?;
                Subject {
                    name: event.subject.clone(),
                    state: State::on(Basis::Accepted),
                    next: 0,
                    changed: false,
                    open: HashMap::new(),
                }
            }
        };
        self.pass(&mut subject, |moment| *moment < place.recorded)?;
        subject.state.apply(event, place);
        subject.changed = true;
        self.subject = Some(subject);
        Ok(())
    }

    /// All that was said.
    ///
    /// # Errors
    /// When the last subject says something that is out of range.
    pub fn finish(mut self) -> Result<Said, OutOfRange> {
        if let Some(subject) = self.subject.take() {
            self.end(subject)?;
        }
        Ok(self.said)
    }

    fn end(&mut self, mut subject: Subject) -> Result<(), OutOfRange> {
        self.pass(&mut subject, |_| true)
    }

    /// Passes the cuts that are behind the subject.
    fn pass(
        &mut self,
        subject: &mut Subject,
        is_behind: impl Fn(&Timestamp) -> bool,
    ) -> Result<(), OutOfRange> {
        while self.moments.get(subject.next).is_some_and(&is_behind) {
            let cut = subject.next;
            subject.next += 1;
            let is_last = subject.next == self.moments.len();
            if !subject.changed && !is_last {
                continue;
            }
            subject.changed = false;
            let mut open = HashMap::new();
            for (key, contribution) in subject.state.contributions(Scope::All, &self.protected) {
                if is_last {
                    self.remark(&key, &contribution)?;
                }
                // It is published by itself, and nobody's.
                if key.part == SUPPLEMENT {
                    continue;
                }
                let amount =
                    exact::to_millionths(contribution.value).and_then(|amount| u128::try_from(amount).ok());
                let amount = amount.ok_or_else(|| OutOfRange::Said {
                    subject: subject.name.clone(),
                    measure: key.measure.to_string(),
                })?;
                let said = (key, contribution.contributor.clone(), amount);
                let number = subject.open.remove(&said).unwrap_or(self.said.words.len());
                if number == self.said.words.len() {
                    self.said.words.extend(self.word(&said.0, &contribution, amount, cut));
                }
                open.insert(said, number);
            }
            for ended in std::mem::replace(&mut subject.open, open).into_values() {
                if let Some(word) = self.said.words.get_mut(ended) {
                    word.until = Some(cut);
                }
            }
        }
        Ok(())
    }

    fn word(&self, key: &ContributionKey, of: &Contribution, amount: u128, cut: usize) -> Option<Word> {
        Some(Word {
            contributor: of.contributor.clone(),
            measure: self.number(key)?,
            area: key.area,
            field: key.field,
            from: key.from,
            to: key.to,
            amount,
            since: cut,
            until: None,
        })
    }

    fn number(&self, key: &ContributionKey) -> Option<usize> {
        let at = self.protected.measures.iter().position(|measure| measure.id == key.measure)?;
        self.numbers.get(at).copied()
    }

    /// Notes what there is to say of the cells that a contribution enters.
    fn remark(&mut self, key: &ContributionKey, contribution: &Contribution) -> Result<(), OutOfRange> {
        let Some(measure) = self.number(key) else { return Ok(()) };
        let whole = self.plan.area;
        let part = whole.children().find(|area| area.contains(key.area));
        let mut places: BTreeSet<_> = part.map(|area| (area, Field::Total)).into_iter().collect();
        places.extend([(whole, Field::Total), (whole, key.field)]);
        let form = Form::from_word(key.part).map(|_| key.part);
        let supplement = Some(contribution.value).filter(|_| key.part == SUPPLEMENT);
        for (area, field) in places {
            for slot in key.from.through(key.to) {
                let place = Place { measure, area, field, slot };
                let remarks = self.said.remarks.entry(place).or_insert_with(|| Remarks {
                    supplement: None,
                    contributions: 0,
                    status: ObsStatus::A,
                    forms: BTreeSet::new(),
                    synthetic: false,
                });
                if let Some(value) = supplement {
                    let added = exact::to_millionths(value)
                        .and_then(|added| added.checked_add(remarks.supplement.unwrap_or(0)));
                    remarks.supplement = Some(added.ok_or(OutOfRange::Sum { place })?);
                }
                remarks.contributions += 1;
                remarks.status = remarks.status.min(contribution.status);
                remarks.forms.extend(form);
                remarks.synthetic |= contribution.synthetic;
            }
        }
        Ok(())
    }
}
