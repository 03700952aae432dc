//! The JSON Schemas of `schemas/events`: their examples, and that they say what the code does.

#![allow(clippy::unwrap_used)]

mod agreement;
mod compatibility;
mod drift;
mod examples;
mod generated;
mod limits;
mod pieces;
mod places;
mod schemas;
mod told;
mod values;
