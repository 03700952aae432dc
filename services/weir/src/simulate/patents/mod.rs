//! Invention patents: the stock of the first year, what is granted later, and what befalls them.

mod changes;

use jiff::civil::{Date, date};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::PatentClass;
use weir_schemas::patent_number::{PatentKind, PatentNumber};

use self::changes::Changes;
use super::data::Figures;
use super::draw::{Draw, Topic, apportion_all};
use super::moment::{after, before};
use super::planned::{Fact, Planned};
use super::population::Population;
use super::rates;
use super::scale::Scale;
use super::unit::UnitIndex;
use super::{FIRST_YEAR, SimulateError};

/// High-value patents at the end of the first year: 4.04 to each of 8372 times ten thousand people.
const HIGH_VALUE: u64 = 33_823;
/// Those of them that are high-value by age alone.
const BY_AGE: u64 = 7_823;
/// Those that are not high-value then; some will be in their tenth year.
const OTHERS: u64 = 8_000;
/// No real serial of a year is this high.
const FIRST_SERIAL: u32 = 9_000_000;

/// A patent.
#[derive(Debug, Clone)]
pub(super) struct Patent {
    pub(super) number: PatentNumber,
    pub(super) filed: Date,
    pub(super) granted: Date,
    pub(super) holder: Holder,
    pub(super) area: Area,
    pub(super) field: Field,
    pub(super) classes: Vec<PatentClass>,
    /// Where its term does not end twenty years after filing.
    pub(super) term_end: Option<Date>,
}

/// Who holds it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holder {
    Unit(UnitIndex),
    /// Someone the register does not know.
    Person(usize),
}

/// What makes patents of the stock high-value, or not.
#[derive(Clone, Copy)]
enum Lot {
    ByClass,
    ByAge,
    Plain,
    GrantedIn(i16),
}

/// Draws the patents up to the year `to` and plans their events.
pub(super) fn plan(
    planned: &mut Vec<Planned>,
    population: &Population,
    figures: &Figures,
    scale: Scale,
    seed: u64,
    to: i16,
) -> Result<Vec<Patent>, SimulateError> {
    let mut draw = Draw::new(seed, Topic::Patents);
    let mut changes = Changes::new(population, seed, to);
    let aged = scale.count(BY_AGE);
    let classed = scale.count(HIGH_VALUE).saturating_sub(aged);
    let mut lots = vec![(Lot::ByClass, classed), (Lot::ByAge, aged), (Lot::Plain, scale.count(OTHERS))];
    for year in FIRST_YEAR..=to {
        lots.push((Lot::GrantedIn(year), scale.count(figures.year(year)?.patents_granted)));
    }
    let holders = holders(population);
    let weights = figures.weights(|p| p.patents);
    let mut patents = Vec::new();
    for (lot, total) in lots {
        for (prefecture, count) in apportion_all(total, &weights).into_iter().enumerate() {
            for _ in 0..count {
                let at = patents.len();
                let units = holders.get(prefecture).map(Vec::as_slice).unwrap_or_default();
                let counties = population.counties.get(prefecture).map(Vec::as_slice).unwrap_or_default();
                let patent = draw_one(&mut draw, lot, at, population, (units, counties))?;
                let day = if patent.granted.year() < FIRST_YEAR {
                    draw.day(date(FIRST_YEAR, 1, 18), date(FIRST_YEAR, 3, 12))
                } else {
                    after(patent.granted, draw.between(3, 30))
                };
                let place = u32::try_from(at).unwrap_or(u32::MAX);
                planned.push(Planned { recorded: draw.at_work(day), fact: Fact::Patent(place) });
                changes.plan(planned, &patent, day, (prefecture, &holders));
                patents.push(patent);
            }
        }
    }
    Ok(patents)
}

