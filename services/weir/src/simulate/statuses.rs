//! Statuses: certificates for three years, for one, and without end; some are revoked.

use std::collections::HashMap;

use jiff::civil::{Date, date};
use serde_json::json;
use weir_schemas::event::Status;

use super::data::Figures;
use super::draw::{Draw, Topic};
use super::moment::after;
use super::planned::{Fact, Grant, Planned, Written};
use super::population::Population;
use super::rates;
use super::scale::Scale;
use super::unit::UnitIndex;
use super::wire::certificate_number;
use super::{FIRST_YEAR, SimulateError};

/// Why certificates are revoked.
const REASONS: [&str; 3] = ["抽查不再符合认定条件", "发生重大安全事故", "未按期报送年度情况"];

/// Grants, numbered within their status and year.
struct Registry<'a> {
    planned: &'a mut Vec<Planned>,
    population: &'a Population,
    draw: Draw,
    serial: u32,
}

impl Registry<'_> {
    /// Grants a status. What was granted before the first year is taken over in its first weeks, after the units.
    fn grant(&mut self, unit: UnitIndex, status: Status, valid_from: Date, delay: (u64, u64)) -> Grant {
        let day = if valid_from.year() < FIRST_YEAR {
            self.draw.day(date(FIRST_YEAR, 1, 18), date(FIRST_YEAR, 1, 29))
        } else {
            after(valid_from, self.draw.between(delay.0, delay.1))
        };
        self.serial += 1;
        let grant = Grant { unit, status, serial: self.serial, valid_from };
        let recorded = self.draw.at_work(day);
        self.planned.push(Planned { recorded, fact: Fact::Granted(grant.clone()) });
        grant
    }

    /// Revokes a certificate from a day on, of which the register hears soon after.
    fn revoke(&mut self, grant: &Grant, day: Date) {
        let unit = self.population.unit(grant.unit).zip(self.population.bureau(grant.unit, day));
        let Some((unit, bureau)) = unit else { return };
        let number = certificate_number(grant);
        let what = format!("{number}:revoked");
        let reason = self.draw.pick(&REASONS);
        let data = json!({"status": grant.status, "number": number, "effective_from": day, "reason": reason});
        let heard = after(day, self.draw.between(3, 25));
        let recorded = self.draw.at_work(heard);
        let revoked = Written::new("weir.status.revoked.v1", &unit.code, &what, bureau, &data);
        self.planned.push(revoked.at(recorded));
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
    let draw = Draw::new(seed, Topic::Statuses);
    let mut registry = Registry { planned, population, draw, serial: 0 };
    high_tech(&mut registry);
    smes(&mut registry);
    gazelles(&mut registry, figures, scale, to)?;
    registry.serial = 0;
    let industrial =
        [&population.industrial, &population.listed, &population.ordinary, &population.strangers];
    for unit in industrial.into_iter().flatten() {
        let valid_from = registry.draw.day(date(2017, 1, 1), date(2019, 12, 31));
        registry.grant(*unit, Status::AboveScaleIndustrial, valid_from, (0, 0));
    }
    for heir in &population.lives.heirs {
        registry.grant(heir.unit, heir.status, heir.since, (26, 40));
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

fn high_tech(registry: &mut Registry<'_>) {
    let population = registry.population;
    let revoked: HashMap<usize, Date> =
        population.revocations.iter().map(|revoked| (revoked.certificate, revoked.day)).collect();
    let mut year = 0;
    for (at, certificate) in population.certificates.iter().enumerate() {
        if certificate.valid_from.year() != year {
            (year, registry.serial) = (certificate.valid_from.year(), 0);
        }
        let grant =
            registry.grant(certificate.unit, Status::HighTechEnterprise, certificate.valid_from, (10, 45));
        if let Some(day) = revoked.get(&at) {
            registry.revoke(&grant, *day);
        }
    }
}

/// Science and technology SMEs are registered for a year; some are struck off within it.
fn smes(registry: &mut Registry<'_>) {
    for (year, units) in &registry.population.smes {
        registry.serial = 0;
        for unit in units {
            let valid_from = registry.draw.day(date(*year, 3, 1), date(*year, 12, 20));
            let grant = registry.grant(*unit, Status::SciTechSme, valid_from, (3, 14));
            let early = valid_from < date(*year, 10, 1);
            if early && *year > FIRST_YEAR && rates::SME_REVOKED.happens(&mut registry.draw) {
                let day = after(valid_from, registry.draw.between(30, 80));
                registry.revoke(&grant, day);
            }
        }
    }
}

/// Gazelles are high-tech enterprises that stay; they are filed once, and few are struck off.
fn gazelles(
    registry: &mut Registry<'_>,
    figures: &Figures,
    scale: Scale,
    to: i16,
) -> Result<(), SimulateError> {
    let population = registry.population;
    let units = population.industrial.iter().chain(&population.steady).copied();
    let mut units: Vec<UnitIndex> = units.filter(|unit| population.stays(*unit)).collect();
    registry.draw.shuffle(&mut units);
    let mut units = units.into_iter();
    let mut standing: Vec<Grant> = Vec::new();
    let mut before = 0;
    let mut total = 0;
    for year in FIRST_YEAR - 1..=to {
        total += figures.year(year)?.new_gazelles;
        // The stock is what is scaled, so that roundings do not add up.
        let stock = scale.count(total);
        registry.serial = 0;
        let revoked = if year > FIRST_YEAR + 1 { rates::GAZELLE_REVOKED.of(before) } else { 0 };
        for _ in 0..revoked.min(standing.len() as u64) {
            let at = registry.draw.between(0, standing.len() as u64 - 1);
            let grant = standing.swap_remove(usize::try_from(at).unwrap_or(0));
            let day = registry.draw.day(date(year, 3, 1), date(year, 10, 31));
            registry.revoke(&grant, day);
        }
        for unit in units.by_ref().take(usize::try_from(stock.saturating_sub(before)).unwrap_or(0)) {
            let first = if year < FIRST_YEAR { date(2018, 11, 1) } else { date(year, 11, 1) };
            let valid_from = registry.draw.day(first, date(year, 12, 10));
            standing.push(registry.grant(unit, Status::Gazelle, valid_from, (5, 30)));
        }
        before = stock;
    }
    Ok(())
}
