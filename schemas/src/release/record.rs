//! The records of `weir.releases`. All have the plan's id as their key, so that they are in one order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::cell::Cell;

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// An event asks for a release. It may come several times.
    Asked(Asked),
    /// Some cells of a release that was cut.
    Part(Part),
    /// A release that was asked for can't be cut.
    Refused(Refused),
}

/// What `weir.release.cut.v1` asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The release's name.
    pub name: String,
    /// The moment: the events recorded up to it count.
    pub cut: Timestamp,
    /// What there is to say of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A release as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// How many releases there are up to this one.
    pub number: u32,
    /// What was asked for.
    #[serde(flatten)]
    pub asked: Asked,
    /// What tells the plan it was cut by from others: SHA-256 of the plan file, hexadecimal.
    pub plan: String,
    /// How many protected cells it has in which something stands.
    pub protected: u64,
    /// How many of them it does not show.
    pub suppressed: u64,
    /// Whether a synthetic event is behind any of its cells.
    pub synthetic: bool,
}

/// One of the records that a release is written in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The release.
    #[serde(flatten)]
    pub release: Header,
    /// What tells one attempt at cutting it from another: all that an attempt writes has the same.
    pub attempt: String,
    /// Its place among those of the attempt, from 0.
    pub part: u32,
    /// How many there are, at least one.
    pub parts: u32,
    /// Its cells.
    pub cells: Vec<Released>,
}

/// A cell of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// What it shows. One that is confidential says so, that something stands in it and whether that is synthetic, and nothing else.
    pub cell: Cell,
    /// The number of the release whose moment its figure reflects: this one, or an earlier one whose figure stands.
    pub since: u32,
}

/// Why a release that was asked for is not cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// What was asked for.
    #[serde(flatten)]
    pub asked: Asked,
    /// Why it can't be.
    pub reason: String,
}