/// Units of each prefecture that may hold patents: high-tech enterprises that stay, institutes and universities.
fn holders(population: &Population) -> Vec<Vec<UnitIndex>> {
    let mut holders = vec![Vec::new(); population.counties.len()];
    let kinds =
        [&population.industrial, &population.steady, &population.institutes, &population.universities];
    for unit in kinds.into_iter().flatten().filter(|unit| population.stays(**unit)) {
        if let Some(of) = population.unit(*unit) {
            holders[of.prefecture].push(*unit);
        }
    }
    holders
}

fn draw_one(
    draw: &mut Draw,
    lot: Lot,
    at: usize,
    population: &Population,
    (units, counties): (&[UnitIndex], &[Area]),
) -> Result<Patent, SimulateError> {
    let (filed, granted) = days(draw, lot);
    let classes = match lot {
        Lot::ByClass => classes(draw),
        Lot::GrantedIn(_) if draw.percent(80) => classes(draw),
        _ => Vec::new(),
    };
    let unit = draw.percent(65).then(|| draw.pick(units)).flatten();
    let known = unit.and_then(|unit| Some((unit, population.unit(unit)?, population.spot(unit, granted)?)));
    let (holder, area, field) = match known {
        Some((unit, of, spot)) => (Holder::Unit(unit), spot.area, of.field),
        None => {
            let area = draw.pick(counties).ok_or(SimulateError::CodeLists)?;
            (Holder::Person(at + 1), area, draw.pick(&Field::PLAN).unwrap_or(Field::F01))
        }
    };
    let serial = FIRST_SERIAL + u32::try_from(at).unwrap_or(0);
    let kind = if draw.one_in(12) { PatentKind::PctInvention } else { PatentKind::Invention };
    let number = PatentNumber::compose(filed.year().unsigned_abs(), kind, serial)?;
    let term_end = rates::OWN_TERM.happens(draw).then(|| own_term(draw, lot, filed));
    Ok(Patent { number, filed, granted, holder, area, field, classes, term_end })
}

/// When it was filed and granted.
fn days(draw: &mut Draw, lot: Lot) -> (Date, Date) {
    match lot {
        Lot::ByClass => {
            let granted = draw.day(date(2012, 1, 1), date(FIRST_YEAR, 12, 31));
            (before(granted, draw.between(500, 1_300)), granted)
        }
        // Past the tenth year at the end of the first, and not yet past the twentieth.
        Lot::ByAge => {
            let filed = draw.day(date(FIRST_YEAR - 17, 1, 1), date(FIRST_YEAR - 10, 12, 30));
            (filed, after(filed, draw.between(500, 1_200)))
        }
        Lot::Plain => {
            let filed = draw.day(date(FIRST_YEAR - 9, 1, 1), date(FIRST_YEAR - 2, 6, 30));
            (filed, after(filed, draw.between(500, 900)))
        }
        Lot::GrantedIn(year) => {
            let granted = draw.day(date(year, 1, 4), date(year, 12, 31));
            (before(granted, draw.between(400, 900)), granted)
        }
    }
}

/// The end of a term of its own: longer than twenty years for new ones, cut short within the plan for old ones.
fn own_term(draw: &mut Draw, lot: Lot, filed: Date) -> Date {
    match lot {
        Lot::ByAge => draw.day(date(FIRST_YEAR + 1, 2, 1), date(FIRST_YEAR + 4, 11, 30)),
        _ => after(filed, draw.between(20 * 366, 25 * 365)),
    }
}

/// At least one class.
fn classes(draw: &mut Draw) -> Vec<PatentClass> {
    let others = [(PatentClass::OverseasFamily, 12), (PatentClass::Pledged, 8), (PatentClass::Awarded, 1)];
    let mut classes: Vec<PatentClass> =
        others.into_iter().filter(|(_, share)| draw.percent(*share)).map(|(class, _)| class).collect();
    if classes.is_empty() || draw.percent(60) {
        classes.insert(0, PatentClass::StrategicEmerging);
    }
    classes
}
