//! What every message says of itself.

use jiff::Timestamp;

/// The id of a message: when it was prepared.
pub(in crate::sdmx) fn id(prepared: Timestamp) -> String {
    format!("WEIR{}", prepared.as_millisecond())
}

/// When it was prepared, as XML and JSON write it.
pub(in crate::sdmx) fn time(moment: Timestamp) -> String {
    format!("{moment:.3}")
}
