//! What registers hear of units: moves, new names and industries, mergers, splits and closures.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use weir_schemas::codelist::{Field, Industry};

use super::draw::{Draw, Topic};
use super::moment::after;
use super::planned::{Fact, Planned, Written};
use super::population::{End, How, Population};
use super::unit::{UnitIndex, industries, zone};
use super::{FIRST_YEAR, rates};

/// Why units close.
const REASONS: [&str; 4] = ["注销", "破产清算", "吊销营业执照", "长期停产"];

const CHANGED: &str = "weir.unit.changed.v1";
const CLOSED: &str = "weir.unit.closed.v1";

/// Plans the registration of all units that a register knows, and what becomes of them.
pub(super) fn plan(planned: &mut Vec<Planned>, population: &Population, seed: u64, to: i16) {
    let mut clerk = Clerk { planned, population, draw: Draw::new(seed, Topic::Register), seed };
    for (index, unit) in (0..).zip(&population.units) {
        if let Some(day) = unit.registered {
            let recorded = clerk.draw.at_work(day);
            clerk.planned.push(Planned { recorded, fact: Fact::Registered(index) });
        }
    }
    for (unit, moves) in &population.lives.moves {
        for to in moves {
            clerk.moved(*unit, to.day);
        }
    }
    for (unit, end) in &population.lives.ends {
        clerk.ended(*unit, end);
    }
    for year in FIRST_YEAR + 1..=to {
        clerk.changes(year);
    }
}

/// Who keeps the register.
struct Clerk<'a> {
    planned: &'a mut Vec<Planned>,
    population: &'a Population,
    draw: Draw,
    seed: u64,
}

