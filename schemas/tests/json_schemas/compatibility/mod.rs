//! Whether a changed schema still takes every event that the published one takes.
//!
//! Schemas are compared keyword by keyword. A change that cannot be judged so counts as a break: better a false alarm
//! than a feed that is refused one morning.

mod compare;
mod keywords;
mod published;
mod shape;
mod tests;
