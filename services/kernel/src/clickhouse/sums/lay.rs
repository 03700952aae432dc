//! Lays leaves upon the cells they enter: those of the areas around them, of their field and of all, through their slots.

use std::collections::HashMap;

use rust_decimal::Decimal;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::disclosure::ConfStatus;
use weir_schemas::exact;
use weir_schemas::period::Slot;
use weir_schemas::plan::Measure;

use super::Wanted;
use super::leaf::Leaf;
use crate::clickhouse::{Error, status_of};

/// The wanted cells in which something stands.
pub(super) fn cells(wanted: &Wanted<'_>, leaves: &[Leaf]) -> Result<Vec<Cell>, Error> {
    let mut entering: HashMap<(u32, Field), Vec<&Leaf>> =
        wanted.series.iter().map(|(area, field)| ((area.as_u32(), *field), Vec::new())).collect();
    for leaf in leaves {
        for place in places(leaf.area, field(&leaf.field)?, wanted.measure) {
            if let Some(entering) = entering.get_mut(&place) {
                entering.push(leaf);
            }
        }
    }
    let mut cells = Vec::new();
    for (area, field) in &wanted.series {
        let Some(entering) = entering.remove(&(area.as_u32(), *field)) else { continue };
        lay(wanted, *area, *field, entering, &mut cells)?;
    }
    Ok(cells)
}

/// The field that a row tells of.
pub(super) fn field(code: &str) -> Result<Field, Error> {
    code.parse().map_err(|_| wrong(format!("the field {code:?}")))
}

/// The areas and fields that what stands in a place enters.
pub(super) fn places(area: u32, field: Field, measure: &Measure) -> impl Iterator<Item = (u32, Field)> {
    let around = [area, area / 100 * 100, area / 10_000 * 10_000];
    let reach = if measure.is_reference() { 1 } else { around.len() };
    let areas =
        (0..reach).filter(move |at| *at == 0 || around[*at] != around[at - 1]).map(move |at| around[at]);
    let both = field != Field::Total && !measure.is_reference();
    areas.flat_map(move |area| {
        let total = both.then_some((area, Field::Total));
        std::iter::once((area, field)).chain(total)
    })
}

/// The cells of one series: leaves come in at their first slot and go out after their last.
fn lay(
    wanted: &Wanted<'_>,
    area: Area,
    field: Field,
    mut leaves: Vec<&Leaf>,
    cells: &mut Vec<Cell>,
) -> Result<(), Error> {
    leaves.sort_unstable_by_key(|leaf| leaf.first_slot);
    let mut coming = leaves.iter().peekable();
    let mut standing: Vec<&Leaf> = Vec::new();
    let mut sum = Sum::default();
    for slot in &wanted.slots {
        let at = slot.number();
        standing.retain(|leaf| {
            let stays = leaf.last_slot >= at;
            if !stays {
                sum.take(leaf, false);
            }
            stays
        });
        while let Some(leaf) = coming.next_if(|leaf| leaf.first_slot <= at) {
            if leaf.last_slot >= at {
                sum.take(leaf, true);
                standing.push(leaf);
            }
        }
        if sum.contributions > 0 {
            let series = Series { measure: wanted.measure.id.clone(), area, field };
            cells.push(sum.cell(series, *slot, wanted.measure)?);
        }
    }
    Ok(())
}

/// What stands in a slot. Values are in millionths; they wrap where they leave the range, and come back into it.
#[derive(Default)]
struct Sum<'a> {
    value: i128,
    supplement: i128,
    accepted: i128,
    panel: i128,
    panel_prior: i128,
    panel_contributors: u64,
    contributions: u64,
    contributors: u64,
    behind: HashMap<&'a [u8; 16], u64>,
    /// Leaves by the rank of their status.
    statuses: [u64; 5],
    forms: Vec<(&'a str, u64)>,
    vintage: &'a str,
    synthetic: u64,
}

impl<'a> Sum<'a> {
    /// Takes a leaf in, or out again.
    fn take(&mut self, leaf: &'a Leaf, comes: bool) {
        let value = |sum: &mut i128, part: i128| {
            *sum = if comes { sum.wrapping_add(part) } else { sum.wrapping_sub(part) };
        };
        let count = |count: &mut u64, part: u64| {
            *count = if comes { count.wrapping_add(part) } else { count.wrapping_sub(part) };
        };
        value(&mut self.value, leaf.value);
        value(&mut self.supplement, leaf.supplement);
        value(&mut self.accepted, leaf.accepted);
        value(&mut self.panel, leaf.panel);
        value(&mut self.panel_prior, leaf.panel_prior);
        count(&mut self.panel_contributors, leaf.panel_contributors);
        count(&mut self.contributions, leaf.contributions);
        count(&mut self.contributors, leaf.contributors);
        for hash in &leaf.behind {
            let times = self.behind.entry(hash).or_default();
            count(times, 1);
            if *times == 0 {
                self.behind.remove(hash);
            }
        }
        if let Some(leaves) = usize::try_from(leaf.status).ok().and_then(|rank| self.statuses.get_mut(rank)) {
            count(leaves, 1);
        }
        for form in &leaf.forms {
            match self.forms.iter_mut().find(|(known, _)| known == form) {
                Some((_, leaves)) => count(leaves, 1),
                None => self.forms.push((form, 1)),
            }
        }
        // Only reference values have one, and of those there is one in a slot.
        self.vintage = if comes { &leaf.vintage } else { "" };
        count(&mut self.synthetic, u64::from(leaf.synthetic));
    }

    fn cell(&self, series: Series, slot: Slot, measure: &Measure) -> Result<Cell, Error> {
        let out_of_range = || {
            wrong(format!(
                "the sum of {} in {} at {} is out of range",
                series.measure,
                series.area,
                slot.period()
            ))
        };
        let value = |millionths| exact::from_millionths(millionths).ok_or_else(out_of_range);
        let contributors = self.contributors + self.behind.len() as u64;
        // Of distinct things the rows are not the number.
        let sum = |millionths| {
            if measure.is_distinct() { Ok(Decimal::from(contributors)) } else { value(millionths) }
        };
        let least =
            (0_i8..).zip(self.statuses).find(|(_, leaves)| *leaves > 0).and_then(|(rank, _)| status_of(rank));
        let mut forms: Vec<String> =
            self.forms.iter().filter(|(_, leaves)| *leaves > 0).map(|(form, _)| (*form).to_owned()).collect();
        forms.sort_unstable();
        Ok(Cell {
            slot,
            version: 0,
            value: sum(self.value)?,
            supplement: value(self.supplement)?,
            accepted: sum(self.accepted)?,
            panel: value(self.panel)?,
            panel_prior: value(self.panel_prior)?,
            panel_contributors: self.panel_contributors,
            contributions: self.contributions,
            contributors,
            status: least.ok_or_else(|| wrong("a status that is none".to_owned()))?,
            forms,
            vintage: self.vintage.to_owned(),
            synthetic: self.synthetic > 0,
            // Told apart, where it is asked for.
            conf_status: ConfStatus::F,
            panel_conf_status: ConfStatus::F,
            unchanged: false,
            series,
        })
    }
}

fn wrong(what: String) -> Error {
    Error::Row { table: "contributions", what }
}
