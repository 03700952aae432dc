//! What bureaus send again: the same event, or another one under the same identity.

use super::draw::{Draw, Topic};
use super::moment::Moment;
use super::planned::{Fact, Planned};
use super::rates;

/// An hour.
const HOUR: Moment = 3_600_000;

/// Plans what is sent again, some hours after it was sent first.
pub(super) fn plan(planned: &mut Vec<Planned>, seed: u64) {
    let mut draw = Draw::new(seed, Topic::Resent);
    let mut again = Vec::new();
    for first in planned.iter() {
        if rates::SENT_AGAIN.happens(&mut draw) {
            let recorded = later(&mut draw, first.recorded);
            again.push(Planned { recorded, fact: Fact::Again(Box::new(first.clone())) });
        }
        if let Fact::Filed(filing) = &first.fact
            && rates::SENT_OTHERWISE.happens(&mut draw)
        {
            let other = filing.mistaken(draw.between(101, 109), 100);
            let recorded = later(&mut draw, first.recorded);
            again.push(Planned { recorded, fact: Fact::Filed(Box::new(other)) });
        }
    }
    planned.extend(again);
}

fn later(draw: &mut Draw, moment: Moment) -> Moment {
    moment + HOUR * draw.between(1, 72).cast_signed()
}
