//! What bureaus say of a unit, and of its certificates, that do not cover where it is.

use jiff::civil::Date;

use super::Unit;
use crate::entity::recorded::Origin;
use crate::entity::{Standing, foreign};
use crate::event::Status;
use crate::finding::{Finding, FindingKey};

impl Unit {
    /// Of the changes of the unit that stand.
    pub(super) fn changed_from_elsewhere(&self) -> impl Iterator<Item = (FindingKey, Finding)> {
        let found = self.timeline.said().flat_map(|(day, origin)| self.touched(day, origin));
        found.filter(|(key, _)| self.timeline.became(key.event) == Some(Standing::InForce))
    }

    /// Of the certificates of a status, granted and revoked.
    pub(super) fn certified_from_elsewhere(
        &self,
        status: Status,
    ) -> impl Iterator<Item = (FindingKey, Finding)> {
        self.certificates.said(status).flat_map(|(day, origin)| self.touched(day, origin))
    }

    /// A certificate's word on where the unit is counts only while the register does not know the unit.
    fn touched(&self, day: Date, origin: Origin) -> Vec<(FindingKey, Finding)> {
        let registered = self.timeline.words();
        if registered.clone().any(|word| word.offset < origin.offset) {
            return foreign::said(origin, day, registered, "the unit").collect();
        }
        foreign::said(origin, day, self.certificates.words(), "the unit").collect()
    }
}
