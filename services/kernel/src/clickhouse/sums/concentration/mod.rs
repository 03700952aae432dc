//! How protected sums are spread over their contributors: what a cell says of its confidentiality (docs/measures.md §5).
//!
//! What single units say never leaves ClickHouse but for the two largest of a sum, which are judged here and forgotten.

mod statement;

use std::collections::{BTreeSet, HashMap, HashSet};

use clickhouse::Row;
use serde::Deserialize;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::Field;
use weir_schemas::disclosure::{Concentration, PrimaryRules};
use weir_schemas::period::Slot;

use super::leaf::bind;
use super::{Wanted, lay};
use crate::clickhouse::{Error, Generation};

/// What contributors add to a place in a slot, and how that changed since the slot before.
#[derive(Row, Deserialize)]
struct Share {
    #[serde(rename = "of_measure")]
    measure: String,
    #[serde(rename = "of_area")]
    area: u32,
    #[serde(rename = "of_field")]
    field: String,
    slot: u32,
    /// Whether it is of contributors that stand in several places, and all that they add to this one. If not, it is of
    /// those that stand in this place alone, and enters all around it.
    moves: bool,
    units: u64,
    total: i128,
    largest: Vec<i128>,
    /// How many stood in the slot before.
    before: u64,
    changed: u64,
    moved: i128,
    largest_moved: Vec<i128>,
}

/// How a sum is spread, and how it changed since the slot before.
#[derive(Default)]
pub(super) struct Spread {
    level: Concentration,
    change: Concentration,
    before: u64,
}

/// How sums are spread, by measure, area, field and slot.
pub(super) type Spreads = HashMap<String, HashMap<(u32, Field, u32), Spread>>;

/// Says of cells, by how the sums of their measures are spread, whether they are confidential by these rules.
pub(super) fn judge(spreads: &Spreads, rules: &PrimaryRules, cells: &mut [Cell]) {
    for cell in cells {
        let Series { measure, area, field } = &cell.series;
        // What is compiled without unit records alone has nobody behind it, and what is not protected has no spread.
        let place = (area.as_u32(), *field, cell.slot.number());
        let Some(spread) = spreads.get(&**measure).and_then(|spreads| spreads.get(&place)) else { continue };
        if spread.level.contributors == 0 {
            continue;
        }
        cell.conf_status = rules.status(&spread.level, (spread.before > 0).then_some(&spread.change));
        cell.unchanged = spread.change.contributors == 0;
    }
}

/// How the sums of those measures that are protected are spread, of measures that are summed alike; none where nobody asks.
pub(super) async fn spreads(generation: &Generation, alike: &[&Wanted<'_>]) -> Result<Spreads, Error> {
    let protected = || alike.iter().filter(|wanted| wanted.measure.is_protected() && wanted.rules.is_some());
    let Some(first) = protected().next().filter(|wanted| !wanted.slots.is_empty()) else {
        return Ok(Spreads::new());
    };
    let ids: Vec<&str> = protected().map(|wanted| &*wanted.measure.id).collect();
    let asked: BTreeSet<Slot> = first.slots.iter().copied().collect();
    let before = asked.iter().filter_map(|slot| slot.before_in_year());
    let read: BTreeSet<Slot> = asked.iter().copied().chain(before).collect();
    let reading = Wanted { slots: read.into_iter().collect(), ..(*first).clone() };
    let statement = statement::statement(first, &asked, &reading.slots);
    let shares: Vec<Share> = generation.select(&statement, |query| bind(query, &reading, &ids)).await?;
    laid(first, &shares)
}

/// Shares by the places they enter, of those that are wanted.
fn laid(wanted: &Wanted<'_>, shares: &[Share]) -> Result<Spreads, Error> {
    let asked: HashSet<(u32, Field)> =
        wanted.series.iter().map(|(area, field)| (area.as_u32(), *field)).collect();
    let mut spreads = Spreads::new();
    for share in shares {
        let of_measure = match spreads.get_mut(&share.measure) {
            Some(known) => known,
            None => spreads.entry(share.measure.clone()).or_default(),
        };
        let own = (share.area, lay::field(&share.field)?);
        let around = lay::places(own.0, own.1, wanted.measure).filter(|place| *place == own || !share.moves);
        for (area, field) in around.filter(|place| asked.contains(place)) {
            of_measure.entry((area, field, share.slot)).or_default().join(share);
        }
    }
    Ok(spreads)
}

impl Spread {
    /// Takes in what others add.
    fn join(&mut self, share: &Share) {
        let level = Concentration::new(share.units, share.total, &share.largest);
        let change = Concentration::new(share.changed, share.moved, &share.largest_moved);
        self.level = self.level.with(&level);
        self.change = self.change.with(&change);
        self.before += share.before;
    }
}
