//! Earlier cells, as far as they tell what is kept from the reader.

use jiff::Timestamp;
use weir_kernel::clickhouse::{Error, Generation, Wanted};
use weir_schemas::cell::Series;
use weir_schemas::figure::Cells;
use weir_schemas::period::Slot;
use weir_schemas::plan::Measure;

use super::Needed;

impl Needed<'_> {
    /// Goes back from these slots, which are summed, as far as nobody said anything new: such a cell is kept from the reader if
    /// the one before it is.
    ///
    /// # Errors
    /// When the store can't be reached.
    pub(super) async fn earlier(
        &self,
        generation: &Generation,
        mut loaded: Vec<Slot>,
        as_of: Timestamp,
        cells: &mut Cells,
    ) -> Result<(), Error> {
        let protected: Vec<&Measure> =
            self.measures.iter().copied().filter(|measure| measure.is_protected()).collect();
        let places = self.places(&self.fields);
        let mut latest = loaded.clone();
        loop {
            let unchanged = |slot: &Slot| {
                let mut series = protected.iter().flat_map(|measure| {
                    let of = |(area, field)| Series { measure: measure.id.clone(), area, field };
                    places.iter().copied().map(of)
                });
                series.any(|series| cells.get(&series, *slot).is_some_and(|cell| cell.unchanged))
            };
            let before =
                latest.iter().filter(|slot| unchanged(slot)).filter_map(|slot| slot.before_in_year());
            latest = before.filter(|slot| !loaded.contains(slot)).collect();
            if latest.is_empty() {
                return Ok(());
            }
            loaded.extend(&latest);
            let wanted = protected.iter().map(|measure| Wanted {
                measure,
                series: places.clone(),
                slots: latest.clone(),
                as_of: Some(as_of),
                rules: self.rules(),
            });
            cells.extend(generation.sums_of_all(&wanted.collect::<Vec<_>>()).await?);
        }
    }
}
