//! What becomes of a report: mostly nothing, else one story.

use weir_schemas::event::Form;

use super::desk::Desk;
use super::due;
use crate::simulate::FIRST_YEAR;
use crate::simulate::planned::Filing;
use crate::simulate::rates::{self, Rate};

/// What becomes of a report. Whatever it is, the figures are right in the end, but of an abandoned one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Story {
    Plain,
    Corrected,
    UnitSlip,
    Fell,
    PriorMismatch,
    RdShare,
    AreaDiffers,
    Returned,
    Rejected,
    Abandoned,
    Withdrawn,
    FiledElsewhere,
    RevisedInError,
}

/// The stories that are told, and how often.
const STORIES: [(Rate, Story); 12] = [
    (rates::CORRECTED, Story::Corrected),
    (rates::UNIT_SLIP, Story::UnitSlip),
    (rates::FELL, Story::Fell),
    (rates::PRIOR_MISMATCH, Story::PriorMismatch),
    (rates::RD_SHARE, Story::RdShare),
    (rates::AREA_DIFFERS, Story::AreaDiffers),
    (rates::RETURNED, Story::Returned),
    (rates::REJECTED, Story::Rejected),
    (rates::ABANDONED, Story::Abandoned),
    (rates::WITHDRAWN, Story::Withdrawn),
    (rates::FILED_ELSEWHERE, Story::FiledElsewhere),
    (rates::REVISED_IN_ERROR, Story::RevisedInError),
];

impl Desk<'_> {
    /// Plans what becomes of a report whose figures are right; `last` are those of the month before.
    pub(in crate::simulate) fn file(&mut self, filing: &Filing, last: Option<[u64; 6]>) {
        let day = self.day_of(due(filing.form, filing.period));
        match self.story(filing, last) {
            Story::Plain => {
                self.filed(day, filing);
                self.settled(day, filing);
            }
            Story::Corrected => self.corrected(day, filing),
            Story::UnitSlip => self.slipped(day, filing),
            Story::Fell => self.fell(day, filing, last.unwrap_or(filing.items)),
            Story::PriorMismatch => self.mismatched(day, filing),
            Story::RdShare => self.shared(day, filing),
            Story::AreaDiffers => self.misplaced(day, filing),
            Story::Returned => self.returned(day, filing),
            Story::Rejected => self.rejected(day, filing),
            Story::Abandoned => self.abandoned(day, filing),
            Story::Withdrawn => self.withdrew(day, filing),
            Story::FiledElsewhere => self.filed_elsewhere(day, filing),
            Story::RevisedInError => self.revised_in_error(day, filing),
        }
    }

    fn story(&mut self, filing: &Filing, last: Option<[u64; 6]>) -> Story {
        let december = !filing.form.is_annual() && filing.period.last_month() == 12;
        if december && rates::RETURNED_DECEMBER.happens(&mut self.draw) {
            return Story::Returned;
        }
        let mut place = self.draw.between(1, 10_000);
        let drawn = STORIES.iter().find(|(rate, _)| {
            let here = place <= rate.0;
            place = place.saturating_sub(rate.0);
            here
        });
        let finance = matches!(filing.form, Form::B103_1 | Form::B203 | Form::F203 | Form::Torch);
        let fits = |story| match story {
            Story::Fell => last.is_some() && !december,
            Story::PriorMismatch => finance,
            Story::RdShare => finance && filing.form != Form::F203,
            Story::Abandoned => filing.period.year() > FIRST_YEAR,
            _ => true,
        };
        drawn.map(|(_, story)| *story).filter(|story| fits(*story)).unwrap_or(Story::Plain)
    }
}
