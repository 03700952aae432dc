//! What is to be written, and when: small enough to hold a whole province, and rendered one by one.

use jiff::civil::Date;
use weir_schemas::event::{Form, Status};
use weir_schemas::period::Period;

use super::moment::Moment;
use super::unit::UnitIndex;

/// An event before it is written out.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    /// When it enters the log.
    pub(super) recorded: Moment,
    pub(super) fact: Fact,
}

/// What it says.
#[derive(Debug, Clone)]
pub(super) enum Fact {
    Registered(UnitIndex),
    Granted(Grant),
    Filed(Filing),
    /// A place in the list of patents.
    Patent(usize),
    /// A place in the list of contracts.
    Contract(usize),
    /// A place in the list of reference values.
    Published(usize),
}

impl Fact {
    /// Whether it goes on to count in later years: a register's entry rather than a year's flow.
    pub(super) const fn stands(&self) -> bool {
        match self {
            Fact::Registered(_) | Fact::Granted(_) | Fact::Patent(_) | Fact::Published(_) => true,
            Fact::Filed(_) | Fact::Contract(_) => false,
        }
    }
}

/// A certificate.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) unit: UnitIndex,
    pub(super) status: Status,
    /// Within its status and year.
    pub(super) serial: u32,
    pub(super) valid_from: Date,
}

/// A report.
#[derive(Debug, Clone)]
pub(super) struct Filing {
    pub(super) unit: UnitIndex,
    pub(super) form: Form,
    pub(super) period: Period,
    pub(super) revision: u8,
    /// Why it corrects an earlier revision.
    pub(super) reason: Option<&'static str>,
    /// In the order of the form's items; money in thousands of yuan. The last may be unused.
    pub(super) items: [u64; 6],
}
