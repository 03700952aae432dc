//! Registers: institutions, zones, platforms, projects, talents, roadmaps and incubators enter, change and leave.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::{Register, RegisterLevel};

use super::data::{Figures, RegisterRow};
use super::draw::{Draw, Topic};
use super::moment::after;
use super::planned::{Planned, Written};
use super::population::Population;
use super::scale::Scale;
use super::{FIRST_YEAR, rates};

const ENTERED: &str = "weir.register.entered.v1";
const CHANGED: &str = "weir.register.changed.v1";
const REMOVED: &str = "weir.register.removed.v1";

/// Directions of the plan's ten fields, each of which gets a roadmap.
const DIRECTIONS: [usize; 10] = [7, 3, 3, 4, 4, 5, 5, 7, 3, 5];
/// Zones that are national before the first year, and how many are promoted in each year of the plan.
const NATIONAL_ZONES: usize = 8;
const PROMOTIONS: [usize; 5] = [0, 1, 0, 1, 0];

/// Plans all registers up to the year `to`.
pub(super) fn plan(
    planned: &mut Vec<Planned>,
    population: &Population,
    figures: &Figures,
    scale: Scale,
    seed: u64,
    to: i16,
) {
    let weights = figures.weights(|p| p.contracts);
    let draw = Draw::new(seed, Topic::Registers);
    let mut office = Office { planned, population, draw, weights, to };
    for row in &figures.registers {
        office.keep(row, scale);
    }
}

/// Who keeps the registers.
struct Office<'a> {
    planned: &'a mut Vec<Planned>,
    population: &'a Population,
    draw: Draw,
    /// Of prefectures.
    weights: Vec<u64>,
    to: i16,
}

/// An entry that stands.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Within its register.
    serial: usize,
    entered: Date,
    level: Option<RegisterLevel>,
}

