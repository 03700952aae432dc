//! Who reports for which months, and who continues whom.

use std::ops::RangeInclusive;

use jiff::civil::{Date, date};

use super::Member;
use super::course::{Course, Share};
use crate::simulate::population::{End, How, Population};
use crate::simulate::unit::UnitIndex;

/// The months of a year at whose end a unit is there; none where it is not.
pub(super) fn months(population: &Population, unit: UnitIndex, year: i16) -> Option<RangeInclusive<i8>> {
    let since = population.unit(unit)?.since;
    let until = population.end(unit).map(|end| end.day);
    let there = |month: &i8| {
        let last = date(year, *month, 1).last_of_month();
        since <= last && until.is_none_or(|until: Date| last < until)
    };
    let mut months = (1..=12).filter(there);
    let first = months.next()?;
    Some(first..=months.next_back().unwrap_or(first))
}

/// Gives what ends in the year to whoever continues it: in its course from then on, and in weight.
pub(super) fn hand_over(
    population: &Population,
    members: &mut Vec<Member>,
    courses: &mut Vec<Course>,
    year: i16,
) {
    for at in 0..members.len() {
        let ends = |member: &&Member| population.end(member.unit).filter(|end| end.day.year() == year);
        let Some((member, End { day, how })) =
            members.get(at).and_then(|member| Some((member.clone(), ends(&member)?)))
        else {
            continue;
        };
        let course = courses.get(at).cloned().unwrap_or_default();
        let month = usize::from(day.month().unsigned_abs());
        let heirs = match *how {
            How::Closed => continue,
            How::Merged(head) => vec![(head, Share::All)],
            How::Split([one, other], percent) => {
                vec![(one, Share::First(percent)), (other, Share::Rest(percent))]
            }
        };
        for (unit, share) in heirs {
            let place = members.iter().position(|member| member.unit == unit).unwrap_or_else(|| {
                members.push(Member { unit, weight: 0, last: None });
                courses.push(Course::default());
                members.len() - 1
            });
            let (Some(heir), Some(takes)) = (members.get_mut(place), courses.get_mut(place)) else {
                continue;
            };
            takes.take(&course, share, month);
            heir.weight += share.of(member.weight);
            if let Some(last) = &member.last {
                heir.last.get_or_insert_default().take(last, share, month);
            }
        }
    }
}
