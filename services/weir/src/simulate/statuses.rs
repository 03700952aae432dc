//! Statuses: certificates for three years, for one, and without end.

use jiff::civil::{Date, date};
use weir_schemas::event::Status;

use super::data::Figures;
use super::draw::{Draw, Topic};
use super::moment::after;
use super::planned::{Fact, Grant, Planned};
use super::population::Population;
use super::scale::Scale;
use super::unit::UnitIndex;
use super::{FIRST_YEAR, SimulateError};

/// Grants, numbered within their status and year.
struct Registry<'a> {
    planned: &'a mut Vec<Planned>,
    draw: Draw,
    serial: u32,
}

impl Registry<'_> {
    /// Grants a status. What was granted before the first year is taken over in its first weeks, after the units.
    fn grant(&mut self, unit: UnitIndex, status: Status, valid_from: Date, delay: (u64, u64)) {
        let day = if valid_from.year() < FIRST_YEAR {
            self.draw.day(date(FIRST_YEAR, 1, 18), date(FIRST_YEAR, 1, 29))
        } else {
            after(valid_from, self.draw.between(delay.0, delay.1))
        };
        self.serial += 1;
        let grant = Grant { unit, status, serial: self.serial, valid_from };
        self.planned.push(Planned { recorded: self.draw.at_work(day), fact: Fact::Granted(grant) });
    }
}

/// Plans all certificates up to the year `to`.
pub(super) fn plan(
    planned: &mut Vec<Planned>,
    population: &Population,
    figures: &Figures,
    scale: Scale,
    seed: u64,
    to: i16,
) -> Result<(), SimulateError> {
    let mut registry = Registry { planned, draw: Draw::new(seed, Topic::Statuses), serial: 0 };
    let mut year = 0;
    for certificate in &population.certificates {
        if certificate.valid_from.year() != year {
            (year, registry.serial) = (certificate.valid_from.year(), 0);
        }
        registry.grant(certificate.unit, Status::HighTechEnterprise, certificate.valid_from, (10, 45));
    }
    for (year, units) in &population.smes {
        registry.serial = 0;
        for unit in units {
            let valid_from = registry.draw.day(date(*year, 3, 1), date(*year, 12, 20));
            registry.grant(*unit, Status::SciTechSme, valid_from, (3, 14));
        }
    }
    gazelles(&mut registry, population, figures, scale, to)?;
    registry.serial = 0;
    let industrial = [&population.industrial, &population.listed, &population.ordinary];
    for unit in industrial.into_iter().flatten() {
        let valid_from = registry.draw.day(date(2017, 1, 1), date(2019, 12, 31));
        registry.grant(*unit, Status::AboveScaleIndustrial, valid_from, (0, 0));
    }
    for (units, status) in
        [(&population.listed, Status::HighTechIndustry), (&population.services, Status::SciTechService)]
    {
        registry.serial = 0;
        for unit in units {
            registry.grant(*unit, status, date(2020, 1, 1), (0, 0));
        }
    }
    Ok(())
}

/// Gazelles are filed once and stay; they are high-tech enterprises that stay too.
fn gazelles(
    registry: &mut Registry<'_>,
    population: &Population,
    figures: &Figures,
    scale: Scale,
    to: i16,
) -> Result<(), SimulateError> {
    let mut units: Vec<UnitIndex> = population.industrial.iter().chain(&population.steady).copied().collect();
    registry.draw.shuffle(&mut units);
    let mut units = units.into_iter();
    let mut before = 0;
    let mut total = 0;
    for year in FIRST_YEAR - 1..=to {
        total += figures.year(year)?.new_gazelles;
        // The stock is what is scaled, so that roundings do not add up.
        let stock = scale.count(total);
        registry.serial = 0;
        for unit in units.by_ref().take(usize::try_from(stock.saturating_sub(before)).unwrap_or(0)) {
            let first = if year < FIRST_YEAR { date(2018, 11, 1) } else { date(year, 11, 1) };
            let valid_from = registry.draw.day(first, date(year, 12, 10));
            registry.grant(unit, Status::Gazelle, valid_from, (5, 30));
        }
        before = stock;
    }
    Ok(())
}