impl Office<'_> {
    fn keep(&mut self, row: &RegisterRow, scale: Scale) {
        let count = |full: u64| if row.shrinks { scale.count(full) } else { full };
        let mut standing: Vec<Entry> = Vec::new();
        let mut serial = 0;
        for year in FIRST_YEAR - 1..=self.to {
            let entering = row.entering(year);
            for _ in 0..count(entering) {
                let entry = self.enter(row, serial, year);
                standing.push(entry);
                serial += 1;
            }
            if year < FIRST_YEAR {
                continue;
            }
            self.promote(row, &mut standing, year);
            for _ in 0..rates::ENTRY_CHANGED.of(count(entering)) {
                self.change(row, &standing, year);
            }
            for _ in 0..if row.shrinks { scale.sum(row.removed) } else { row.removed } {
                self.remove(row, &mut standing, year);
            }
        }
    }

    /// An entry of a year; those of the year before the first are of any earlier one.
    fn enter(&mut self, row: &RegisterRow, serial: usize, year: i16) -> Entry {
        let entered = if year < FIRST_YEAR {
            self.draw.day(date(1992, 1, 1), date(FIRST_YEAR - 1, 12, 20))
        } else {
            self.draw.day(date(year, 1, 6), date(year, 12, 20))
        };
        let zone = row.register == Register::HighTechZone;
        let national = if zone { serial < NATIONAL_ZONES } else { self.draw.percent(12) };
        let level = row.level.map(|level| if national { RegisterLevel::National } else { level });
        let entry = Entry { serial, entered, level };
        let recorded = if year < FIRST_YEAR {
            self.draw.day(date(FIRST_YEAR, 1, 4), date(FIRST_YEAR, 2, 26))
        } else {
            after(entered, self.draw.between(2, 28))
        };
        self.entered(row, entry, recorded, "entered");
        entry
    }

    fn entered(&mut self, row: &RegisterRow, entry: Entry, recorded: Date, what: &str) {
        let roadmap = row.register == Register::FieldRoadmap;
        let field = if roadmap { direction(entry.serial) } else { self.draw.pick(&Field::PLAN) };
        let area = if roadmap { Some(Area::SICHUAN) } else { self.county(entry.serial) };
        let everywhere = !row.shrinks;
        let area = area.filter(|_| everywhere || !rates::ENTRY_NOWHERE.happens(&mut self.draw));
        let kind = self.draw.pick(&row.types());
        let mut data = json!({"name": name(row, entry.serial), "entered_on": entry.entered});
        let members = [
            ("area", area.map(|area| json!(area))),
            ("field", field.map(|field| json!(field))),
            ("type", kind.map(|kind| json!(kind))),
            ("level", entry.level.map(|level| json!(level))),
        ];
        if let Some(data) = data.as_object_mut() {
            data.extend(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        self.say(ENTERED, row, entry.serial, (recorded, what), data);
    }

    /// Zones and their like lie in all prefectures in turn, everything else where it weighs.
    fn county(&mut self, serial: usize) -> Option<Area> {
        let total: u64 = self.weights.iter().sum();
        let mut place = self.draw.between(1, total.max(1));
        let at = self.weights.iter().position(|weight| {
            let here = place <= *weight;
            place = place.saturating_sub(*weight);
            here
        });
        let counties = &self.population.counties;
        let at = at.filter(|_| serial >= counties.len()).unwrap_or(serial % counties.len().max(1));
        self.draw.pick(counties.get(at)?)
    }

    /// Provincial zones become national.
    fn promote(&mut self, row: &RegisterRow, standing: &mut [Entry], year: i16) {
        let at = usize::try_from(year - FIRST_YEAR).unwrap_or(0);
        let promoted = PROMOTIONS.get(at).copied().unwrap_or(0);
        if row.register != Register::HighTechZone {
            return;
        }
        let provincial = standing.iter_mut().filter(|entry| entry.level == Some(RegisterLevel::Provincial));
        for entry in provincial.take(promoted) {
            entry.level = Some(RegisterLevel::National);
            let day = self.draw.day(date(year, 4, 1), date(year, 10, 31));
            let data = json!({"effective_from": day, "level": "national"});
            let heard = after(day, self.draw.between(2, 20));
            self.say(CHANGED, row, entry.serial, (heard, &format!("promoted:{day}")), data);
        }
    }

    /// An entry is renamed or moves.
    fn change(&mut self, row: &RegisterRow, standing: &[Entry], year: i16) {
        let day = self.draw.day(date(year, 3, 1), date(year, 12, 10));
        let earlier: Vec<Entry> =
            standing.iter().copied().filter(|entry| after(entry.entered, 40) < day).collect();
        let Some(entry) = self.draw.pick(&earlier) else { return };
        let data = if self.draw.one_in(2) || !row.shrinks {
            json!({"effective_from": day, "name": format!("{}({year}年更名)", name(row, entry.serial))})
        } else {
            json!({"effective_from": day, "area": self.county(usize::MAX)})
        };
        let heard = after(day, self.draw.between(2, 28));
        self.say(CHANGED, row, entry.serial, (heard, &format!("changed:{day}")), data);
    }

    /// An entry leaves; some come back in the year after.
    fn remove(&mut self, row: &RegisterRow, standing: &mut Vec<Entry>, year: i16) {
        let day = self.draw.day(date(year, 3, 1), date(year, 12, 10));
        let earlier: Vec<usize> = (0..standing.len())
            .filter(|at| standing.get(*at).is_some_and(|e| after(e.entered, 40) < day))
            .collect();
        let Some(at) = self.draw.pick(&earlier) else { return };
        let entry = standing.swap_remove(at);
        let heard = after(day, self.draw.between(2, 28));
        let data = json!({"effective_from": day, "reason": "考核不合格"});
        self.say(REMOVED, row, entry.serial, (heard, &format!("removed:{day}")), data);
        if year < self.to && rates::ENTRY_BACK.happens(&mut self.draw) {
            let entered = self.draw.day(date(year + 1, 2, 10), date(year + 1, 11, 30));
            let back = Entry { entered, ..entry };
            let heard = after(entered, self.draw.between(2, 28));
            self.entered(row, back, heard, &format!("entered:{entered}"));
        }
    }

    fn say(
        &mut self,
        kind: &'static str,
        row: &RegisterRow,
        serial: usize,
        (heard, what): (Date, &str),
        mut data: Value,
    ) {
        let entry = format!("SIM-{:05}", serial + 1);
        let subject = format!("{}:{entry}", row.register);
        if let Some(members) = data.as_object_mut() {
            members.insert("register".to_owned(), json!(row.register));
            members.insert("entry".to_owned(), json!(entry));
        }
        let recorded = self.draw.at_work(heard);
        // The province keeps its registers itself.
        self.planned.push(Written::new(kind, &subject, what, Area::SICHUAN, &data).at(recorded));
    }
}

fn name(row: &RegisterRow, serial: usize) -> String {
    format!("合成{}{:05}", row.name, serial + 1)
}

/// The field of a roadmap: field by field, one for each direction.
fn direction(serial: usize) -> Option<Field> {
    let fields = Field::PLAN.into_iter().zip(DIRECTIONS);
    fields.flat_map(|(field, directions)| std::iter::repeat_n(field, directions)).nth(serial)
}
