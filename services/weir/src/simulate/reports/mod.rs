//! Reports: how they come in, are reviewed, and go wrong on the way to figures that are right in the end.

mod calendar;
mod corrections;
mod desk;
mod findings;
mod returns;
mod rounds;
mod story;

pub(super) use self::calendar::due;
pub(super) use self::desk::Desk;
pub(super) use self::rounds::plan as plan_rounds;
