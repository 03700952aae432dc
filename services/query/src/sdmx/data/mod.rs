//! Data: which series are asked for, what they show at a moment, and how that changed.

mod answer;
mod changes;
mod deliver;
mod extent;
mod figure;
mod observe;
mod select;
mod series;
mod shape;

pub(super) use answer::{as_of, data};
pub(super) use extent::Extents;
pub(super) use observe::Observing;
pub(super) use select::Selection;
pub(super) use series::{Action, DataSet, Observation, Series, SeriesKey};
pub(super) use shape::Shape;
