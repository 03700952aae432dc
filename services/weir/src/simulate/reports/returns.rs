//! Reports that a level returns or rejects, and those of a bureau that has no say.

use jiff::civil::Date;
use weir_schemas::event::{Level, Verdict};

use super::desk::Desk;
use crate::simulate::detail::LEVELS;
use crate::simulate::planned::Filing;

impl Desk<'_> {
    /// The county or the city returns it; it is filed again under the same revision, or under the next.
    pub(super) fn returned(&mut self, day: Date, filing: &Filing) {
        let day = self.sent_back(day, filing);
        let day = self.later(day, 2, 12);
        let filing = self.filed_again(day, filing);
        self.checked(day, &filing, None);
    }

    /// Returned, and the unit never files again.
    pub(super) fn abandoned(&mut self, day: Date, filing: &Filing) {
        self.sent_back(day, filing);
    }

    /// All levels below accept it, and the province rejects it.
    pub(super) fn rejected(&mut self, day: Date, filing: &Filing) {
        let wrong = filing.mistaken(self.draw.between(70, 140), 100);
        self.filed(day, &wrong);
        let last = self.accepted(day, &wrong, &LEVELS[..2], None);
        let day = self.later(last, 2, 6);
        self.reviewed(day, &wrong, Level::Province, Verdict::Rejected, None);
        let day = self.later(day, 3, 15);
        let filing = filing.revised("按省级审核意见重报");
        self.filed(day, &filing);
        self.checked(day, &filing, None);
    }

    /// A bureau that does not cover the unit files for it too: that is ignored.
    pub(super) fn filed_elsewhere(&mut self, day: Date, filing: &Filing) {
        let times = self.draw.between(50, 150);
        let strange = Filing { strange: true, ..filing.mistaken(times, 100) };
        self.filed(day, &strange);
        let day = self.later(day, 0, 6);
        self.filed(day, filing);
        self.settled(day, filing);
    }

    /// Files wrong figures that the county or the city returns; answers the day.
    fn sent_back(&mut self, day: Date, filing: &Filing) -> Date {
        let wrong = filing.mistaken(self.draw.between(85, 115), 100);
        self.filed(day, &wrong);
        let (accept, level) =
            if self.draw.one_in(3) { (&LEVELS[..0], Level::County) } else { (&LEVELS[..1], Level::City) };
        let last = self.accepted(day, &wrong, accept, None);
        let day = self.later(last, 1, 4);
        self.reviewed(day, &wrong, level, Verdict::Returned, None);
        day
    }

    fn filed_again(&mut self, day: Date, filing: &Filing) -> Filing {
        let filing = if self.draw.one_in(2) {
            Filing { attempt: filing.attempt + 1, ..filing.clone() }
        } else {
            filing.revised("退回后重报")
        };
        self.filed(day, &filing);
        filing
    }
}
