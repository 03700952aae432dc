//! Units that move, and units that the register knows late or never.

use jiff::civil::date;
use weir_schemas::codelist::Area;
use weir_schemas::event::UnitKind;

use super::builder::{Builder, Founding};
use super::lives::{Move, Spot};
use crate::simulate::moment::after;
use crate::simulate::unit::UnitIndex;
use crate::simulate::{FIRST_YEAR, SimulateError, rates};

impl Builder<'_> {
    /// Lets units move, none of them in its last or first year.
    pub(super) fn moves(&mut self, to: i16) {
        let known: Vec<UnitIndex> = (0..).zip(&self.population.units).map(|(at, _)| at).collect();
        let reporting: Vec<UnitIndex> = self.population.reporting().collect();
        for year in FIRST_YEAR + 1..=to {
            for _ in 0..rates::MOVED_NEAR.of(known.len() as u64) {
                self.relocate(&known, year, false);
            }
            for _ in 0..rates::MOVED_FAR.of(reporting.len() as u64) {
                self.relocate(&reporting, year, true);
            }
        }
    }

    fn relocate(&mut self, units: &[UnitIndex], year: i16, far: bool) {
        let Some(unit) = self.draw.pick(units) else { return };
        let day = self.draw.day(date(year, 1, 10), date(year, 12, 5));
        let registered = self.population.unit(unit).and_then(|of| of.registered);
        let known = registered.is_some_and(|registered| after(registered, 20) < day);
        let last = self.population.lives.moves.get(&unit).and_then(|moves| moves.last());
        if !known
            || self.population.ended_by(unit, year)
            || last.is_some_and(|last| after(last.day, 60) > day)
        {
            return;
        }
        let Some(from) = self.population.spot(unit, day) else { return };
        let places = self.population.counties.len() as u64;
        let further = if far { self.draw.between(1, places.saturating_sub(1)) } else { 0 };
        let prefecture =
            (from.prefecture + usize::try_from(further).unwrap_or(0)) % self.population.counties.len();
        let counties: Vec<Area> = self.population.counties[prefecture]
            .iter()
            .copied()
            .filter(|county| *county != from.area)
            .collect();
        if let Some(area) = self.draw.pick(&counties) {
            let spot = Spot { prefecture, area };
            self.population.lives.moves.entry(unit).or_default().push(Move { day, spot });
        }
    }

    /// Lets some of the units that report be registered only after their first reports, and founds some that never are.
    pub(super) fn unknowns(&mut self) -> Result<(), SimulateError> {
        let mut reporting: Vec<UnitIndex> =
            self.population.reporting().filter(|unit| self.population.stays(*unit)).collect();
        reporting.retain(|unit| !self.population.lives.heads.contains(unit));
        let all = reporting.len() as u64;
        self.draw.shuffle(&mut reporting);
        for unit in reporting.into_iter().take(usize::try_from(rates::REGISTERED_LATE.of(all)).unwrap_or(0)) {
            // Its reports of the first months come before; its first move after.
            let day = self.draw.day(date(FIRST_YEAR, 5, 6), date(FIRST_YEAR + 1, 3, 30));
            if let Some(of) = usize::try_from(unit).ok().and_then(|at| self.population.units.get_mut(at)) {
                of.registered = Some(day);
            }
        }
        let founding = Founding {
            kind: UnitKind::Enterprise,
            since: (date(2015, 1, 1), date(2020, 12, 31)),
            registered: None,
        };
        let weights = self.figures.weights(|p| p.industrial_units);
        let fields = super::others::INDUSTRIAL_FIELDS;
        self.population.strangers =
            self.spread(&founding, rates::NEVER_REGISTERED.of(all), &weights, &fields, true)?;
        Ok(())
    }
}
