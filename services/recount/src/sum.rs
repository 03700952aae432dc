//! Cells: facts added up.

use std::collections::{BTreeSet, HashSet};

use num_traits::Zero;
use weir_schemas::codelist::Field;
use weir_schemas::event::{Form, Vintage};

use crate::confidentiality::{Confidentiality, Contributor, Parts};
use crate::exact::Exact;
use crate::fact::{Behind, Fact};

/// How far a figure was checked; of several the first in this list applies (docs/measures.md §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Missing.
    O,
    /// A report in it is not accepted at any level.
    V,
    /// The denominator is an earlier year's.
    E,
    /// Accepted below the province only, or not closed, or over a preliminary denominator.
    P,
    /// Normal.
    A,
}

impl Status {
    /// The letter.
    pub const fn letter(self) -> &'static str {
        match self {
            Status::O => "O",
            Status::V => "V",
            Status::E => "E",
            Status::P => "P",
            Status::A => "A",
        }
    }
}

/// The facts of one measure in an area, a field and a slot, added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The sum, in the measure's base unit; of a measure of distinct fields their number.
    pub value: Exact,
    /// What of it was compiled without unit records.
    pub supplement: Exact,
    /// What of it is no report that nobody has accepted.
    pub accepted: Exact,
    /// Of the reports that say the year before as well: their revenue and that of the year before; and how many units say
    /// it in all their reports.
    pub panel: (Exact, Exact, u64),
    /// How many units are behind it.
    pub contributors: u64,
    /// The least checked report in it.
    pub status: Status,
    /// The forms of the reports in it.
    pub forms: Vec<Form>,
    /// Of a reference value.
    pub vintage: Option<Vintage>,
    /// Whether a synthetic event is behind it.
    pub synthetic: bool,
    /// Whether it would tell what single units report.
    pub confidentiality: Confidentiality,
}

/// A cell being added up.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    value: Exact,
    supplement: Exact,
    accepted: Exact,
    panel: Option<Box<(Exact, Exact)>>,
    /// Subjects of whose facts at least one is outside the panel.
    outside: u64,
    /// Of which the last is this one.
    last_outside: Option<u64>,
    /// Subjects that are behind it themselves: all facts of a subject come together, so they are counted.
    subjects: u64,
    /// Of which the last is this one.
    last_subject: Option<u64>,
    /// Others behind it, by their numbers.
    parties: HashSet<u32>,
    fields: BTreeSet<Field>,
    status: Option<Status>,
    forms: BTreeSet<Form>,
    vintage: Option<Vintage>,
    synthetic: bool,
    /// Of a protected measure, by who is behind it.
    parts: Parts,
    /// Of those what is in the panel, this year and the year before.
    panel_parts: [Parts; 2],
}

impl Sum {
    /// Adds a fact of the subject of this number; `party` numbers the party behind it.
    pub(crate) fn add(&mut self, fact: &Fact, subject: u64, party: Option<u32>) {
        self.value += &fact.value;
        if fact.supplement {
            self.supplement += &fact.value;
        }
        if fact.status > Status::V {
            self.accepted += &fact.value;
        }
        if let Some(prior) = &fact.prior {
            let (this_year, year_before) = &mut **self.panel.get_or_insert_default();
            *this_year += &fact.value;
            *year_before += prior;
        } else if fact.behind == Behind::Subject && self.last_outside != Some(subject) {
            self.last_outside = Some(subject);
            self.outside += 1;
        }
        if fact.behind == Behind::Subject && self.last_subject != Some(subject) {
            self.last_subject = Some(subject);
            self.subjects += 1;
        }
        self.parties.extend(party);
        self.fields.insert(fact.field);
        self.status = Some(self.status.map_or(fact.status, |status| status.min(fact.status)));
        self.forms.extend(fact.form);
        self.vintage = fact.vintage.or(self.vintage);
        self.synthetic |= fact.synthetic;
    }

    /// Remembers what a fact of a protected measure adds for whoever is behind it.
    pub(crate) fn part(&mut self, fact: &Fact, subject: u64, party: Option<u32>) {
        let who = match (&fact.behind, party) {
            (Behind::Subject, _) => Contributor::Subject(subject),
            (Behind::Party(_), Some(party)) => Contributor::Party(party),
            (Behind::Party(_) | Behind::Nobody, _) => return,
        };
        *self.parts.entry(who).or_default() += &fact.value;
        if let Some(prior) = &fact.prior {
            for (parts, said) in self.panel_parts.iter_mut().zip([&fact.value, prior]) {
                *parts.entry(who).or_default() += said;
            }
        }
    }

    /// What each contributor adds.
    pub(crate) const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// What each says in the panel, this year and the year before.
    pub(crate) const fn panel_parts(&self) -> [&Parts; 2] {
        let [this_year, year_before] = &self.panel_parts;
        [this_year, year_before]
    }

    /// The cell; of distinct fields, where that is what the measure counts.
    pub(crate) fn cell(self, of_fields: bool) -> Cell {
        let fields = self.fields.len() as u64;
        let behind = self.subjects + self.parties.len() as u64;
        let sum = |value| if of_fields { Exact::from_integer(fields.into()) } else { value };
        Cell {
            value: sum(self.value),
            accepted: sum(self.accepted),
            panel: self.panel.map_or_else(
                || (Exact::zero(), Exact::zero(), 0),
                |panel| (panel.0, panel.1, self.subjects - self.outside),
            ),
            supplement: if of_fields { Exact::zero() } else { self.supplement },
            contributors: if of_fields { fields } else { behind },
            status: self.status.unwrap_or(Status::A),
            forms: self.forms.into_iter().collect(),
            vintage: self.vintage,
            synthetic: self.synthetic,
            confidentiality: Confidentiality::FREE,
        }
    }
}
