//! The units of the province: who they are, where they are, and what part they play.

mod builder;
mod ends;
mod high_tech;
mod lives;
mod moves;
mod others;

use std::collections::BTreeMap;

use jiff::civil::Date;
use weir_schemas::codelist::Area;

use self::builder::Builder;
pub(super) use self::lives::{End, How, Lives, Spot};
use super::data::Figures;
use super::draw::{Draw, Topic};
use super::scale::Scale;
use super::unit::{Unit, UnitIndex};
use super::{FIRST_YEAR, SimulateError};

/// A certificate of a high-tech enterprise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Certificate {
    pub(super) unit: UnitIndex,
    pub(super) valid_from: Date,
}

/// A certificate is revoked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Revocation {
    /// A place in the list of certificates.
    pub(super) certificate: usize,
    /// The first day it no longer counts.
    pub(super) day: Date,
}

/// The units and their parts.
#[derive(Default)]
pub(super) struct Population {
    pub(super) units: Vec<Unit>,
    /// Counties by prefecture.
    pub(super) counties: Vec<Vec<Area>>,
    /// In the order of their years.
    pub(super) certificates: Vec<Certificate>,
    pub(super) revocations: Vec<Revocation>,
    /// High-tech enterprises of above-scale industry; they keep their statuses as long as they are.
    pub(super) industrial: Vec<UnitIndex>,
    /// Other high-tech enterprises that keep the certificate, and so report every year.
    pub(super) steady: Vec<UnitIndex>,
    /// Science and technology SMEs by year.
    pub(super) smes: BTreeMap<i16, Vec<UnitIndex>>,
    pub(super) listed: Vec<UnitIndex>,
    pub(super) ordinary: Vec<UnitIndex>,
    pub(super) services: Vec<UnitIndex>,
    pub(super) institutes: Vec<UnitIndex>,
    pub(super) universities: Vec<UnitIndex>,
    pub(super) others: Vec<UnitIndex>,
    /// Units that report and that no register knows.
    pub(super) strangers: Vec<UnitIndex>,
    pub(super) lives: Lives,
}

impl Population {
    /// Draws all units of the years up to `to`.
    pub(super) fn draw(figures: &Figures, scale: Scale, seed: u64, to: i16) -> Result<Self, SimulateError> {
        let counties = figures.prefectures.iter().map(|prefecture| prefecture.area.children().collect());
        let population = Population { counties: counties.collect(), ..Population::default() };
        let draw = Draw::new(seed, Topic::Population);
        let mut builder = Builder { figures, scale, draw, population, cohorts: BTreeMap::new() };
        builder.first_high_tech()?;
        for year in FIRST_YEAR..=to {
            builder.high_tech_of(year)?;
        }
        builder.smes(to)?;
        builder.industry_and_services()?;
        builder.research()?;
        builder.end_others(to)?;
        builder.unknowns()?;
        builder.moves(to);
        Ok(builder.population)
    }

    /// The unit at that place.
    pub(super) fn unit(&self, index: UnitIndex) -> Option<&Unit> {
        self.units.get(usize::try_from(index).ok()?)
    }
}
