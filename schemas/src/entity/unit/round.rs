//! One form and period of a unit: what was filed, withdrawn, reviewed and explained, and which report is in force.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::codelist::Area;
use crate::entity::recorded::{Entry, Origin, Recorded};
use crate::entity::{Basis, ObsStatus};
use crate::event::{Form, Item, Level, Verdict};
use crate::problem::{Code, Warning};

/// A report as it was filed.
pub(super) struct Filed {
    pub(super) items: BTreeMap<Item, Decimal>,
    pub(super) area: Area,
    /// What the query rules without history found.
    pub(super) warnings: Vec<Warning>,
}

/// A review of one revision.
pub(super) struct Review {
    pub(super) revision: u32,
    pub(super) level: Level,
    pub(super) verdict: Verdict,
    /// The rules whose findings it takes as explained, if it accepts.
    pub(super) rules: Vec<Code>,
}

/// An explanation of what a rule found in one revision.
pub(super) struct Explanation {
    pub(super) revision: u32,
    pub(super) rule: Code,
}

/// All that is recorded of one form and period.
#[derive(Default)]
pub(super) struct Round {
    /// By revision.
    pub(super) filed: Recorded<u32, Filed>,
    /// By the highest revision each covers.
    pub(super) withdrawn: Recorded<u32, ()>,
    pub(super) reviewed: Recorded<(), Review>,
    pub(super) explained: Recorded<(), Explanation>,
}

/// A report in force.
pub(super) struct Report<'a> {
    /// The filing, by its revision.
    pub(super) filed: &'a Entry<u32, Filed>,
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
        self.filed.fact.items.get(&item).copied()
    }
}

/// Whether what a bureau says of a unit counts. Where nobody knows the unit's area, nobody can tell.
pub(super) fn covers(origin: Origin, area: Option<Area>) -> bool {
    area.is_none_or(|area| origin.source.area.contains(area))
}

impl Round {
    /// Takes back what the event at `offset` recorded.
    pub(super) fn void(&mut self, offset: i64) {
        self.filed.void(offset);
        self.withdrawn.void(offset);
        self.reviewed.void(offset);
        self.explained.void(offset);
    }

    /// The report in force of a unit in `area`: the highest revision that is not withdrawn and that no level's
    /// latest verdict returns or rejects. Only what bureaus say that cover the area counts.
    pub(super) fn in_force(&self, form: Form, area: Option<Area>) -> Option<Report<'_>> {
        self.counting(form, area, Basis::InForce)
    }

    /// The report that counts on a basis: the one in force, or the highest revision that is not withdrawn and whose latest verdict of
    /// the province accepts it.
    pub(super) fn counting(&self, form: Form, area: Option<Area>, basis: Basis) -> Option<Report<'_>> {
        let withdrawn = self.withdrawn.iter().rev().find(|entry| covers(entry.origin, area));
        let withdrawn = withdrawn.map_or(0, |entry| entry.key);
        let mut above = None;
        for filed in self.filed.iter().rev().filter(|entry| covers(entry.origin, area)) {
            // Of one revision the latest in the log comes first, and replaces those before it.
            if filed.key <= withdrawn || above == Some(filed.key) {
                continue;
            }
            above = Some(filed.key);
            let verdicts = self.verdicts(filed, area);
            let given = || verdicts.iter().flatten();
            let accepts = |review: &Entry<(), Review>| review.fact.verdict == Verdict::Accepted;
            let counts = match basis {
                Basis::InForce => given().all(|review| accepts(review)),
                Basis::Accepted => {
                    given().any(|review| review.fact.level == Level::Province && accepts(review))
                }
            };
            if !counts {
                continue;
            }
            let status = match given().map(|review| review.fact.level).max() {
                None => ObsStatus::V,
                Some(Level::County | Level::City) => ObsStatus::P,
                Some(Level::Province) => ObsStatus::A,
            };
            let reviews = given().map(|review| review.origin);
            let origins = std::iter::once(filed.origin).chain(reviews).collect();
            return Some(Report { filed, form, status, origins });
        }
        None
    }

    /// Each level's latest review of a report since it was filed, the lowest level first.
    pub(super) fn verdicts(
        &self,
        filed: &Entry<u32, Filed>,
        area: Option<Area>,
    ) -> [Option<&Entry<(), Review>>; Level::ALL.len()] {
        let mut latest = [None; Level::ALL.len()];
        let reviews = self.reviewed.iter().filter(|review| {
            review.fact.revision == filed.key
                && review.origin.offset > filed.origin.offset
                && covers(review.origin, area)
        });
        for review in reviews {
            for (level, latest) in Level::ALL.iter().zip(&mut latest) {
                if *level == review.fact.level {
                    *latest = Some(review);
                }
            }
        }
        latest
    }

    /// The first event since a report was filed that takes a rule's findings in it as explained: an explanation, or a
    /// review that accepts it and lists the rule.
    pub(super) fn explained(&self, filed: &Entry<u32, Filed>, rule: Code, area: Option<Area>) -> Option<i64> {
        let explanations = self
            .explained
            .iter()
            .filter(|explanation| explanation.fact.revision == filed.key && explanation.fact.rule == rule);
        let reviews = self.reviewed.iter().filter(|review| {
            let Review { revision, verdict, rules, .. } = &review.fact;
            *revision == filed.key
                && *verdict == Verdict::Accepted
                && covers(review.origin, area)
                && rules.contains(&rule)
        });
        let offsets =
            explanations.map(|entry| entry.origin.offset).chain(reviews.map(|entry| entry.origin.offset));
        offsets.filter(|offset| *offset > filed.origin.offset).min()
    }

    /// The explanation at `offset`, if it is one of the round's.
    pub(super) fn explanation(&self, offset: i64) -> Option<Origin> {
        self.explained.recorded_at(offset).map(|entry| entry.origin)
    }

    /// What bureaus say of it that do not cover the area, and so changes nothing: the revision each is about.
    pub(super) fn ignored(&self, area: Area) -> impl Iterator<Item = (u32, Origin)> + '_ {
        let filed = self.filed.iter().map(|entry| (entry.key, entry.origin));
        let withdrawn = self.withdrawn.iter().map(|entry| (entry.key, entry.origin));
        let reviewed = self.reviewed.iter().map(|entry| (entry.fact.revision, entry.origin));
        filed.chain(withdrawn).chain(reviewed).filter(move |(_, origin)| !covers(*origin, Some(area)))
    }
}
