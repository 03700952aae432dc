//! Marks every cell there is, for a backlog that is summed at once and for the case that marks were lost.

use clickhouse::Row;
use serde::Deserialize;
use weir_kernel::clickhouse::Generation;
use weir_schemas::cell::Series;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::entity::ContributionKey;
use weir_schemas::mark::Mark;
use weir_schemas::period::Slot;
use weir_schemas::plan::Plan;

use crate::Error;

/// The cells that contributions of one measure, area and field ever entered.
#[derive(Row, Deserialize)]
struct Entered {
    measure: String,
    area: u32,
    field: String,
    first: u32,
    last: u32,
}

const SELECT: &str = "SELECT measure, area, field, min(first_slot) AS first, max(last_slot) AS last \
                      FROM contributions GROUP BY measure, area, field";

/// A mark for every cell that any contribution, in force or not, ever entered.
pub(super) async fn marks(generation: &Generation, plan: &Plan) -> Result<impl Iterator<Item = Mark>, Error> {
    let entered: Vec<Entered> = generation.select(SELECT, |query| query).await?;
    let keys = entered.into_iter().filter_map(|entered| {
        Some(ContributionKey {
            measure: entered.measure.into(),
            area: Area::from_u32(entered.area)?,
            field: entered.field.parse::<Field>().ok()?,
            from: Slot::from_number(entered.first)?,
            to: Slot::from_number(entered.last)?,
            part: "",
        })
    });
    Ok(keys.flat_map(move |key| {
        let mark = |series| Mark { series, from: key.from, to: key.to };
        Series::of(&key, plan).into_iter().map(mark).collect::<Vec<_>>()
    }))
}
