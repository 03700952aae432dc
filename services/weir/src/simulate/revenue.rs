//! Revenue: the sums of each group of units, divided among its units and filed on their forms.

use jiff::civil::date;
use weir_schemas::event::Form;
use weir_schemas::period::Period;

use super::data::{Figures, Year, thousands};
use super::draw::{Draw, Topic, apportion};
use super::filing::file;
use super::planned::{Filing, Planned};
use super::population::Population;
use super::scale::Scale;
use super::unit::UnitIndex;
use super::{FIRST_YEAR, SimulateError, Span};

/// Year to date at each month's end, of a thousand of the whole year.
const YEAR_TO_DATE: [u64; 12] = [50, 130, 220, 295, 375, 470, 550, 630, 720, 800, 890, 1_000];
/// High-tech enterprises of above-scale industry that file every month: the largest. The others file for the year alone.
const MONTHLY: u64 = 500;

/// How a unit of a group files.
#[derive(Clone, Copy)]
enum Habit {
    /// Each month but January.
    Monthly(Form),
    /// For December alone.
    December(Form),
    /// The annual form.
    Annual,
}

/// Units whose revenue adds up to one figure a year.
struct Group<'a> {
    units: &'a [UnitIndex],
    /// Thousands of yuan in a year.
    total: &'a dyn Fn(&Year) -> u64,
    /// How many of them file for a year.
    filers: &'a dyn Fn(&Year) -> u64,
    habit: &'a dyn Fn(usize) -> Habit,
    /// The largest is so many times the smallest.
    largest: u64,
}

/// The sums of a year, scaled.
#[derive(Clone, Copy)]
struct Sums {
    scale: Scale,
}

impl Sums {
    fn industrial_high_tech(self, year: &Year) -> u64 {
        self.scale.sum(thousands(year.high_tech_industrial_revenue))
    }

    fn listed(self, year: &Year) -> u64 {
        self.scale.sum(thousands(year.listed_revenue))
    }

    /// What the high-tech industry has besides.
    fn other_high_tech(self, year: &Year) -> u64 {
        let all = self.scale.sum(thousands(year.high_tech_revenue));
        all - self.industrial_high_tech(year) - self.listed(year)
    }

    /// What above-scale industry has besides.
    fn ordinary(self, year: &Year) -> u64 {
        let all = self.scale.sum(thousands(year.industrial_revenue));
        all - self.industrial_high_tech(year) - self.listed(year)
    }

    fn services(self, year: &Year) -> u64 {
        self.scale.sum(thousands(year.service_revenue))
    }
}

/// Plans all reports of revenue.
pub(super) fn plan(
    planned: &mut Vec<Planned>,
    population: &Population,
    figures: &Figures,
    scale: Scale,
    seed: u64,
    span: Span,
) -> Result<(), SimulateError> {
    let mut draw = Draw::new(seed, Topic::Revenue);
    let sums = Sums { scale };
    let all = |_: &Year| u64::MAX;
    let monthly = usize::try_from(scale.count(MONTHLY)).unwrap_or(0);
    let groups = [
        Group {
            units: &population.industrial,
            total: &|year| sums.industrial_high_tech(year),
            filers: &all,
            habit: &|rank| if rank < monthly { Habit::Monthly(Form::B203) } else { Habit::Annual },
            largest: 128,
        },
        Group {
            units: &population.listed,
            total: &|year| sums.listed(year),
            filers: &all,
            habit: &|_| Habit::Monthly(Form::B203),
            largest: 8,
        },
        Group {
            units: &population.ordinary,
            total: &|year| sums.ordinary(year),
            filers: &all,
            habit: &|_| Habit::Monthly(Form::B203),
            largest: 8,
        },
        Group {
            units: &population.services,
            total: &|year| sums.services(year),
            filers: &all,
            habit: &|_| Habit::Monthly(Form::F203),
            largest: 8,
        },
        Group {
            units: &population.steady,
            total: &|year| sums.other_high_tech(year),
            filers: &|year| scale.count(year.revenue_filers),
            habit: &|rank| if rank % 4 == 3 { Habit::Annual } else { Habit::December(Form::Torch) },
            largest: 128,
        },
    ];
    for group in groups {
        group.plan(planned, &mut draw, figures, span)?;
    }
    Ok(())
}

