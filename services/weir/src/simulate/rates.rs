//! How often everything happens: the one table of what befalls the province.
//!
//! A [`Rate`] is of ten thousand. What else decides a happening (when, how far, why) stands beside the code that
//! plans it, in the file that each section names.

use super::draw::Draw;

/// So many of ten thousand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate(pub(super) u64);

const WHOLE: u64 = 10_000;

impl Rate {
    /// Whether it happens this time.
    pub(super) fn happens(self, draw: &mut Draw) -> bool {
        draw.between(1, WHOLE) <= self.0
    }

    /// How many it happens to, of so many: at least one, where there are any.
    pub(super) const fn of(self, count: u64) -> u64 {
        let share = (count * self.0 + WHOLE / 2) / WHOLE;
        if count == 0 || share > 0 { share } else { 1 }
    }
}

// Units, of those it can happen to, in each year after the first (lives/).

/// Moved to another county of their prefecture.
pub(super) const MOVED_NEAR: Rate = Rate(20);
/// Moved to another prefecture: of the units that report.
pub(super) const MOVED_FAR: Rate = Rate(30);
/// Moves that are recorded wrongly first, and again for the same day.
pub(super) const MOVE_MENDED: Rate = Rate(600);
/// In another industry and field.
pub(super) const RECLASSIFIED: Rate = Rate(12);
/// Renamed.
pub(super) const RENAMED: Rate = Rate(15);
/// Merged into another unit of the same standing: of the units that report.
pub(super) const MERGED: Rate = Rate(20);
/// Split into two new units: of ordinary industry and of services.
pub(super) const SPLIT: Rate = Rate(60);
/// Closed.
pub(super) const CLOSED: Rate = Rate(25);
/// Closed in error, which is voided.
pub(super) const CLOSED_IN_ERROR: Rate = Rate(3);
/// Registered only months after their first reports: of the units that report.
pub(super) const REGISTERED_LATE: Rate = Rate(150);
/// That report, and are never registered: as many as this share of those that do.
pub(super) const NEVER_REGISTERED: Rate = Rate(15);
/// That lie in the high-tech zone of their prefecture: of enterprises, at their registration.
pub(super) const IN_ZONE: Rate = Rate(1_800);

// Certificates, in each year after the first (population/high_tech.rs, statuses.rs).

/// High-tech enterprises whose certificate is revoked.
pub(super) const HIGH_TECH_REVOKED: Rate = Rate(25);
/// Science and technology SMEs that are struck off within their year.
pub(super) const SME_REVOKED: Rate = Rate(15);
/// Gazelles that no longer are.
pub(super) const GAZELLE_REVOKED: Rate = Rate(100);

// Reports: filed late, and one story of each at most (reports/).

/// After the deadline.
pub(super) const LATE: Rate = Rate(300);
/// Corrected by a second revision.
pub(super) const CORRECTED: Rate = Rate(75);
/// Thousands of yuan taken for yuan, or the reverse.
pub(super) const UNIT_SLIP: Rate = Rate(14);
/// Left as they are: of the slips that enter no year, in years after the first.
pub(super) const SLIP_LEFT: Rate = Rate(1_500);
/// Lower than the year to date of the month before.
pub(super) const FELL: Rate = Rate(12);
/// Another prior year than was filed a year ago.
pub(super) const PRIOR_MISMATCH: Rate = Rate(16);
/// R&D expense of over half the revenue.
pub(super) const RD_SHARE: Rate = Rate(6);
/// For another county than the unit's.
pub(super) const AREA_DIFFERS: Rate = Rate(12);
/// Returned by the county or city, and filed again.
pub(super) const RETURNED: Rate = Rate(40);
/// The same of reports for December, which decide the year.
pub(super) const RETURNED_DECEMBER: Rate = Rate(90);
/// Rejected by the province, and filed again.
pub(super) const REJECTED: Rate = Rate(10);
/// Returned, and never filed again; not in the first year.
pub(super) const ABANDONED: Rate = Rate(2);
/// Withdrawn, and revived by a later revision.
pub(super) const WITHDRAWN: Rate = Rate(10);
/// Filed as well by a bureau that does not cover the unit.
pub(super) const FILED_ELSEWHERE: Rate = Rate(8);
/// Revised in error; the revision is voided.
pub(super) const REVISED_IN_ERROR: Rate = Rate(5);

// Rounds of a form, by level (reports/rounds.rs).

/// Reopened after closing, and closed again.
pub(super) const REOPENED: Rate = Rate(800);

// Patents, in each year after the first and of their grant (patents/changes.rs).

/// Lapsed for an unpaid fee.
pub(super) const LAPSED: Rate = Rate(45);
/// Restored: of those that lapsed.
pub(super) const RESTORED: Rate = Rate(2_500);
/// Transferred.
pub(super) const TRANSFERRED: Rate = Rate(30);
/// Declared invalid.
pub(super) const INVALIDATED: Rate = Rate(4);
/// Come into a class.
pub(super) const CLASS_ADDED: Rate = Rate(25);
/// Gone out of a class.
pub(super) const CLASS_REMOVED: Rate = Rate(8);
/// A class added in error, which is voided.
pub(super) const CLASS_ADDED_IN_ERROR: Rate = Rate(1);
/// With a term of their own: of those granted.
pub(super) const OWN_TERM: Rate = Rate(40);

// Contracts (contracts/changes.rs).

/// Amended once.
pub(super) const AMENDED: Rate = Rate(400);
/// Amended once more: of those.
pub(super) const AMENDED_AGAIN: Rate = Rate(1_500);
/// Cancelled: as many besides as this share of those that stand.
pub(super) const CANCELLED: Rate = Rate(120);
/// Registered twice, of which one is voided.
pub(super) const REGISTERED_TWICE: Rate = Rate(10);

// Registers (registers.rs); how many enter and leave in a year stands in data/registers.csv.

/// Entries that change their name or place, in the year after they entered.
pub(super) const ENTRY_CHANGED: Rate = Rate(100);
/// Entries without an area.
pub(super) const ENTRY_NOWHERE: Rate = Rate(8);
/// Entries that come back after they were removed: of those.
pub(super) const ENTRY_BACK: Rate = Rate(1_500);

// Sending (resent.rs), of all events.

/// Sent again as they were.
pub(super) const SENT_AGAIN: Rate = Rate(6);
/// Sent again under the same identity with other content: of reports.
pub(super) const SENT_OTHERWISE: Rate = Rate(4);
