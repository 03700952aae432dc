//! Sums cells of one measure from the contributions in force at a moment.
//!
//! ClickHouse finds what is in force and adds up what stands in the same place through the same slots; what is left,
//! laying each such sum upon the areas, fields and slots it enters, is done here: a stock stands in sixty slots, and
//! a statement that wrote it out sixty times was twenty times as dear.

mod lay;
mod leaf;

use jiff::Timestamp;
use weir_schemas::cell::Cell;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Slot;
use weir_schemas::plan::Measure;

use super::{Error, Generation};

/// The cells of one measure to be summed.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The measure.
    pub measure: &'a Measure,
    /// Their areas and fields.
    pub series: Vec<(Area, Field)>,
    /// Their first slot.
    pub from: Slot,
    /// Their last slot.
    pub to: Slot,
    /// Of the events recorded up to this moment; of all if not given.
    pub as_of: Option<Timestamp>,
}

impl Generation {
    /// The cells wanted in which something stands, in version 0, series by series. Others are zero, or missing.
    ///
    /// # Errors
    /// When the server can't be reached, or a sum is out of range.
    pub async fn sums(&self, wanted: &Wanted<'_>) -> Result<Vec<Cell>, Error> {
        let leaves = leaf::leaves(self, wanted).await?;
        lay::cells(wanted, &leaves)
    }
}
