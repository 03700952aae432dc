//! What befalls patents after their grant, from the second year on.

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use weir_schemas::codelist::Area;
use weir_schemas::event::PatentClass;

use super::Patent;
use crate::simulate::FIRST_YEAR;
use crate::simulate::draw::{Draw, Topic};
use crate::simulate::moment::after;
use crate::simulate::planned::{Planned, Written};
use crate::simulate::population::Population;
use crate::simulate::rates::{self, Rate};
use crate::simulate::unit::UnitIndex;

const CHANGED: &str = "weir.patent.changed.v1";
/// Where holders outside the province are.
const ELSEWHERE: [u32; 3] = [110_000, 440_300, 310_000];

/// Plans what befalls patents. Its draws are its own, so that the patents stay as they are.
pub(super) struct Changes<'a> {
    population: &'a Population,
    draw: Draw,
    seed: u64,
    to: i16,
}

/// A patent on its way through the years.
struct Course<'a> {
    planned: &'a mut Vec<Planned>,
    patent: &'a Patent,
    /// Its prefecture.
    home: usize,
    /// Units of each prefecture that may hold patents.
    holders: &'a [Vec<UnitIndex>],
    /// Where its first holder is.
    area: Area,
    classes: Vec<PatentClass>,
    stands: bool,
    /// The last day something was heard of it.
    heard: Date,
}

/// What may befall it in a year.
#[derive(Clone, Copy)]
enum Change {
    Lapsed,
    Transferred,
    Invalidated,
    ClassAdded,
    ClassRemoved,
    ClassAddedInError,
}

const CHANGES: [(Rate, Change); 6] = [
    (rates::LAPSED, Change::Lapsed),
    (rates::TRANSFERRED, Change::Transferred),
    (rates::INVALIDATED, Change::Invalidated),
    (rates::CLASS_ADDED, Change::ClassAdded),
    (rates::CLASS_REMOVED, Change::ClassRemoved),
    (rates::CLASS_ADDED_IN_ERROR, Change::ClassAddedInError),
];

impl<'a> Changes<'a> {
    pub(super) fn new(population: &'a Population, seed: u64, to: i16) -> Self {
        Self { population, draw: Draw::new(seed, Topic::PatentChanges), seed, to }
    }

    /// Plans what befalls a patent that was recorded on a day.
    pub(super) fn plan(
        &mut self,
        planned: &mut Vec<Planned>,
        patent: &Patent,
        recorded: Date,
        (home, holders): (usize, &[Vec<UnitIndex>]),
    ) {
        let (area, classes) = (patent.area, patent.classes.clone());
        let mut course =
            Course { planned, patent, home, holders, area, classes, stands: true, heard: recorded };
        let first = recorded.year().max(FIRST_YEAR) + 1;
        for year in first..=self.to {
            let mut place = self.draw.between(1, 10_000);
            let drawn = CHANGES.iter().find(|(rate, _)| {
                let here = place <= rate.0;
                place = place.saturating_sub(rate.0);
                here
            });
            let Some((_, change)) = drawn else { continue };
            let day = self.draw.day(date(year, 1, 8), date(year, 12, 1));
            let ends = patent.term_end.unwrap_or(after(patent.filed, 20 * 365));
            if !course.stands || day >= ends {
                return;
            }
            if day > course.heard {
                self.befall(&mut course, *change, day);
            }
        }
    }

    fn befall(&mut self, course: &mut Course<'_>, change: Change, day: Date) {
        match change {
            Change::Lapsed => {
                self.say(course, day, "lapsed", json!({}));
                if rates::RESTORED.happens(&mut self.draw) {
                    let restored = after(day, self.draw.between(45, 150));
                    self.say(course, restored, "restored", json!({}));
                } else {
                    course.stands = false;
                }
            }
            Change::Invalidated => {
                self.say(course, day, "invalidated", json!({}));
                course.stands = false;
            }
            Change::Transferred => self.transferred(course, day),
            Change::ClassAdded => {
                if let Some(class) = self.missing(course) {
                    course.classes.push(class);
                    self.say(course, day, "class_added", json!({"class": class}));
                }
            }
            Change::ClassRemoved => {
                if let Some(class) = course.classes.pop() {
                    self.say(course, day, "class_removed", json!({"class": class}));
                }
            }
            Change::ClassAddedInError => {
                if let Some(class) = self.missing(course) {
                    let heard = self.say(course, day, "class_added", json!({"class": class}));
                    self.void(course, day, after(heard, 30));
                }
            }
        }
    }

    /// A class that the patent is not in.
    fn missing(&mut self, course: &Course<'_>) -> Option<PatentClass> {
        let others: Vec<PatentClass> =
            PatentClass::ALL.iter().copied().filter(|class| !course.classes.contains(class)).collect();
        self.draw.pick(&others)
    }

    /// To a unit of another prefecture, or out of the province.
    fn transferred(&mut self, course: &mut Course<'_>, day: Date) {
        let places = course.holders.len() as u64;
        let further = usize::try_from(self.draw.between(1, places.saturating_sub(1).max(1))).unwrap_or(1);
        let units = course.holders.get((course.home + further) % course.holders.len().max(1));
        let unit = units.filter(|_| self.draw.percent(80)).and_then(|units| self.draw.pick(units));
        let known =
            unit.and_then(|unit| Some((self.population.unit(unit)?, self.population.spot(unit, day)?)));
        let holder = match known {
            Some((unit, spot)) => {
                json!({"name": unit.name(), "credit_code": unit.code, "area": spot.area})
            }
            None => {
                let Some(area) = self.draw.pick(&ELSEWHERE).and_then(Area::from_u32) else { return };
                json!({"name": format!("合成省外受让人({})", area.name_zh()), "area": area})
            }
        };
        self.say(course, day, "transferred", json!({"holders": [holder]}));
        if let Some((_, spot)) = known {
            course.area = spot.area;
        }
    }

    /// Writes down what happens on a day; answers the day it is heard of.
    fn say(&mut self, course: &mut Course<'_>, day: Date, change: &str, mut data: Value) -> Date {
        if let Some(members) = data.as_object_mut() {
            members.insert("effective_from".to_owned(), json!(day));
            members.insert("change".to_owned(), json!(change));
        }
        let heard = after(day, self.draw.between(2, 35));
        if let Some(bureau) = course.area.parent() {
            let recorded = self.draw.at_work(heard);
            let what = format!("{change}:{day}");
            let event = Written::new(CHANGED, &course.patent.number, &what, bureau, &data);
            course.planned.push(event.at(recorded));
        }
        course.heard = heard;
        heard
    }

    fn void(&mut self, course: &mut Course<'_>, day: Date, on: Date) {
        if let Some(bureau) = course.area.parent() {
            let recorded = self.draw.at_work(on);
            let what = format!("class_added:{day}");
            let void = Written::void(self.seed, &course.patent.number, &what, bureau, "误登记专利类别");
            course.planned.push(void.at(recorded));
        }
    }
}
