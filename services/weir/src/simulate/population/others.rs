//! Units besides high-tech enterprises: small ones, industry, services, and performers of R&D.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::date;
use weir_schemas::codelist::Field;
use weir_schemas::event::UnitKind;

use super::builder::{Builder, Founding};
use crate::simulate::data::{Prefecture, thousands};
use crate::simulate::unit::UnitIndex;
use crate::simulate::{FIRST_YEAR, SimulateError};

/// Small enterprises without that certificate, of 10,000.
const SMALL_FIELDS: [(Field, u64); 10] = [
    (Field::F01, 2_600),
    (Field::F02, 100),
    (Field::F03, 1_500),
    (Field::F04, 800),
    (Field::F05, 600),
    (Field::F06, 900),
    (Field::F07, 700),
    (Field::F08, 1_500),
    (Field::F09, 500),
    (Field::F10, 800),
];

/// Above-scale industry without the certificate.
pub(super) const INDUSTRIAL_FIELDS: [(Field, u64); 5] =
    [(Field::F03, 25), (Field::F04, 25), (Field::F05, 10), (Field::F07, 10), (Field::F09, 30)];

/// Of a hundred science and technology SMEs, so many are high-tech enterprises.
const SMES_HIGH_TECH: u64 = 45;
/// Without certificate, in the provincial list of the high-tech industry.
const LISTED: u64 = 50;
/// Above-scale industry that is neither.
const ORDINARY: u64 = 90;
/// Science and technology services.
const SERVICES: u64 = 60;
/// Research institutes, universities, and others with R&D.
const INSTITUTES: u64 = 110;
const UNIVERSITIES: u64 = 60;
const OTHERS: u64 = 10;

impl Builder<'_> {
    /// Some are high-tech enterprises; the others no register knows.
    pub(super) fn smes(&mut self, to: i16) -> Result<(), SimulateError> {
        let industrial: HashSet<UnitIndex> = self.population.industrial.iter().copied().collect();
        let mut years = BTreeMap::new();
        for year in FIRST_YEAR..=to {
            let total = self.scale.count(self.figures.year(year)?.sci_tech_smes);
            let cohorts = [year - 2, year - 1, year];
            let candidates = cohorts.iter().filter_map(|year| self.cohorts.get(year)).flatten();
            let mut units: Vec<UnitIndex> = candidates
                .map(|member| member.unit)
                .filter(|unit| !industrial.contains(unit) && !self.population.ended_by(*unit, year))
                .collect();
            units.sort_unstable();
            units.truncate(usize::try_from(total * SMES_HIGH_TECH / 100).unwrap_or(usize::MAX));
            years.insert(year, (total, units));
        }
        let most = years.values().map(|(total, units)| total - units.len() as u64).max().unwrap_or(0);
        let founding = Founding {
            kind: UnitKind::Enterprise,
            since: (date(2010, 1, 1), date(2019, 12, 31)),
            registered: None,
        };
        let weights = self.figures.weights(|p| p.sci_tech_smes);
        let small = self.spread(&founding, most, &weights, &SMALL_FIELDS, false)?;
        for (year, (total, mut units)) in years {
            let rest = usize::try_from(total).unwrap_or(0).saturating_sub(units.len());
            units.extend(small.iter().take(rest));
            self.population.smes.insert(year, units);
        }
        Ok(())
    }

    /// Industry and services that are no high-tech enterprises.
    pub(super) fn industry_and_services(&mut self) -> Result<(), SimulateError> {
        let founding = Founding::earlier(UnitKind::Enterprise);
        let industry = self.figures.weights(|p| p.industrial_units);
        let [listed, ordinary, services] = [LISTED, ORDINARY, SERVICES].map(|count| self.scale.count(count));
        self.population.listed = self.spread(&founding, listed, &industry, &INDUSTRIAL_FIELDS, true)?;
        self.population.ordinary = self.spread(&founding, ordinary, &industry, &INDUSTRIAL_FIELDS, true)?;
        let everywhere = self.figures.weights(|p| p.sci_tech_smes);
        self.population.services =
            self.spread(&founding, services, &everywhere, &[(Field::F08, 1)], false)?;
        Ok(())
    }

    /// Institutes, universities and others: at least one wherever there is R&D of their kind.
    pub(super) fn research(&mut self) -> Result<(), SimulateError> {
        let fields =
            [(Field::F01, 30), (Field::F02, 20), (Field::F03, 15), (Field::F06, 20), (Field::F07, 15)];
        let figures = self.figures;
        let mut of = |kind, full: u64, weight: fn(&Prefecture) -> u64| {
            let weights = figures.weights(weight);
            let places = weights.iter().filter(|weight| **weight > 0).count() as u64;
            let total = self.scale.count(full).max(places);
            self.spread(&Founding::earlier(kind), total, &weights, &fields, false)
        };
        let institutes = of(UnitKind::Institute, INSTITUTES, |p| thousands(p.rd_institutes))?;
        let universities = of(UnitKind::University, UNIVERSITIES, |p| thousands(p.rd_universities))?;
        let others = of(UnitKind::Other, OTHERS, |p| thousands(p.rd_others))?;
        self.population.institutes = institutes;
        self.population.universities = universities;
        self.population.others = others;
        Ok(())
    }
}
