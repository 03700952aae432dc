//! How protected sums are spread over their contributors: what a cell says of its confidentiality (docs/measures.md §5).
//!
//! What single units say never leaves ClickHouse but for the two largest of a sum, which are judged here and forgotten.

mod statement;

use std::collections::{BTreeSet, HashMap, HashSet};

use clickhouse::Row;
use serde::Deserialize;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::Field;
use weir_schemas::disclosure::{Concentration, ConfStatus, PrimaryRules};
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
    /// How many slots lie between it and the one it is compared with, 1 or 3; the level is the same in both.
    since: u8,
    /// Whether it is of contributors that stand in several places, and all that they add to this one. If not, it is of
    /// those that stand in this place alone, and enters all around it.
    moves: bool,
    units: u64,
    total: i128,
    largest: Vec<i128>,
    /// How many stood in the slot that it is compared with.
    before: u64,
    changed: u64,
    moved: i128,
    largest_moved: Vec<i128>,
    panel_units: u64,
    panel_total: i128,
    panel_largest: Vec<i128>,
    prior_total: i128,
    prior_largest: Vec<i128>,
}

/// How a sum is spread, and how it changed.
#[derive(Default)]
pub(super) struct Spread {
    level: Concentration,
    /// What is said in the comparable panel of this year, and of the year before.
    panel: [Concentration; 2],
    /// Since the slot before.
    month: Change,
    /// Since the quarter's end before.
    quarter: Change,
}

/// How a sum changed since an earlier slot.
#[derive(Default)]
struct Change {
    /// How many stood in that one.
    before: u64,
    spread: Concentration,
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
        cell.conf_status = spread.status(rules);
        cell.unchanged = spread.month.spread.contributors == 0;
        let panel = spread.panel.map(|panel| rules.status(&panel, None));
        cell.panel_conf_status = panel.into_iter().find(|status| !status.is_free()).unwrap_or_default();
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
    let before = asked.iter().flat_map(|slot| slot.compared_with());
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
        let of = Concentration::new;
        let change = if share.since == 1 {
            // Once of the two: the level is said with both.
            self.level = self.level.with(&of(share.units, share.total, &share.largest));
            let [this_year, year_before] = &mut self.panel;
            *this_year = this_year.with(&of(share.panel_units, share.panel_total, &share.panel_largest));
            *year_before = year_before.with(&of(share.panel_units, share.prior_total, &share.prior_largest));
            &mut self.month
        } else {
            &mut self.quarter
        };
        change.before += share.before;
        change.spread = change.spread.with(&of(share.changed, share.moved, &share.largest_moved));
    }

    /// Whether it is confidential by itself, or by how it changed.
    fn status(&self, rules: &PrimaryRules) -> ConfStatus {
        let since = [&self.month, &self.quarter].into_iter().filter(|change| change.before > 0);
        let statuses = std::iter::once(None).chain(since.map(|change| Some(&change.spread)));
        let mut told = statuses.map(|change| rules.status(&self.level, change));
        told.find(|status| !status.is_free()).unwrap_or_default()
    }
}
