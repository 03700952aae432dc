//! The events behind a figure, for officials within their areas.

use rust_decimal::Decimal;
use serde::Serialize;
use weir_kernel::clickhouse::{self, Generation, status_of};
use weir_schemas::codelist::Area;
use weir_schemas::entity::ObsStatus;
use weir_schemas::exact;

use crate::http::event::{EventShown, Events};
use crate::tables::{Behind, Entering, entries};

/// An event, and what the contribution that it stands behind adds. A contribution may have several events behind it: each says the
/// same unit, part and value.
#[derive(Debug, Serialize)]
pub(super) struct Contributing {
    measure: String,
    unit: Option<String>,
    subject: String,
    part: Option<String>,
    area: Option<Area>,
    field: String,
    /// In the measure's base unit.
    value: Option<Decimal>,
    status: Option<ObsStatus>,
    synthetic: bool,
    #[serde(flatten)]
    event: Option<EventShown>,
}

/// The events as they are shown.
///
/// # Errors
/// When the store can't be reached.
pub(super) async fn shown(
    generation: &Generation,
    of: &[Entering<'_>],
    behind: Vec<Behind>,
) -> Result<Vec<Contributing>, clickhouse::Error> {
    let mut places: Vec<_> =
        behind.iter().map(|one| (one.entity.clone(), one.partition, one.offset)).collect();
    places.sort_unstable();
    places.dedup();
    let events = Events::of(entries(generation, &places).await?);
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let show = |one: Behind| {
        let measure = usize::from(one.rank).checked_sub(1).and_then(|rank| of.get(rank));
        // No unit is behind a reference value.
        let by_unit = measure.is_some_and(|of| !of.measure.is_reference());
        Contributing {
            measure: measure.map(|of| of.measure.id.to_string()).unwrap_or_default(),
            event: events.at(&one.entity, one.partition, one.offset),
            unit: some(one.contributor).filter(|_| by_unit),
            subject: one.entity,
            part: some(one.part),
            area: Area::from_u32(one.area),
            field: one.field,
            value: exact::from_millionths(one.value),
            status: status_of(one.status),
            synthetic: one.made_up,
        }
    };
    Ok(behind.into_iter().map(show).collect())
}