/// What a unit has in a year, and how far its months run ahead of the usual course.
#[derive(Debug, Clone, Copy)]
struct Turnover {
    year: u64,
    ahead: i64,
}

impl Turnover {
    /// From January to the end of `month`.
    fn to_date(self, month: usize) -> u64 {
        let share = YEAR_TO_DATE.get(month - 1).copied().unwrap_or(1_000);
        let bend = self.ahead * (share * (1_000 - share)).cast_signed() / 1_000_000;
        self.year * share.saturating_add_signed(bend) / 1_000
    }
}

impl Group<'_> {
    fn plan(
        &self,
        planned: &mut Vec<Planned>,
        draw: &mut Draw,
        figures: &Figures,
        span: Span,
    ) -> Result<(), SimulateError> {
        // The largest first, so that rank says who files most often.
        let mut weights: Vec<u64> = self.units.iter().map(|_| draw.heavy(self.largest)).collect();
        weights.sort_unstable_by(|one, other| other.cmp(one));
        let mut before = Vec::new();
        for year in FIRST_YEAR - 1..=span.to {
            let of = figures.year(year)?;
            let filers = usize::try_from((self.filers)(of)).unwrap_or(usize::MAX).min(weights.len());
            let values = apportion((self.total)(of), weights.get(..filers).unwrap_or_default());
            let turnovers: Vec<Turnover> = values
                .into_iter()
                .map(|year| Turnover { year, ahead: draw.between(0, 120).cast_signed() - 60 })
                .collect();
            if year >= span.from {
                for (rank, (unit, turnover)) in self.units.iter().zip(&turnovers).enumerate() {
                    // Who did not file a year ago has grown by a seventh since.
                    let prior = before
                        .get(rank)
                        .copied()
                        .unwrap_or(Turnover { year: turnover.year * 7 / 8, ..*turnover });
                    report(planned, draw, *unit, (self.habit)(rank), year, (*turnover, prior));
                }
            }
            before = turnovers;
            for weight in &mut weights {
                *weight = draw.vary(*weight, 92, 109);
            }
        }
        Ok(())
    }
}

fn report(
    planned: &mut Vec<Planned>,
    draw: &mut Draw,
    unit: UnitIndex,
    habit: Habit,
    year: i16,
    (turnover, prior): (Turnover, Turnover),
) {
    let (high_tech_percent, research_per_mille) = (draw.between(62, 95), draw.between(25, 60));
    let items = |form, month| {
        let (revenue, prior) = (turnover.to_date(month), prior.to_date(month));
        let research = revenue * research_per_mille / 1_000;
        match form {
            Form::B103_1 => [revenue, prior, research, 0, 0, 0],
            Form::F203 => [revenue, prior, revenue, 0, 0, 0],
            _ => [revenue, prior, revenue * high_tech_percent / 100, research, 0, 0],
        }
    };
    let filing = |form, period, month| Filing {
        unit,
        form,
        period,
        revision: 1,
        reason: None,
        items: items(form, month),
    };
    // Monthly forms are due on the 18th of the next month, the flash of December on the 25th of January.
    match habit {
        Habit::Annual => {
            let due = date(year + 1, 4, 3);
            file(planned, draw, filing(Form::B103_1, Period::Year(year), 12), due);
        }
        Habit::December(form) => {
            let due = date(year + 1, 1, 25);
            file(planned, draw, filing(form, Period::Month(year, 12), 12), due);
        }
        Habit::Monthly(form) => {
            for month in 2..=12_i8 {
                let due = if month == 12 { date(year + 1, 1, 18) } else { date(year, month + 1, 18) };
                let at = usize::from(month.unsigned_abs());
                file(planned, draw, filing(form, Period::Month(year, month), at), due);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_to_date_never_falls_and_ends_with_the_whole_year() {
        for ahead in [-60, 0, 60] {
            let turnover = Turnover { year: 987_654_321, ahead };
            let course: Vec<u64> = (1..=12).map(|month| turnover.to_date(month)).collect();
            assert!(course.is_sorted(), "{course:?}");
            assert_eq!(course.last(), Some(&987_654_321));
        }
    }
}
