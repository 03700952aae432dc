//! Founds units one by one.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use weir_schemas::codelist::{Field, Industry};
use weir_schemas::event::UnitKind;

use super::Population;
use crate::simulate::data::Figures;
use crate::simulate::draw::{Draw, apportion, apportion_all};
use crate::simulate::rates;
use crate::simulate::scale::Scale;
use crate::simulate::unit::{Unit, UnitIndex, credit_code, industries};
use crate::simulate::{FIRST_YEAR, SimulateError};

/// Who is founded, before they are.
pub(super) struct Founding {
    pub(super) kind: UnitKind,
    /// Founded between these days.
    pub(super) since: (Date, Date),
    /// Registered between these days; or unknown to the register.
    pub(super) registered: Option<(Date, Date)>,
}

impl Founding {
    /// Those that the register knows from the first day.
    pub(super) const fn earlier(kind: UnitKind) -> Self {
        Self {
            kind,
            since: (date(2001, 1, 1), date(2016, 6, 30)),
            registered: Some((date(FIRST_YEAR, 1, 4), date(FIRST_YEAR, 1, 15))),
        }
    }
}

/// What has been drawn so far.
pub(super) struct Builder<'a> {
    pub(super) figures: &'a Figures,
    pub(super) scale: Scale,
    pub(super) draw: Draw,
    pub(super) population: Population,
    /// High-tech enterprises by the year of their certificate.
    pub(super) cohorts: BTreeMap<i16, Vec<Member>>,
}

/// A high-tech enterprise with a certificate of a year.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) unit: UnitIndex,
    /// Which of the year's days it is certified on.
    pub(super) batch: usize,
    /// A place in the list of certificates.
    pub(super) certificate: usize,
}

impl Builder<'_> {
    /// Founds one unit in a county of the prefecture.
    pub(super) fn found(
        &mut self,
        founding: &Founding,
        prefecture: usize,
        field: Field,
        industrial: bool,
    ) -> Result<UnitIndex, SimulateError> {
        let index = self.population.units.len();
        let industries: Vec<Industry> =
            industries(field).iter().filter_map(|code| Industry::parse(code).ok()).collect();
        let fitting: Vec<Industry> =
            industries.iter().copied().filter(|industry| industry.is_industrial() || !industrial).collect();
        let industry = self.draw.pick(&fitting).or_else(|| industries.first().copied());
        let area = self.population.counties.get(prefecture).and_then(|counties| self.draw.pick(counties));
        let (Some(area), Some(industry)) = (area, industry) else { return Err(SimulateError::CodeLists) };
        let unit = Unit {
            kind: founding.kind,
            code: credit_code(founding.kind, index + 1)?,
            prefecture,
            area,
            field,
            industry,
            since: self.draw.day(founding.since.0, founding.since.1),
            registered: founding.registered.map(|(first, last)| self.draw.day(first, last)),
            in_zone: founding.kind == UnitKind::Enterprise && rates::IN_ZONE.happens(&mut self.draw),
        };
        self.population.units.push(unit);
        UnitIndex::try_from(index).map_err(|_| SimulateError::CodeLists)
    }

    /// So many of each field, in any order.
    pub(super) fn fields(&mut self, total: u64, shares: &[(Field, u64)]) -> Vec<Field> {
        let weights: Vec<u64> = shares.iter().map(|(_, share)| *share).collect();
        let counts = apportion(total, &weights);
        let mut fields: Vec<Field> =
            shares.iter().zip(counts).flat_map(|((field, _), n)| (0..n).map(|_| *field)).collect();
        self.draw.shuffle(&mut fields);
        fields
    }

    /// Founds `total` units, spread over prefectures by weight, in any order.
    pub(super) fn spread(
        &mut self,
        founding: &Founding,
        total: u64,
        weights: &[u64],
        fields: &[(Field, u64)],
        industrial: bool,
    ) -> Result<Vec<UnitIndex>, SimulateError> {
        let fields = self.fields(total, fields);
        let counts = apportion_all(total, weights);
        let mut places: Vec<usize> = (0..).zip(counts).flat_map(|(at, n)| (0..n).map(move |_| at)).collect();
        self.draw.shuffle(&mut places);
        places
            .into_iter()
            .zip(fields)
            .map(|(prefecture, field)| self.found(founding, prefecture, field, industrial))
            .collect()
    }
}
