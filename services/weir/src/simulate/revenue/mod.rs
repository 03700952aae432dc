//! Revenue: the sums of each group of units, divided among its units and filed on their forms.

mod course;
mod group;
mod succession;

use weir_schemas::event::Form;

use self::group::{Group, Habit};
use super::data::{Figures, Year, thousands};
use super::detail::Detail;
use super::draw::{Draw, Topic};
use super::population::Population;
use super::reports::Desk;
use super::scale::Scale;
use super::unit::UnitIndex;
use super::{SimulateError, Span, supplements};

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

    /// What services report; the supplement has the rest.
    fn services(self, year: &Year) -> u64 {
        let all = self.scale.sum(thousands(year.service_revenue));
        all - supplements::services(all)
    }
}

/// Plans all reports of revenue.
pub(super) fn plan(
    desk: &mut Desk<'_>,
    population: &Population,
    figures: &Figures,
    (scale, detail): (Scale, Detail),
    seed: u64,
    span: Span,
) -> Result<(), SimulateError> {
    let mut draw = Draw::new(seed, Topic::Revenue);
    let sums = Sums { scale };
    let all = |_: &Year| u64::MAX;
    let monthly = detail.monthly(scale);
    let every_month: &dyn Fn(usize) -> Habit = match detail {
        Detail::Whole => &|_| Habit::MonthlyAndAnnual(Form::B203),
        Detail::Demo => &|_| Habit::Monthly(Form::B203),
    };
    let groups = [
        Group {
            units: &population.industrial,
            total: &|year| sums.industrial_high_tech(year),
            filers: &all,
            habit: &|rank| if rank < monthly { every_month(rank) } else { Habit::Annual },
            largest: 128,
        },
        Group {
            units: &population.listed,
            total: &|year| sums.listed(year),
            filers: &all,
            habit: every_month,
            largest: 8,
        },
        Group {
            units: &population.ordinary,
            total: &|year| sums.ordinary(year),
            filers: &all,
            habit: every_month,
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
            habit: &|rank| match detail {
                Detail::Whole => Habit::Monthly(Form::Torch),
                Detail::Demo if rank % 4 == 3 => Habit::Annual,
                Detail::Demo => Habit::December(Form::Torch),
            },
            largest: 128,
        },
        // Whoever no register knows has no area, and enters no figure.
        Group {
            units: &population.strangers,
            total: &|year| sums.listed(year) / 100,
            filers: &all,
            habit: &|_| Habit::Monthly(Form::B203),
            largest: 8,
        },
    ];
    for group in groups {
        group.plan(desk, &mut draw, population, figures, span)?;
    }
    Ok(())
}

/// A unit of a group, and how heavy it weighs.
#[derive(Debug, Clone)]
struct Member {
    unit: UnitIndex,
    weight: u64,
    /// What it had a year ago, as it would be compared.
    last: Option<course::Course>,
}
