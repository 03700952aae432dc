//! Units that close, or go over into others: drawn before the year's stock of certificates, so that it makes up for them.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::{Date, date};
use weir_schemas::event::{Status, UnitKind};

use super::builder::{Builder, Founding};
use super::lives::{End, Heir, How};
use crate::simulate::moment::after;
use crate::simulate::unit::UnitIndex;
use crate::simulate::{FIRST_YEAR, SimulateError, rates};

/// So many units of a kind are left at least, in each prefecture or in all.
const LEFT: usize = 4;

/// Where enough units of a kind must be left, and where those are that may be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Prefecture,
    Province,
}

impl Builder<'_> {
    /// Lets high-tech enterprises of the year end; those that the year's stock counts on are chosen after it.
    pub(super) fn end_high_tech(&mut self, year: i16) {
        let industrial = self.population.industrial.clone();
        let steady = self.population.steady.clone();
        self.merge(&industrial, Within::Prefecture, year);
        self.merge(&steady, Within::Prefecture, year);
        self.close(&steady, Within::Prefecture, year);
        let reporting: HashSet<UnitIndex> = industrial.into_iter().chain(steady).collect();
        let others = [year - 2, year - 1].into_iter().filter_map(|year| self.cohorts.get(&year)).flatten();
        let others: Vec<UnitIndex> =
            others.map(|member| member.unit).filter(|unit| !reporting.contains(unit)).collect();
        self.close(&others, Within::Prefecture, year);
    }

    /// The same of ordinary industry and of services, some of which also split.
    pub(super) fn end_others(&mut self, to: i16) -> Result<(), SimulateError> {
        let kinds = [
            (self.population.ordinary.clone(), Status::AboveScaleIndustrial),
            (self.population.services.clone(), Status::SciTechService),
        ];
        for year in FIRST_YEAR + 1..=to {
            for (units, status) in &kinds {
                self.split(units, *status, year)?;
                self.merge(units, Within::Province, year);
                self.close(units, Within::Province, year);
            }
        }
        Ok(())
    }

    fn merge(&mut self, units: &[UnitIndex], within: Within, year: i16) {
        for _ in 0..rates::MERGED.of(units.len() as u64) {
            let Some(unit) = self.ending(units, within, year) else { return };
            let home = self.prefecture(unit);
            let others: Vec<UnitIndex> = units
                .iter()
                .copied()
                .filter(|other| {
                    *other != unit && (within == Within::Province || self.prefecture(*other) == home)
                })
                .filter(|other| self.population.stays(*other))
                .collect();
            let Some(head) = self.draw.pick(&others) else { return };
            self.population.lives.heads.insert(head);
            self.end(unit, year, How::Merged(head));
        }
    }

    fn close(&mut self, units: &[UnitIndex], within: Within, year: i16) {
        for _ in 0..rates::CLOSED.of(units.len() as u64) {
            let Some(unit) = self.ending(units, within, year) else { return };
            self.end(unit, year, How::Closed);
        }
    }

    fn split(&mut self, units: &[UnitIndex], status: Status, year: i16) -> Result<(), SimulateError> {
        for _ in 0..rates::SPLIT.of(units.len() as u64) {
            let Some(unit) = self.ending(units, Within::Province, year) else { return Ok(()) };
            let Some(of) = self.population.unit(unit).cloned() else { return Ok(()) };
            let day = self.first_of_month(year);
            let founding = Founding {
                kind: UnitKind::Enterprise,
                since: (day, day),
                registered: Some((after(day, 4), after(day, 25))),
            };
            let industrial = status == Status::AboveScaleIndustrial;
            let heirs = [
                self.found(&founding, of.prefecture, of.field, industrial)?,
                self.found(&founding, of.prefecture, of.field, industrial)?,
            ];
            let of_heirs = heirs.map(|unit| Heir { unit, status, since: day });
            self.population.lives.heirs.extend(of_heirs);
            let first = self.draw.between(35, 75);
            self.population.lives.ends.insert(unit, End { day, how: How::Split(heirs, first) });
        }
        Ok(())
    }

    /// A unit that may end in the year: registered by then, no other's head, and one of enough.
    fn ending(&mut self, units: &[UnitIndex], within: Within, year: i16) -> Option<UnitIndex> {
        let place = |unit| match within {
            Within::Prefecture => self.prefecture(unit),
            Within::Province => None,
        };
        let mut left: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        for unit in units.iter().filter(|unit| self.population.stays(**unit)) {
            *left.entry(place(*unit)).or_default() += 1;
        }
        let may = |unit: &UnitIndex| {
            let known = self.population.unit(*unit).and_then(|of| of.registered);
            let enough = left.get(&place(*unit)).is_some_and(|left| *left > LEFT);
            let free = self.population.stays(*unit) && !self.population.lives.heads.contains(unit);
            enough && free && known.is_some_and(|day| day.year() < year)
        };
        let units: Vec<UnitIndex> = units.iter().copied().filter(may).collect();
        self.draw.pick(&units)
    }

    fn end(&mut self, unit: UnitIndex, year: i16, how: How) {
        let day = self.first_of_month(year);
        self.population.lives.ends.insert(unit, End { day, how });
    }

    /// In a month in which something was reported already, and something still would be.
    fn first_of_month(&mut self, year: i16) -> Date {
        let month = i8::try_from(self.draw.between(4, 11)).unwrap_or(4);
        date(year, month, 1)
    }

    fn prefecture(&self, unit: UnitIndex) -> Option<usize> {
        self.population.unit(unit).map(|of| of.prefecture)
    }
}
