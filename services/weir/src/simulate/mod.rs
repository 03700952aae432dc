//! A synthetic province: units, patents and contracts that a seed decides, drawn so that the figures come out
//! at the plan's own values for 2021, beside the real reference series (`data/README.md`).
//!
//! All arithmetic is in whole numbers, so that sums are exact: a total is divided by weights, never the reverse.

mod command;
mod contracts;
mod data;
mod detail;
mod draw;
mod lives;
mod moment;
mod patents;
mod planned;
mod population;
mod rates;
mod references;
mod registers;
mod reports;
mod research;
mod resent;
mod revenue;
mod scale;
mod statuses;
mod supplements;
mod targets;
#[cfg(test)]
mod tests;
mod unit;
mod wire;

use jiff::Timestamp;
use jiff::civil::date;
use thiserror::Error;
use weir_schemas::contract_number::ContractNumberError;
use weir_schemas::credit_code::CreditCodeError;
use weir_schemas::patent_number::PatentNumberError;

pub(crate) use self::command::{Args, run};
use self::contracts::Contract;
use self::data::Figures;
pub use self::detail::Detail;
use self::patents::Patent;
use self::planned::Planned;
use self::population::Population;
use self::reports::Desk;
use self::scale::Scale;
pub use self::targets::Target;

/// Units of the full province, about; a smaller one has all counts and sums in proportion.
pub const FULL_UNITS: u32 = 35_000;
/// The first year that can be simulated: the plan's baseline.
pub const FIRST_YEAR: i16 = 2021;
/// The last year that can be simulated: the plan's end.
pub const LAST_YEAR: i16 = 2025;

/// What is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// About how many units; [`FULL_UNITS`] for the calibrated province.
    pub units: u32,
    /// The first year reported for.
    pub from: i16,
    /// The last year reported for. Its last reports are filed in the spring after it.
    pub to: i16,
    /// Decides every draw.
    pub seed: u64,
    /// How much of what happens is told.
    pub detail: Detail,
}

impl Default for Settings {
    fn default() -> Self {
        Self { units: FULL_UNITS, from: FIRST_YEAR, to: LAST_YEAR, seed: 14, detail: Detail::Whole }
    }
}

impl Settings {
    /// What `weir up --demo` loads.
    pub fn demo() -> Self {
        Self { detail: Detail::Demo, ..Self::default() }
    }
}

/// Why a province cannot be simulated.
#[derive(Debug, Error)]
pub enum SimulateError {
    /// The years are the wrong way round or outside the figures.
    #[error("years {from} to {to} must lie in order between {FIRST_YEAR} and {LAST_YEAR}")]
    Span {
        /// The first year.
        from: i16,
        /// The last year.
        to: i16,
    },
    /// Too few or too many units.
    #[error("{0} units: must be from 100 to {FULL_UNITS}")]
    Units(u32),
    /// The figures lack a year.
    #[error("no figures for {0}")]
    Year(i16),
    /// A file of figures cannot be read.
    #[error("{file}: {reason}")]
    Data {
        /// The file.
        file: &'static str,
        /// Why.
        reason: csv::Error,
    },
    /// The code lists lack an area or industry that units are placed in.
    #[error("the code lists lack an area or industry")]
    CodeLists,
    /// A credit code cannot be made.
    #[error(transparent)]
    CreditCode(#[from] CreditCodeError),
    /// A patent number cannot be made.
    #[error(transparent)]
    PatentNumber(#[from] PatentNumberError),
    /// A contract's registration number cannot be made.
    #[error(transparent)]
    ContractNumber(#[from] ContractNumberError),
}

/// The years reported for.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: i16,
    to: i16,
}

/// An event, and when it enters the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedEvent {
    /// Its recorded time.
    pub recorded: Timestamp,
    /// The event: one line of NDJSON without its end.
    pub json: String,
}

/// A drawn province. Its events are kept small and written out one by one.
pub struct Province {
    settings: Settings,
    scale: Scale,
    figures: Figures,
    population: Population,
    patents: Vec<Patent>,
    contracts: Vec<Contract>,
    /// In the order of their recorded times.
    planned: Vec<Planned>,
}

impl Province {
    /// Draws a province.
    ///
    /// # Errors
    /// When the settings are out of range, or the built-in figures cannot be read.
    pub fn new(settings: Settings) -> Result<Self, SimulateError> {
        let Settings { units, from, to, seed, detail } = settings;
        if from > to || from < FIRST_YEAR || to > LAST_YEAR {
            return Err(SimulateError::Span { from, to });
        }
        if !(100..=FULL_UNITS).contains(&units) {
            return Err(SimulateError::Units(units));
        }
        let (scale, span) = (Scale::of(units), Span { from, to });
        let figures = Figures::read()?;
        let population = Population::draw(&figures, scale, seed, to)?;
        let mut planned = Vec::new();
        lives::plan(&mut planned, &population, seed, to);
        references::plan(&mut planned, &figures, scale, seed, to);
        supplements::plan(&mut planned, &figures, scale, seed, span)?;
        registers::plan(&mut planned, &population, &figures, scale, seed, to);
        statuses::plan(&mut planned, &population, &figures, scale, seed, to)?;
        reports::plan_rounds(&mut planned, &population, detail, seed, span);
        let mut desk = Desk::new(&mut planned, &population, detail, seed);
        revenue::plan(&mut desk, &population, &figures, (scale, detail), seed, span)?;
        research::plan(&mut desk, &population, &figures, scale, seed, span)?;
        let patents = patents::plan(&mut planned, &population, &figures, scale, seed, to)?;
        let contracts = contracts::plan(&mut planned, &population, &figures, scale, seed, span)?;
        begin(&mut planned, from);
        resent::plan(&mut planned, seed);
        planned.sort_by_key(|planned| planned.recorded);
        Ok(Self { settings, scale, figures, population, patents, contracts, planned })
    }

    /// How many events there are.
    pub const fn len(&self) -> usize {
        self.planned.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.planned.is_empty()
    }

    /// The events in the order of their recorded times, as a bureau would send them: the log says when they came.
    pub fn events(&self) -> impl Iterator<Item = TimedEvent> {
        self.lines(false)
    }

    /// The same as a history: each line carries its recorded time.
    pub fn history(&self) -> impl Iterator<Item = TimedEvent> {
        self.lines(true)
    }

    fn lines(&self, with_recorded_time: bool) -> impl Iterator<Item = TimedEvent> {
        self.planned.iter().filter_map(move |planned| {
            let json = self.line(planned, with_recorded_time)?;
            Some(TimedEvent { recorded: moment::timestamp(planned.recorded), json })
        })
    }
}

/// What came before the first year reported for: what stands is taken over on its first working day, the rest left out.
fn begin(planned: &mut Vec<Planned>, from: i16) {
    let first = moment::at(date(from, 1, 4), 9 * 3_600_000);
    planned.retain(|planned| planned.fact.stands() || planned.recorded >= first);
    for early in planned.iter_mut() {
        early.recorded = early.recorded.max(first);
    }
}
