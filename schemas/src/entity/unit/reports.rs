//! The reports of a unit: for each form and period the one in force, and how far it was checked.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::codelist::Area;
use crate::entity::ObsStatus;
use crate::entity::recorded::{Origin, Recorded};
use crate::event::{Form, Item, Level, ReportFiled, ReportReviewed, ReportWithdrawn, Source, Verdict};
use crate::period::{Period, Slot};
use crate::plan::REVENUE_FORMS;

/// A report as it was filed.
struct Filed {
    items: BTreeMap<Item, Decimal>,
    source: Source,
}

/// A review of one revision.
struct Review {
    revision: u32,
    level: Level,
    verdict: Verdict,
    source: Source,
}

/// All that is recorded of one form and period.
#[derive(Default)]
struct Round {
    /// By revision.
    filed: Recorded<u32, Filed>,
    /// By the highest revision each covers.
    withdrawn: Recorded<u32, Source>,
    reviewed: Recorded<(), Review>,
}

/// A report in force.
pub(super) struct Report<'a> {
    items: &'a BTreeMap<Item, Decimal>,
    /// The form.
    pub(super) form: Form,
    /// How far it was checked.
    pub(super) status: ObsStatus,
    /// The filing, and the reviews that accepted it.
    pub(super) origins: Vec<Origin>,
}

impl Report<'_> {
    /// The value of an item, if the report holds it.
    pub(super) fn item(&self, item: Item) -> Option<Decimal> {
        self.items.get(&item).copied()
    }
}

impl Round {
    /// The report in force of a unit in `area`: the highest revision that is not withdrawn and that no level's
    /// latest verdict returns or rejects. Only what bureaus say that cover the area counts.
    fn in_force(&self, form: Form, area: Area) -> Option<Report<'_>> {
        let covers = |source: &Source| source.area.contains(area);
        let withdrawn =
            self.withdrawn.iter().rev().find(|entry| covers(&entry.fact)).map_or(0, |entry| entry.key);
        let mut above = None;
        for entry in self.filed.iter().rev().filter(|entry| covers(&entry.fact.source)) {
            // Of one revision the latest in the log comes first, and replaces those before it.
            if entry.key <= withdrawn || above == Some(entry.key) {
                continue;
            }
            above = Some(entry.key);
            let Some((status, reviews)) = self.verdict(entry.key, entry.origin.offset, area) else {
                continue;
            };
            let origins = std::iter::once(entry.origin).chain(reviews).collect();
            return Some(Report { items: &entry.fact.items, form, status, origins });
        }
        None
    }

    /// How far a revision was checked since it was filed at `filed`, and by which reviews; `None` if it was
    /// returned or rejected. Each level's latest verdict counts.
    fn verdict(&self, revision: u32, filed: i64, area: Area) -> Option<(ObsStatus, Vec<Origin>)> {
        let mut latest: BTreeMap<Level, (Verdict, Origin)> = BTreeMap::new();
        for review in self.reviewed.iter() {
            let Review { level, verdict, source, .. } = &review.fact;
            let counts = review.fact.revision == revision && review.origin.offset > filed;
            if counts && source.area.contains(area) {
                latest.insert(*level, (*verdict, review.origin));
            }
        }
        if latest.values().any(|(verdict, _)| *verdict != Verdict::Accepted) {
            return None;
        }
        let status = match latest.keys().max() {
            None => ObsStatus::V,
            Some(Level::County | Level::City) => ObsStatus::P,
            Some(Level::Province) => ObsStatus::A,
        };
        Some((status, latest.into_values().map(|(_, origin)| origin).collect()))
    }
}

/// All revisions of all reports of a unit, and what became of them.
#[derive(Default)]
pub(super) struct Reports {
    rounds: BTreeMap<(Form, Period), Round>,
}

impl Reports {
    pub(super) fn file(&mut self, filed: &ReportFiled, source: Source, origin: Origin) {
        let report = Filed { items: filed.items.clone(), source };
        self.round(filed.form, filed.period).filed.record(filed.revision, origin, report);
    }

    pub(super) fn withdraw(&mut self, withdrawn: &ReportWithdrawn, source: Source, origin: Origin) {
        let round = self.round(withdrawn.form, withdrawn.period);
        round.withdrawn.record(withdrawn.revision, origin, source);
    }

    pub(super) fn review(&mut self, reviewed: &ReportReviewed, source: Source, origin: Origin) {
        let ReportReviewed { revision, level, verdict, .. } = *reviewed;
        let review = Review { revision, level, verdict, source };
        self.round(reviewed.form, reviewed.period).reviewed.record((), origin, review);
    }

    pub(super) fn void(&mut self, offset: i64) {
        for round in self.rounds.values_mut() {
            round.filed.void(offset);
            round.withdrawn.void(offset);
            round.reviewed.void(offset);
        }
    }

    fn round(&mut self, form: Form, period: Period) -> &mut Round {
        self.rounds.entry((form, period)).or_default()
    }

    /// Whether nothing was ever filed.
    pub(super) fn is_empty(&self) -> bool {
        self.rounds.values().all(|round| round.filed.is_empty())
    }

    /// The report in force for a slot of a unit in `area`. A year-to-date form's year is its December.
    pub(super) fn at(&self, form: Form, slot: Slot, area: Area) -> Option<Report<'_>> {
        let period = match (slot.period(), form.is_annual()) {
            (Period::Year(year), false) => Period::Month(year, 12),
            (Period::Month(..), true) => return None,
            (period, _) => period,
        };
        self.rounds.get(&(form, period))?.in_force(form, area)
    }

    /// The report that gives the unit's revenue for a slot; it may leave the revenue out.
    pub(super) fn revenue(&self, slot: Slot, area: Area) -> Option<Report<'_>> {
        REVENUE_FORMS.iter().find_map(|form| self.at(*form, slot, area))
    }
}
