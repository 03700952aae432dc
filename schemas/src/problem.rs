//! Problems and warnings: one stable code each, the same in answers, rejected records, metrics and documents.

use serde::{Deserialize, Serialize};

use crate::excerpt::excerpt;

macro_rules! codes {
    ($(#[doc = $doc:literal] $name:ident = $text:literal,)*) => {
        /// A stable code. `E-…` rejects the record, `W-…` accompanies an accepted one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $doc] $name,)* }

        impl Code {
            /// Every code there is, for documents and metrics.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// The code so written, if it is one.
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Code::$name),)* _ => None }
            }

            /// The code as it is written, for example `E-CREDIT-CODE`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// What it says, in a sentence.
            pub const fn title(self) -> &'static str {
                match self { $(Code::$name => $doc.trim_ascii(),)* }
            }
        }
    };
}

codes! {
    /// The bytes are not JSON, or not UTF-8.
    Json = "E-JSON",
    /// A record of an inbox that is in neither mode of CloudEvents on Kafka.
    Binding = "E-BINDING",
    /// The record is larger, deeper or longer than the limits.
    Limit = "E-LIMIT",
    /// `specversion` is not 1.0.
    SpecVersion = "E-SPEC-VERSION",
    /// An attribute that only the log may set was sent.
    RecordedTime = "E-RECORDED-TIME",
    /// `type` is not an event type of this version.
    Type = "E-TYPE",
    /// `source` is not a bureau (`/bureaus/` and an area code).
    Source = "E-SOURCE",
    /// `subject` is not what the type and the data call for.
    Subject = "E-SUBJECT",
    /// A required member is missing.
    Missing = "E-MISSING",
    /// A member that the type does not have.
    UnknownMember = "E-UNKNOWN-MEMBER",
    /// A member of the wrong JSON type, or empty where it may not be.
    Value = "E-VALUE",
    /// A word that is not in its code list.
    NotInList = "E-NOT-IN-LIST",
    /// Not a calendar date or an RFC 3339 time.
    Date = "E-DATE",
    /// Dates that contradict each other.
    DateOrder = "E-DATE-ORDER",
    /// Not a period, or not one this form is filed for.
    Period = "E-PERIOD",
    /// The period has not begun.
    PeriodFuture = "E-PERIOD-FUTURE",
    /// The day of publication has not come.
    PublishedFuture = "E-PUBLISHED-FUTURE",
    /// The moment of a release has not come.
    CutFuture = "E-CUT-FUTURE",
    /// Not a decimal, or outside the range figures are kept in.
    Decimal = "E-DECIMAL",
    /// Negative where it cannot be.
    Negative = "E-NEGATIVE",
    /// A unit of measure that does not fit.
    Unit = "E-UNIT",
    /// An area code that is not in GB/T 2260.
    Area = "E-AREA",
    /// An industry code that is not in GB/T 4754-2017.
    Industry = "E-INDUSTRY",
    /// Not one of the plan's fields.
    Field = "E-FIELD",
    /// A unified social credit code that is malformed or fails a check digit.
    CreditCode = "E-CREDIT-CODE",
    /// A patent number that is malformed or fails its check digit.
    PatentNumber = "E-PATENT-NUMBER",
    /// The patent is not an invention (types 1 and 8).
    PatentKind = "E-PATENT-KIND",
    /// A contract's registration number that is not 16 digits.
    ContractNumber = "E-CONTRACT-NUMBER",
    /// An item that the form does not have.
    Item = "E-ITEM",
    /// Basic, applied and experimental research do not add up to the internal expenditure.
    RdSum = "E-RD-SUM",
    /// Full-time equivalents exceed the headcount.
    RdFte = "E-RD-FTE",
    /// The technology amount exceeds the contract's amount.
    TechnologyAmount = "E-TECHNOLOGY-AMOUNT",
    /// A correction gives no reason.
    Reason = "E-REASON",
    /// The key does not cover the event.
    Scope = "E-SCOPE",
    /// An identity that was seen with other content.
    Conflict = "E-CONFLICT",
    /// The round of the form and period is closed for the bureau.
    RoundClosed = "E-ROUND-CLOSED",
    /// The report came after the day it was due by, or after its round was closed.
    Late = "W-LATE",
    /// R&D expense is over half of the revenue.
    RdShare = "W-RD-SHARE",
    /// Revenue differs from the prior year's by more than half.
    PriorYear = "W-PRIOR-YEAR",
    /// A year-to-date item is lower than in the last report earlier in the year.
    YtdFall = "W-YTD-FALL",
    /// An item is about 1000 times, or a thousandth, of what the previous report lets expect.
    UnitSlip = "W-UNIT-SLIP",
    /// The prior year's revenue is not what the unit filed a year ago.
    PriorMismatch = "W-PRIOR-MISMATCH",
    /// The report's area is not its unit's on the period's last day.
    AreaDiffers = "W-AREA-DIFFERS",
    /// The bureau does not cover the unit's area on the period's last day, so the event changes nothing.
    IgnoredSource = "W-IGNORED-SOURCE",
    /// The bureau does not cover the area of what it says something of, and the event counts all the same.
    ForeignSource = "W-FOREIGN-SOURCE",
    /// What is published changes nothing: it is in another unit than its measure, or adds to nothing that the plan sums.
    IgnoredValue = "W-IGNORED-VALUE",
    /// What is said has no area, so it enters no figure.
    NoArea = "W-NO-AREA",
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Code::from_text(&text).ok_or_else(|| serde::de::Error::custom(format!("no such code: {text}")))
    }
}

/// The most characters of the sentence that a problem is told in.
pub const DETAIL_MOST: usize = 500;

/// What is wrong with one place of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// JSON pointer (RFC 6901) to the place, empty for the whole record.
    pub pointer: String,
    /// The sentence for a person, of at most [`DETAIL_MOST`] characters that all print.
    pub detail: String,
}

impl Problem {
    /// A problem at `pointer`. A detail that quotes what was sent is made fit to be shown.
    pub fn new(code: Code, pointer: impl Into<String>, detail: impl AsRef<str>) -> Self {
        Self { code, pointer: pointer.into(), detail: excerpt(detail.as_ref(), DETAIL_MOST) }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {:?}: {}", self.code.as_str(), self.pointer, self.detail)
    }
}

/// A query-rule finding on an accepted record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The stable code.
    pub code: Code,
    /// JSON pointer to the place.
    pub pointer: String,
}
