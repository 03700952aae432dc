//! High-tech enterprises: a certificate for three years, renewed or not, and new ones to make up the year's stock.

use std::collections::HashSet;

use jiff::civil::date;
use weir_schemas::codelist::Field;
use weir_schemas::event::UnitKind;

use super::builder::{Builder, Founding, Member};
use super::{Certificate, Revocation};
use crate::simulate::draw::{apportion, apportion_all};
use crate::simulate::rates;
use crate::simulate::unit::UnitIndex;
use crate::simulate::{FIRST_YEAR, SimulateError};

/// High-tech enterprises by field, of 10,000: electronics 33.21 %, high-tech services 24.61 %, advanced
/// manufacturing 17.45 %, the other five 24.73 % between them.
const HIGH_TECH_FIELDS: [(Field, u64); 8] = [
    (Field::F01, 3_321),
    (Field::F02, 300),
    (Field::F03, 1_745),
    (Field::F04, 720),
    (Field::F05, 520),
    (Field::F06, 600),
    (Field::F07, 333),
    (Field::F08, 2_461),
];

/// Certificates of high-tech enterprises run from one of these days, three years to the next.
const BATCHES: [(i8, i8); 3] = [(10, 9), (11, 15), (12, 3)];
/// Certificates of the three years before the first, whose sum is the stock then.
const EARLIER_COHORTS: [u64; 2] = [2_100, 2_700];

impl Builder<'_> {
    /// The high-tech enterprises at the end of the year before the first.
    pub(super) fn first_high_tech(&mut self) -> Result<(), SimulateError> {
        let total = self.scale.count(self.figures.year(FIRST_YEAR - 1)?.high_tech_enterprises);
        let counts = apportion_all(total, &self.figures.weights(|p| p.high_tech_enterprises));
        let fields = self.fields(total, &HIGH_TECH_FIELDS);
        let (services, mut industrial): (Vec<_>, Vec<_>) =
            fields.into_iter().partition(|field| *field == Field::F08);
        let mut places = Vec::new();
        for (prefecture, (figures, count)) in self.figures.prefectures.iter().zip(&counts).enumerate() {
            for _ in 0..self.scale.count(figures.industrial_units).min(*count) {
                places.push((prefecture, industrial.pop().unwrap_or(Field::F03), true));
            }
        }
        let mut others: Vec<Field> = services.into_iter().chain(industrial).collect();
        self.draw.shuffle(&mut others);
        for (prefecture, count) in counts.iter().enumerate() {
            let placed = places.iter().filter(|(at, ..)| *at == prefecture).count() as u64;
            for _ in placed..*count {
                places.push((prefecture, others.pop().unwrap_or(Field::F01), false));
            }
        }
        self.draw.shuffle(&mut places);

        let [oldest, older] = EARLIER_COHORTS.map(|count| self.scale.count(count));
        let founding = Founding::earlier(UnitKind::Enterprise);
        let mut loose = Vec::new();
        for (position, (prefecture, field, is_industrial)) in (0_u64..).zip(places) {
            let unit = self.found(&founding, prefecture, field, is_industrial)?;
            let year = FIRST_YEAR - 3 + i16::from(position >= oldest) + i16::from(position >= oldest + older);
            self.certify(unit, year, None);
            if is_industrial { self.population.industrial.push(unit) } else { loose.push(unit) }
        }
        self.draw.shuffle(&mut loose);
        let most = self.figures.years.iter().map(|year| year.revenue_filers).max().unwrap_or(0);
        loose.truncate(usize::try_from(self.scale.count(most)).unwrap_or(usize::MAX));
        self.population.steady = loose;
        Ok(())
    }

    /// Grants a certificate that runs from the unit's own day of the year, or a drawn one.
    fn certify(&mut self, unit: UnitIndex, year: i16, batch: Option<usize>) {
        let batch =
            batch.unwrap_or_else(|| usize::try_from(self.draw.between(0, 2)).unwrap_or(0)) % BATCHES.len();
        let (month, day) = BATCHES[batch];
        let certificate = self.population.certificates.len();
        self.population.certificates.push(Certificate { unit, valid_from: date(year, month, day) });
        self.cohorts.entry(year).or_default().push(Member { unit, batch, certificate });
    }

    /// Revokes certificates of the two years before from units that do not stay.
    fn revoke(&mut self, year: i16, staying: &HashSet<UnitIndex>) {
        for of in [year - 2, year - 1] {
            let Some(cohort) = self.cohorts.get_mut(&of) else { continue };
            for _ in 0..rates::HIGH_TECH_REVOKED.of(cohort.len() as u64) {
                let at = self.draw.between(0, cohort.len().saturating_sub(1) as u64);
                let at = usize::try_from(at).unwrap_or(0);
                let Some(Member { certificate, .. }) =
                    cohort.get(at).copied().filter(|member| !staying.contains(&member.unit))
                else {
                    continue;
                };
                cohort.remove(at);
                let day = self.draw.day(date(year, 2, 1), date(year, 11, 30));
                self.population.revocations.push(Revocation { certificate, day });
            }
        }
    }

    /// Renews what runs out in the year, and certifies as many more as the year's stock wants, where it wants them.
    pub(super) fn high_tech_of(&mut self, year: i16) -> Result<(), SimulateError> {
        let stock = self.scale.count(self.figures.year(year)?.high_tech_enterprises);
        let staying: HashSet<UnitIndex> =
            self.population.industrial.iter().chain(&self.population.steady).copied().collect();
        if year > FIRST_YEAR {
            self.revoke(year, &staying);
            self.end_high_tech(year);
        }
        let open = |member: &Member| !self.population.ended_by(member.unit, year);
        let cohort = |year| self.cohorts.get(&year).into_iter().flatten().copied().filter(open);
        let kept: Vec<UnitIndex> =
            [year - 1, year - 2].into_iter().flat_map(cohort).map(|member| member.unit).collect();
        let wanted = stock.saturating_sub(kept.len() as u64);
        let (mut firm, mut loose): (Vec<_>, Vec<_>) =
            cohort(year - 3).partition(|member| staying.contains(&member.unit));
        loose.retain(|_| !self.draw.one_in(5));
        firm.append(&mut loose);
        firm.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));

        let mut standing = vec![0_u64; self.figures.prefectures.len()];
        for unit in kept.iter().chain(firm.iter().map(|member| &member.unit)) {
            if let Some(unit) = self.population.unit(*unit) {
                standing[unit.prefecture] += 1;
            }
        }
        let new = wanted - firm.len() as u64;
        for Member { unit, batch, .. } in firm {
            self.certify(unit, year, Some(batch));
        }
        let targets = apportion_all(stock, &self.figures.weights(|p| p.high_tech_enterprises));
        let missing: Vec<u64> =
            targets.iter().zip(&standing).map(|(target, have)| target.saturating_sub(*have)).collect();
        let mut fields = self.fields(new, &HIGH_TECH_FIELDS);
        let founding = Founding {
            kind: UnitKind::Enterprise,
            since: (date(year - 8, 1, 1), date(year - 2, 6, 30)),
            registered: Some((date(year, 3, 1), date(year, 8, 31))),
        };
        for (prefecture, count) in apportion(new, &missing).into_iter().enumerate() {
            for _ in 0..count {
                let field = fields.pop().unwrap_or(Field::F01);
                let unit = self.found(&founding, prefecture, field, false)?;
                self.certify(unit, year, None);
            }
        }
        Ok(())
    }
}
