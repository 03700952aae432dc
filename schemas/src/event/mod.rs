//! Events: CloudEvents 1.0 in JSON, one Rust type for each event type of the contract.

mod contract;
mod decode;
mod json;
mod patent;
mod read;
mod reference;
mod report;
mod status;
mod unit;
mod unit_of_measure;
mod words;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

pub use contract::ContractRegistered;
pub use decode::{ID_MOST, day};
pub use json::{DEPTH_MOST, read_json};
pub use patent::{Holder, PatentGranted};
pub use read::TEXT_MOST;
pub use reference::ReferencePublished;
pub use report::ReportFiled;
pub use status::StatusGranted;
pub(crate) use status::anniversary;
pub use unit::UnitRegistered;
pub use unit_of_measure::UnitOfMeasure;
pub use words::{ContractKind, Form, Item, PatentClass, Status, UnitKind, Vintage};

use crate::codelist::Area;
use crate::problem::Warning;

/// One event, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The bureau that files it.
    pub source: Source,
    /// Unique within source and subject.
    pub id: String,
    /// The entity it is about, in canonical form; the key of the log.
    pub subject: String,
    /// When it happened, as the sender says.
    pub time: Timestamp,
    /// When it entered the log, where a record of the log carries that itself (an imported history).
    pub recorded_time: Option<Timestamp>,
    /// Whether it is made up; carried to every figure it enters.
    pub synthetic: bool,
    /// What it says.
    pub data: Data,
}

impl Event {
    /// The identity under which a second sending is a duplicate, or a conflict.
    pub fn identity(&self) -> Fingerprint {
        Fingerprint::of(&[self.source.to_string().as_bytes(), self.id.as_bytes()])
    }

    /// The content that two sendings of one event share: type, time and data, decimals by value.
    pub fn content(&self) -> Fingerprint {
        // Typed data serialises without fail: its maps have string keys.
        let data = serde_json::to_vec(&self.data).unwrap_or_default();
        Fingerprint::of(&[self.data.event_type().as_bytes(), self.time.to_string().as_bytes(), &data])
    }

    /// The area that it files figures for, and where it says so: what a key's scope must cover beside the source.
    pub fn area(&self) -> Option<(Area, &'static str)> {
        match &self.data {
            Data::UnitRegistered(unit) => Some((unit.area, "/data/area")),
            Data::StatusGranted(status) => status.area.map(|area| (area, "/data/area")),
            Data::ReportFiled(report) => Some((report.area, "/data/area")),
            Data::PatentGranted(patent) => {
                patent.holders.first().map(|holder| (holder.area, "/data/holders/0/area"))
            }
            Data::ContractRegistered(contract) => Some((contract.seller.area, "/data/seller/area")),
            Data::ReferencePublished(reference) => Some((reference.area, "/data/area")),
        }
    }

    /// Findings of the query rules that need no history.
    pub fn warnings(&self) -> Vec<Warning> {
        match &self.data {
            Data::ReportFiled(report) => report.warnings(),
            _ => Vec::new(),
        }
    }
}

/// A bureau, as CloudEvents source: `/bureaus/` and the area code of the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source {
    /// The area that the bureau serves.
    pub area: Area,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "/bureaus/{}", self.area)
    }
}

/// 128 bits of a SHA-256: enough that no two contents of one entity ever meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let mut short = [0; 16];
        short.copy_from_slice(&digest[..16]);
        Self(short)
    }
}

macro_rules! data {
    ($($(#[$doc:meta])* $name:ident($data:ty) = $kind:literal,)*) => {
        /// What an event says, by its type.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum Data { $($(#[$doc])* $name($data),)* }

        impl Data {
            /// The event types of this version.
            pub const EVENT_TYPES: &[&str] = &[$($kind,)*];

            /// The CloudEvents `type`.
            pub const fn event_type(&self) -> &'static str {
                match self { $(Data::$name(_) => $kind,)* }
            }

            /// Reads the data of an event of type `kind`; `None` with complaints noted, or for a type that is unknown.
            fn read(kind: &str, value: &serde_json::Value, problems: &mut Vec<crate::problem::Problem>) -> Option<Data> {
                let members = read::Members::of(value, "/data".to_owned(), problems)?;
                match kind {
                    $($kind => <$data>::read(members).map(Data::$name),)*
                    _ => None,
                }
            }
        }
    };
}

data! {
    /// A unit enters the register, or is registered anew.
    UnitRegistered(UnitRegistered) = "weir.unit.registered.v1",
    /// A certificate is granted.
    StatusGranted(StatusGranted) = "weir.status.granted.v1",
    /// A report is filed, or filed again.
    ReportFiled(ReportFiled) = "weir.report.filed.v1",
    /// A patent is granted.
    PatentGranted(PatentGranted) = "weir.patent.granted.v1",
    /// A technology contract is registered.
    ContractRegistered(ContractRegistered) = "weir.contract.registered.v1",
    /// A reference value is published.
    ReferencePublished(ReferencePublished) = "weir.reference.published.v1",
}
