//! Compares cells with what ClickHouse holds: with its contributions, summed as of the moment, and with its table of cells.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use clickhouse::Row;
use indicatif::ProgressBar;
use jiff::Timestamp;
use serde::Deserialize;
use weir_kernel::clickhouse::{CellRow, Generation, Wanted};
use weir_recount::{Figures, Place, text};
use weir_schemas::cell;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::Vintage;
use weir_schemas::period::Slot;
use weir_schemas::plan::{Measure, Plan, Rule};

use super::difference::{Compared, Member};

/// Reference values may describe any year.
const YEARS: (i16, i16) = (1900, 2999);

/// What ClickHouse holds, compared with what was recounted.
pub(super) struct Cells<'a> {
    figures: &'a Figures<'a>,
    generation: &'a Generation,
    moment: Timestamp,
    /// The most differences to show.
    show: usize,
    /// Of each measure the places in which something stands.
    standing: HashMap<usize, Vec<Place>>,
    /// With the contributions as of the moment.
    pub(super) contributions: Compared,
    /// With the cells of the present, but for those that events behind the moment may have changed.
    pub(super) cells: Compared,
}

/// A series that changed after the moment, between two slots.
#[derive(Row, Deserialize)]
struct Changed {
    area: u32,
    field: String,
    from: u32,
    to: u32,
}

impl<'a> Cells<'a> {
    /// Nothing is compared yet.
    pub(super) fn new(
        figures: &'a Figures<'a>,
        generation: &'a Generation,
        moment: Timestamp,
        show: usize,
    ) -> Self {
        let mut standing: HashMap<usize, Vec<Place>> = HashMap::new();
        for (place, _) in figures.cells() {
            standing.entry(place.measure).or_default().push(*place);
        }
        let contributions = Compared::new("Contributions in ClickHouse, summed as of the moment", show);
        let cells = Compared::new("Cells in ClickHouse", show);
        Self { figures, generation, moment, show, standing, contributions, cells }
    }

    /// Compares all cells of all measures.
    pub(super) async fn compare(&mut self, progress: &ProgressBar) -> anyhow::Result<()> {
        for (number, measure) in self.figures.plan().measures.iter().enumerate() {
            let sums = self.sums(measure).await.with_context(|| format!("the sums of {}", measure.id))?;
            self.contributions.absorb(self.with(number, measure, sums, &HashSet::new()));
            progress.inc(1);
            // What is written after the cells are read can't have changed them.
            let held = self.held(measure).await.with_context(|| format!("the cells of {}", measure.id))?;
            let changed =
                self.changed(measure).await.with_context(|| format!("what changed of {}", measure.id))?;
            self.cells.absorb(self.with(number, measure, held, &changed));
            progress.inc(1);
        }
        progress.finish_and_clear();
        Ok(())
    }

    /// The cells of a measure, summed as of the moment.
    async fn sums(&self, measure: &Measure) -> anyhow::Result<Vec<Result<cell::Cell, String>>> {
        let plan = self.figures.plan();
        let is_reference = matches!(measure.rule, Rule::Reference { .. });
        let (first, last) = if is_reference { YEARS } else { (plan.calendar.from, plan.calendar.to) };
        let wanted = Wanted {
            measure,
            series: series(plan),
            slots: Slot::month(first, 1).through(Slot::year(last)).collect(),
            as_of: Some(self.moment),
            rules: Some(plan.disclosure.primary()),
        };
        Ok(self.generation.sums(&wanted).await?.into_iter().map(Ok).collect())
    }

