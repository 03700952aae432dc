//! Technology contracts: a year's turnover, divided among its contracts, and what becomes of them.

mod changes;

use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use weir_schemas::codelist::Area;
use weir_schemas::contract_number::ContractNumber;
use weir_schemas::event::ContractKind;

use self::changes::Changes;
use super::data::Figures;
use super::draw::{Draw, Topic, apportion, apportion_all};
use super::moment::after;
use super::planned::{Fact, Planned};
use super::population::Population;
use super::rates;
use super::scale::Scale;
use super::unit::UnitIndex;
use super::{SimulateError, Span};

/// Contracts are priced in hundreds of yuan, so that an amount in ten thousands has two decimals.
const PER_HUNDRED_MILLION: u64 = 1_000_000;
/// The office in the registration number; no real one has it.
const OFFICE: u8 = 99;
/// The largest contract is so many times the smallest.
const LARGEST: u64 = 256;
/// Where buyers outside the province are.
const ELSEWHERE: [u32; 6] = [110_000, 310_000, 440_300, 500_000, 320_500, 610_100];

/// A contract; amounts in hundreds of yuan.
#[derive(Debug, Clone)]
pub(super) struct Contract {
    pub(super) number: ContractNumber,
    pub(super) kind: ContractKind,
    pub(super) registered_on: Date,
    pub(super) seller: UnitIndex,
    pub(super) buyer: Buyer,
    pub(super) amount: u64,
    pub(super) technology_amount: u64,
}

/// Who buys.
#[derive(Debug, Clone, Copy)]
pub(super) enum Buyer {
    Unit(UnitIndex),
    Elsewhere(Area),
}

/// Draws the contracts of the span and plans their events.
pub(super) fn plan(
    planned: &mut Vec<Planned>,
    population: &Population,
    figures: &Figures,
    scale: Scale,
    seed: u64,
    span: Span,
) -> Result<Vec<Contract>, SimulateError> {
    let mut draw = Draw::new(seed, Topic::Contracts);
    let sellers = sellers(population);
    let everyone: Vec<UnitIndex> = sellers.iter().flatten().copied().collect();
    let elsewhere: Vec<Area> = ELSEWHERE.iter().filter_map(|code| Area::from_u32(*code)).collect();
    let weights = figures.weights(|p| p.contracts);
    let market =
        Market { population, figures, sellers: &sellers, everyone: &everyone, elsewhere: &elsewhere };
    let mut changes = Changes::new(population, seed);
    let mut contracts = Vec::new();
    for year in span.from..=span.to {
        let of = figures.year(year)?;
        let count = scale.count(of.contracts);
        let mut places = places(count, &weights, &mut draw);
        let sizes: Vec<u64> = places.iter().map(|_| draw.heavy(LARGEST)).collect();
        let mut amounts = apportion(scale.sum(hundreds(of.contract_turnover)), &sizes);
        // Those that do not come about, and so count nothing, are besides.
        let cancelled = usize::try_from(rates::CANCELLED.of(count)).unwrap_or(0);
        let twice = usize::try_from(rates::REGISTERED_TWICE.of(count)).unwrap_or(0);
        for at in 0..cancelled + twice {
            let (place, amount) = (places.get(at).copied(), amounts.get(at).copied());
            places.extend(place);
            amounts.extend(amount);
        }
        let standing = sizes.len();
        for (at, (place, amount)) in places.into_iter().zip(amounts).enumerate() {
            let contract = market.contract(&mut draw, year, at + 1, (place, amount))?;
            let filed_on = after(contract.registered_on, draw.between(0, 5));
            let fate = match at {
                at if at < standing => Fate::Stands,
                at if at < standing + cancelled => Fate::Cancelled,
                _ => Fate::Voided,
            };
            let contract = changes.plan(planned, contract, filed_on, fate);
            let place = u32::try_from(contracts.len()).unwrap_or(u32::MAX);
            planned.push(Planned { recorded: draw.at_work(filed_on), fact: Fact::Contract(place) });
            contracts.push(contract);
        }
    }
    Ok(contracts)
}

/// What becomes of a contract in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It counts at its last amount.
    Stands,
    Cancelled,
    /// It was registered already under another number.
    Voided,
}

/// The prefecture of each of a year's contracts, in any order.
fn places(count: u64, weights: &[u64], draw: &mut Draw) -> Vec<usize> {
    let counts = apportion_all(count, weights);
    let mut places: Vec<usize> = (0..).zip(counts).flat_map(|(at, n)| (0..n).map(move |_| at)).collect();
    draw.shuffle(&mut places);
    places
}

/// Who sells and who buys.
struct Market<'a> {
    population: &'a Population,
    figures: &'a Figures,
    sellers: &'a [Vec<UnitIndex>],
    everyone: &'a [UnitIndex],
    elsewhere: &'a [Area],
}

impl Market<'_> {
    fn contract(
        &self,
        draw: &mut Draw,
        year: i16,
        serial: usize,
        (place, amount): (usize, u64),
    ) -> Result<Contract, SimulateError> {
        let seller = self.sellers.get(place).and_then(|units| draw.pick(units));
        let registered_on = day(draw, year);
        let buyer = if draw.percent(55) { draw.pick(self.everyone).map(Buyer::Unit) } else { None };
        let buyer = buyer.or_else(|| draw.pick(self.elsewhere).map(Buyer::Elsewhere));
        let serial = u32::try_from(serial).unwrap_or(u32::MAX);
        // A seller that has moved registers where it is.
        let seller = seller.ok_or(SimulateError::CodeLists)?;
        let office =
            self.population.bureau(seller, registered_on).unwrap_or(self.figures.prefectures[place].area);
        Ok(Contract {
            number: ContractNumber::compose(year.unsigned_abs(), office, OFFICE, serial)?,
            kind: draw.pick(ContractKind::ALL).unwrap_or(ContractKind::Service),
            registered_on,
            seller,
            buyer: buyer.ok_or(SimulateError::CodeLists)?,
            amount,
            technology_amount: amount * draw.between(70, 100) / 100,
        })
    }
}

/// 100 million yuan in hundreds of yuan.
fn hundreds(hundred_millions: Decimal) -> u64 {
    (hundred_millions * Decimal::from(PER_HUNDRED_MILLION)).trunc().to_u64().unwrap_or(0)
}

/// A working day of the year; every third contract is registered in its last quarter.
fn day(draw: &mut Draw, year: i16) -> Date {
    let first = if draw.one_in(4) { date(year, 10, 8) } else { date(year, 1, 5) };
    draw.day(first, date(year, 12, 31))
}

/// Units of each prefecture that sell technology.
fn sellers(population: &Population) -> Vec<Vec<UnitIndex>> {
    let mut sellers = vec![Vec::new(); population.counties.len()];
    let kinds = [
        &population.services,
        &population.institutes,
        &population.universities,
        &population.industrial,
        &population.steady,
    ];
    for unit in kinds.into_iter().flatten().filter(|unit| population.stays(**unit)) {
        if let Some(of) = population.unit(*unit) {
            sellers[of.prefecture].push(*unit);
        }
    }
    sellers
}
