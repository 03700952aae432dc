//! What became of an event about a report.

use super::reports::Reports;
use super::round::{Filed, Round, covers};
use super::timeline::Timeline;
use crate::codelist::Area;
use crate::entity::Standing;
use crate::entity::recorded::Entry;
use crate::event::{Form, Verdict};

impl Reports {
    /// What became of the event at `offset`, if it is about a report.
    pub(super) fn became(&self, offset: i64, unit: &Timeline) -> Option<Standing> {
        self.rounds().find_map(|(form, period, round)| {
            let area = unit.on(period.last_day()).map(|spot| spot.area);
            round.became(form, area, offset)
        })
    }
}

impl Round {
    /// What became of the filing, withdrawal, review or explanation at `offset`, if it is one of the round's.
    fn became(&self, form: Form, area: Option<Area>, offset: i64) -> Option<Standing> {
        if let Some(filed) = self.filed.recorded_at(offset) {
            let Some(area) = area else { return Some(Standing::Unplaced) };
            return Some(self.filing(form, filed, area));
        }
        if let Some(withdrawn) = self.withdrawn.recorded_at(offset) {
            return Some(if covers(withdrawn.origin, area) { Standing::InForce } else { Standing::Ignored });
        }
        if let Some(review) = self.reviewed.recorded_at(offset) {
            if !covers(review.origin, area) {
                return Some(Standing::Ignored);
            }
            let anew = self.reviewed.iter().rev().find(|other| {
                covers(other.origin, area)
                    && (other.fact.revision, other.fact.level) == (review.fact.revision, review.fact.level)
            });
            let anew = anew.map(|other| other.origin.offset).filter(|by| *by > offset);
            return Some(superseded(anew.max(self.refiled(review.fact.revision, area, offset))));
        }
        let explanation = self.explained.recorded_at(offset)?;
        Some(superseded(self.refiled(explanation.fact.revision, area, offset)))
    }

    /// A report that is not in force: what keeps it from being so now.
    fn filing(&self, form: Form, filed: &Entry<u32, Filed>, area: Area) -> Standing {
        let offset = filed.origin.offset;
        if !covers(filed.origin, Some(area)) {
            return Standing::Ignored;
        }
        if let Some(by) = self.refiled(filed.key, Some(area), offset) {
            return Standing::Superseded { by };
        }
        let withdrawals = self.withdrawn.iter().filter(|entry| covers(entry.origin, Some(area)));
        let withdrawals = withdrawals.filter(|entry| entry.key >= filed.key);
        if let Some(by) = withdrawals.map(|entry| entry.origin.offset).min() {
            return Standing::Withdrawn { by };
        }
        if let Some(report) = self.in_force(form, Some(area)).filter(|report| report.filed.key >= filed.key) {
            let by = report.filed.origin.offset;
            return if by == offset { Standing::InForce } else { Standing::Superseded { by } };
        }
        let reviews = self.verdicts(filed, Some(area)).into_iter().flatten();
        let against = reviews.filter(|review| review.fact.verdict != Verdict::Accepted);
        match against.max_by_key(|review| review.origin.offset) {
            Some(review) if review.fact.verdict == Verdict::Rejected => {
                Standing::Rejected { by: review.origin.offset }
            }
            Some(review) => Standing::Returned { by: review.origin.offset },
            None => Standing::InForce,
        }
    }

    /// The last filing of a revision after `offset`: it replaces the one before it, and voids what was said of that.
    fn refiled(&self, revision: u32, area: Option<Area>, offset: i64) -> Option<i64> {
        let filings = self.filed.iter().filter(|entry| entry.key == revision && covers(entry.origin, area));
        filings.map(|entry| entry.origin.offset).max().filter(|by| *by > offset)
    }
}

fn superseded(by: Option<i64>) -> Standing {
    by.map_or(Standing::InForce, |by| Standing::Superseded { by })
}
