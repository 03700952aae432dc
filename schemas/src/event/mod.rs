//! Events: CloudEvents 1.0 in JSON, one Rust type for each event type of the contract.

mod contract;
mod decode;
mod history;
mod json;
mod labels;
mod patent;
mod read;
mod record;
mod reference;
mod register;
mod report;
mod status;
mod supplement;
mod unit;
mod unit_of_measure;
mod words;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

pub use contract::{ContractAmended, ContractCancelled, ContractRegistered};
pub use decode::{ID_MOST, day, moment};
pub use history::{EventVoided, QueryExplained, ReleaseCut, ReportReviewed, ReportWithdrawn, RoundChanged};
pub use json::{DEPTH_MOST, Json, NAME_MOST, Object, WIDTH_MOST, read_json};
pub use patent::{Holder, PatentChanged, PatentGranted};
pub use read::TEXT_MOST;
pub use reference::ReferencePublished;
pub use register::{RegisterChanged, RegisterEntered, RegisterRemoved};
pub use report::ReportFiled;
pub(crate) use status::anniversary;
pub use status::{StatusGranted, StatusRevoked};
pub use supplement::SupplementPublished;
pub use unit::{Successor, UnitChanged, UnitClosed, UnitRegistered};
pub use unit_of_measure::UnitOfMeasure;
pub use words::{
    ContractKind, Form, Item, Late, Level, PatentChange, PatentClass, Register, RegisterLevel, Status,
    UnitChange, UnitKind, Verdict, Vintage,
};

use crate::codelist::Area;
use crate::period::Period;
use crate::problem::{Code, Warning};

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
    /// What it came after, if it is a report that came late: the log says it, as ingestion found it.
    pub late: Option<Late>,
    /// Whether it is made up; carried to every figure it enters.
    pub synthetic: bool,
    /// What it says.
    pub data: Data,
}

impl Event {
    /// The identity under which a second sending is a duplicate, or a conflict.
    pub fn identity(&self) -> Fingerprint {
        Fingerprint::identity(self.source, &self.id)
    }

    /// The identity among the events of all subjects.
    pub fn identity_of_all(&self) -> Fingerprint {
        let source = self.source.to_string();
        Fingerprint::of(&[self.subject.as_bytes(), source.as_bytes(), self.id.as_bytes()])
    }

    /// The content that two sendings of one event share: type, time and data, decimals by value.
    pub fn content(&self) -> Fingerprint {
        // Typed data serialises without fail: its maps have string keys.
        let data = serde_json::to_vec(&self.data).unwrap_or_default();
        Fingerprint::of(&[self.data.event_type().as_bytes(), self.time.to_string().as_bytes(), &data])
    }

    /// The area that it files figures for, and where it says so: what a key's scope must cover beside the source.
    pub fn area(&self) -> Option<(Area, &'static str)> {
        let first = |holders: &[Holder]| holders.first().map(|holder| (holder.area, "/data/holders/0/area"));
        let area = match &self.data {
            Data::PatentGranted(patent) => return first(&patent.holders),
            Data::PatentChanged(patent) => return first(&patent.holders),
            Data::ContractRegistered(contract) => return Some((contract.seller.area, "/data/seller/area")),
            // What another bureau said is not for everybody to take back.
            Data::EventVoided(void) => return Some((void.voided_source.area, "/data/voided_source")),
            Data::UnitRegistered(unit) => Some(unit.area),
            Data::UnitChanged(unit) => unit.area,
            Data::StatusGranted(status) => status.area,
            Data::ReportFiled(report) => Some(report.area),
            Data::ReportReviewed(review) => Some(review.area),
            Data::RegisterEntered(entry) => entry.area,
            Data::RegisterChanged(entry) => entry.area,
            Data::ReferencePublished(reference) => Some(reference.area),
            Data::SupplementPublished(supplement) => Some(supplement.area),
            _ => None,
        };
        area.map(|area| (area, "/data/area"))
    }

    /// That it came late, and the findings of the query rules that need no history.
    pub fn warnings(&self) -> Vec<Warning> {
        let late = self.late.map(|_| Warning { code: Code::Late, pointer: "/data/period".to_owned() });
        let found = match &self.data {
            Data::ReportFiled(report) => report.warnings(),
            _ => Vec::new(),
        };
        late.into_iter().chain(found).collect()
    }

    /// The form and period whose round must be open for it: those of a report that is filed or withdrawn.
    pub fn round(&self) -> Option<(Form, Period)> {
        match &self.data {
            Data::ReportFiled(report) => Some((report.form, report.period)),
            Data::ReportWithdrawn(withdrawal) => Some((withdrawal.form, withdrawal.period)),
            _ => None,
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

impl Serialize for Source {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// 128 bits of a SHA-256: enough that no two contents of one entity ever meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The identity, within its subject, of an event of that source and id.
    fn identity(source: Source, id: &str) -> Self {
        Self::of(&[source.to_string().as_bytes(), id.as_bytes()])
    }

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
            fn read(kind: &str, value: &Json<'_>, problems: &mut Vec<crate::problem::Problem>) -> Option<Data> {
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
    /// A unit moves, is renamed, reclassified, merged or split.
    UnitChanged(UnitChanged) = "weir.unit.changed.v1",
    /// A unit closes.
    UnitClosed(UnitClosed) = "weir.unit.closed.v1",
    /// A certificate is granted.
    StatusGranted(StatusGranted) = "weir.status.granted.v1",
    /// A certificate is revoked.
    StatusRevoked(StatusRevoked) = "weir.status.revoked.v1",
    /// A report is filed, or filed again.
    ReportFiled(ReportFiled) = "weir.report.filed.v1",
    /// A report is withdrawn.
    ReportWithdrawn(ReportWithdrawn) = "weir.report.withdrawn.v1",
    /// A report is reviewed at a level.
    ReportReviewed(ReportReviewed) = "weir.report.reviewed.v1",
    /// A finding of a query rule is explained.
    QueryExplained(QueryExplained) = "weir.query.explained.v1",
    /// The round of a form opens for a period.
    PeriodOpened(RoundChanged) = "weir.period.opened.v1",
    /// The round closes.
    PeriodClosed(RoundChanged) = "weir.period.closed.v1",
    /// The round opens again.
    PeriodReopened(RoundChanged) = "weir.period.reopened.v1",
    /// A patent is granted.
    PatentGranted(PatentGranted) = "weir.patent.granted.v1",
    /// A patent lapses, is restored, transferred, invalidated, or changes its classes.
    PatentChanged(PatentChanged) = "weir.patent.changed.v1",
    /// A technology contract is registered.
    ContractRegistered(ContractRegistered) = "weir.contract.registered.v1",
    /// A technology contract is amended.
    ContractAmended(ContractAmended) = "weir.contract.amended.v1",
    /// A technology contract is cancelled.
    ContractCancelled(ContractCancelled) = "weir.contract.cancelled.v1",
    /// An entry comes into a register.
    RegisterEntered(RegisterEntered) = "weir.register.entered.v1",
    /// An entry changes.
    RegisterChanged(RegisterChanged) = "weir.register.changed.v1",
    /// An entry leaves its register.
    RegisterRemoved(RegisterRemoved) = "weir.register.removed.v1",
    /// A reference value is published.
    ReferencePublished(ReferencePublished) = "weir.reference.published.v1",
    /// A part of a measure without unit records is published.
    SupplementPublished(SupplementPublished) = "weir.supplement.published.v1",
    /// An event was sent in error.
    EventVoided(EventVoided) = "weir.event.voided.v1",
    /// A release is cut.
    ReleaseCut(ReleaseCut) = "weir.release.cut.v1",
}