    /// The cells of a measure in the table. A row that is no cell has been altered.
    async fn held(&self, measure: &Measure) -> anyhow::Result<Vec<Result<cell::Cell, String>>> {
        let select = "SELECT ?fields FROM cells FINAL WHERE measure = ?";
        let rows: Vec<CellRow> = self.generation.select(select, |query| query.bind(&*measure.id)).await?;
        let read = |row: CellRow| {
            let place = format!("{} {} {} {}", row.measure, row.area, row.field, row.slot);
            row.into_cell().map_err(|error| format!("{place}: {error}"))
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// The places of a measure that events recorded after the moment may have changed.
    async fn changed(&self, measure: &Measure) -> anyhow::Result<HashSet<(Area, Field, Slot)>> {
        let select = "SELECT area, toString(field) AS field, min(first_slot) AS from, max(last_slot) AS to \
                      FROM contributions WHERE measure = ? AND recorded > fromUnixTimestamp64Milli(?, 'UTC') \
                      GROUP BY area, field";
        let moment = self.moment.as_millisecond();
        let rows: Vec<Changed> =
            self.generation.select(select, |query| query.bind(&*measure.id).bind(moment)).await?;
        let mut changed = HashSet::new();
        for row in rows {
            let slots = Slot::from_number(row.from).zip(Slot::from_number(row.to));
            let place = Area::from_u32(row.area).zip(row.field.parse::<Field>().ok());
            let (Some((from, to)), Some((area, field))) = (slots, place) else { continue };
            for around in self.figures.plan().areas_around(area) {
                for slot in from.through(to) {
                    changed.extend([(around, field, slot), (around, Field::Total, slot)]);
                }
            }
        }
        Ok(changed)
    }

    /// What one holder has of a measure, compared with what was recounted but at the places left out.
    fn with(
        &self,
        number: usize,
        measure: &Measure,
        theirs: Vec<Result<cell::Cell, String>>,
        left_out: &HashSet<(Area, Field, Slot)>,
    ) -> Compared {
        let mut compared = Compared::new("", self.show);
        let mut met = HashSet::new();
        for cell in theirs {
            let cell = match cell {
                Ok(cell) => cell,
                Err(said) => {
                    compared.differs(said);
                    continue;
                }
            };
            let (area, field, slot) = (cell.series.area, cell.series.field, cell.slot);
            let place = Place { measure: number, area, field, slot };
            let ours = self.figures.cell(&place);
            if ours.is_some() {
                met.insert(place);
            }
            if left_out.contains(&(area, field, slot)) {
                compared.pass_over();
                continue;
            }
            compared.compare(at(measure, &place), &members(measure, ours, &cell));
        }
        for place in self.standing.get(&number).into_iter().flatten() {
            if met.contains(place) {
                continue;
            }
            if left_out.contains(&(place.area, place.field, place.slot)) {
                compared.pass_over();
                continue;
            }
            let nothing = cell::Cell::empty(
                cell::Series { measure: measure.id.clone(), area: place.area, field: place.field },
                place.slot,
            );
            compared.compare(at(measure, place), &members(measure, self.figures.cell(place), &nothing));
        }
        compared
    }
}

/// All areas of a plan, by all fields.
fn series(plan: &Plan) -> Vec<(Area, Field)> {
    let areas = Area::all().filter(|area| plan.area.contains(*area));
    areas.flat_map(|area| Field::ALL.map(|field| (area, field))).collect()
}

/// The name of a cell.
fn at(measure: &Measure, place: &Place) -> String {
    format!("{} {} {} {}", measure.id, place.area, place.field, place.slot.period())
}

/// All that a cell says, on both sides. Where nothing stands a cell is zero.
fn members(measure: &Measure, ours: Option<&weir_recount::Cell>, theirs: &cell::Cell) -> Vec<Member> {
    let exact = |number: Option<&weir_recount::Exact>| number.map_or_else(|| "0".to_owned(), text);
    let panel = ours.map(|cell| &cell.panel);
    let member = |name, recounted: String, held: String| Member { name, recounted, held };
    let decimal = |value: rust_decimal::Decimal| value.normalize().to_string();
    let in_order = |mut words: Vec<String>| {
        words.sort_unstable();
        words.join("+")
    };
    let forms = ours.map(|cell| cell.forms.iter().map(ToString::to_string).collect()).unwrap_or_default();
    let vintage = ours.and_then(|cell| cell.vintage).map_or("", Vintage::as_str);
    let mut members = vec![
        member("stands", ours.is_some().to_string(), (theirs.contributions > 0).to_string()),
        member("value", exact(ours.map(|cell| &cell.value)), decimal(theirs.value)),
        member("supplement", exact(ours.map(|cell| &cell.supplement)), decimal(theirs.supplement)),
        member("accepted", exact(ours.map(|cell| &cell.accepted)), decimal(theirs.accepted)),
        member("panel", exact(panel.map(|(panel, ..)| panel)), decimal(theirs.panel)),
        member("panel_prior", exact(panel.map(|(_, prior, _)| prior)), decimal(theirs.panel_prior)),
        member(
            "panel_contributors",
            panel.map_or(0, |(.., number)| *number).to_string(),
            theirs.panel_contributors.to_string(),
        ),
        member(
            "status",
            ours.map_or("A", |cell| cell.status.letter()).to_owned(),
            theirs.status.as_str().to_owned(),
        ),
        member("forms", in_order(forms), in_order(theirs.forms.clone())),
        member("vintage", vintage.to_owned(), theirs.vintage.clone()),
        member(
            "synthetic",
            ours.is_some_and(|cell| cell.synthetic).to_string(),
            theirs.synthetic.to_string(),
        ),
        member(
            "conf_status",
            ours.map_or("F", |cell| cell.confidentiality.status).to_owned(),
            theirs.conf_status.as_str().to_owned(),
        ),
        member(
            "panel_conf_status",
            ours.map_or("F", |cell| cell.confidentiality.panel).to_owned(),
            theirs.panel_conf_status.as_str().to_owned(),
        ),
        member(
            "unchanged",
            ours.is_some_and(|cell| cell.confidentiality.unchanged).to_string(),
            theirs.unchanged.to_string(),
        ),
    ];
    if has_contributors(&measure.rule) {
        let ours = ours.map_or(0, |cell| cell.contributors);
        members.push(member("contributors", ours.to_string(), theirs.contributors.to_string()));
    }
    members
}

/// Whether units are behind a measure: not behind what is published, or said of a round.
const fn has_contributors(rule: &Rule) -> bool {
    !matches!(rule, Rule::Reference { .. } | Rule::RoundClosed { .. } | Rule::RoundDeadline { .. })
}