impl Clerk<'_> {
    /// Writes down what a unit's bureau says, some days after it came to be.
    fn write(
        &mut self,
        kind: &'static str,
        unit: UnitIndex,
        day: Date,
        what: &str,
        data: &Value,
    ) -> Option<Heard> {
        let heard = after(day, self.draw.between(3, 40));
        self.write_on(heard, kind, unit, (day, what), data)
    }

    fn write_on(
        &mut self,
        heard: Date,
        kind: &'static str,
        unit: UnitIndex,
        (day, what): (Date, &str),
        data: &Value,
    ) -> Option<Heard> {
        let of = self.population.unit(unit)?;
        let bureau = self.population.bureau(unit, day)?;
        let event = Written::new(kind, &of.code, &format!("{what}:{day}"), bureau, data);
        let recorded = self.draw.at_work(heard);
        self.planned.push(event.clone().at(recorded));
        Some(Heard { on: heard, event })
    }

    fn moved(&mut self, unit: UnitIndex, day: Date) {
        let Some(spot) = self.population.spot(unit, day) else { return };
        let mut data = json!({"effective_from": day, "reason": "moved", "area": spot.area});
        let in_zone = self.population.unit(unit).is_some_and(|of| of.in_zone);
        if let (true, Some(bureau), Some(members)) = (in_zone, spot.area.parent(), data.as_object_mut()) {
            members.insert("zone".to_owned(), json!(zone(bureau)));
        }
        let counties = self.population.counties.get(spot.prefecture).map(Vec::as_slice).unwrap_or_default();
        if !rates::MOVE_MENDED.happens(&mut self.draw) {
            self.write(CHANGED, unit, day, "moved", &data);
            return;
        }
        // Of one day's changes the later in the log holds.
        let wrong = json!({"effective_from": day, "reason": "moved", "area": self.draw.pick(counties)});
        let Some(heard) = self.write(CHANGED, unit, day, "moved:first", &wrong) else { return };
        let mended = after(heard.on, self.draw.between(2, 20));
        self.write_on(mended, CHANGED, unit, (day, "moved"), &data);
    }

    fn ended(&mut self, unit: UnitIndex, end: &End) {
        let code = |unit| self.population.unit(unit).map(|of| of.code);
        let End { day, how } = *end;
        match how {
            How::Closed => {
                let reason = self.draw.pick(&REASONS);
                self.write(CLOSED, unit, day, "closed", &json!({"effective_from": day, "reason": reason}));
            }
            How::Merged(head) => {
                let successors = json!([{"credit_code": code(head), "share": "1"}]);
                let data = json!({"effective_from": day, "reason": "merged", "successors": successors});
                self.write(CHANGED, unit, day, "merged", &data);
            }
            How::Split([one, other], percent) => {
                let share = |percent: u64| format!("0.{percent:02}");
                let successors = json!([
                    {"credit_code": code(one), "share": share(percent)},
                    {"credit_code": code(other), "share": share(100 - percent)},
                ]);
                let data = json!({"effective_from": day, "reason": "split", "successors": successors});
                self.write(CHANGED, unit, day, "split", &data);
            }
        }
    }

    /// What changes of units without moving or ending them, and what is said in error.
    fn changes(&mut self, year: i16) {
        let known: Vec<UnitIndex> = (0..)
            .zip(&self.population.units)
            .filter(|(_, unit)| unit.registered.is_some_and(|day| day.year() < year))
            .map(|(index, _)| index)
            .filter(|index| self.population.stays(*index))
            .collect();
        let count = known.len() as u64;
        for _ in 0..rates::RENAMED.of(count) {
            self.renamed(&known, year);
        }
        for _ in 0..rates::RECLASSIFIED.of(count) {
            self.reclassified(&known, year);
        }
        for _ in 0..rates::CLOSED_IN_ERROR.of(count) {
            self.closed_in_error(&known, year);
        }
    }

    fn day_of(&mut self, year: i16) -> Date {
        self.draw.day(date(year, 1, 10), date(year, 12, 10))
    }

    fn renamed(&mut self, known: &[UnitIndex], year: i16) {
        let (unit, day) = (self.draw.pick(known), self.day_of(year));
        let of = unit.and_then(|unit| Some((unit, self.population.unit(unit)?)));
        let Some((unit, of)) = of else { return };
        let name = format!("{}({year}年更名)", of.name());
        self.write(
            CHANGED,
            unit,
            day,
            "renamed",
            &json!({"effective_from": day, "reason": "renamed", "name": name}),
        );
    }

    fn reclassified(&mut self, known: &[UnitIndex], year: i16) {
        let (unit, day) = (self.draw.pick(known), self.day_of(year));
        let of = unit.and_then(|unit| Some((unit, self.population.unit(unit)?)));
        let Some((unit, of)) = of else { return };
        let others: Vec<Field> = Field::PLAN.into_iter().filter(|field| *field != of.field).collect();
        let Some(field) = self.draw.pick(&others) else { return };
        let fitting: Vec<Industry> = industries(field)
            .iter()
            .filter_map(|code| Industry::parse(code).ok())
            .filter(|industry| industry.is_industrial() || !of.industry.is_industrial())
            .collect();
        let Some(industry) = self.draw.pick(&fitting) else { return };
        let data =
            json!({"effective_from": day, "reason": "reclassified", "industry": industry, "field": field});
        self.write(CHANGED, unit, day, "reclassified", &data);
    }

    fn closed_in_error(&mut self, known: &[UnitIndex], year: i16) {
        let (unit, day) = (self.draw.pick(known), self.day_of(year));
        let Some(unit) = unit else { return };
        let data = json!({"effective_from": day, "reason": "注销"});
        let Some(heard) = self.write(CLOSED, unit, day, "closed in error", &data) else { return };
        let found = after(heard.on, self.draw.between(4, 25));
        let recorded = self.draw.at_work(found);
        let Written { subject, what, bureau, .. } = heard.event;
        let void = Written::void(self.seed, &subject, &what, bureau, "误报注销, 单位正常经营");
        self.planned.push(void.at(recorded));
    }
}

/// What was written down, and the day it was heard.
struct Heard {
    on: Date,
    event: Written,
}
