//! A group of units whose revenue adds up to one figure a year.

use std::ops::RangeInclusive;

use weir_schemas::event::Form;
use weir_schemas::period::Period;

use super::Member;
use super::course::{Course, Turnover};
use super::succession::{hand_over, months};
use crate::simulate::data::{Figures, Year};
use crate::simulate::draw::{Draw, apportion};
use crate::simulate::planned::Filing;
use crate::simulate::population::{End, How, Population};
use crate::simulate::reports::Desk;
use crate::simulate::unit::UnitIndex;
use crate::simulate::{FIRST_YEAR, SimulateError, Span};

/// How a unit of a group files.
#[derive(Clone, Copy)]
pub(super) enum Habit {
    /// Each month but January.
    Monthly(Form),
    /// Each month but January, and for the year.
    MonthlyAndAnnual(Form),
    /// For December alone.
    December(Form),
    /// The annual form.
    Annual,
}

/// Units whose revenue adds up to one figure a year.
pub(super) struct Group<'a> {
    pub(super) units: &'a [UnitIndex],
    /// Thousands of yuan in a year.
    pub(super) total: &'a dyn Fn(&Year) -> u64,
    /// How many of them file for a year.
    pub(super) filers: &'a dyn Fn(&Year) -> u64,
    pub(super) habit: &'a dyn Fn(usize) -> Habit,
    /// The largest is so many times the smallest.
    pub(super) largest: u64,
}

/// What a unit reports in a year.
struct Report<'a> {
    unit: UnitIndex,
    year: i16,
    course: &'a Course,
    prior: &'a Course,
    /// The months it reports.
    months: RangeInclusive<i8>,
    high_tech_percent: u64,
    research_per_mille: u64,
}

impl Group<'_> {
    pub(super) fn plan(
        &self,
        desk: &mut Desk<'_>,
        draw: &mut Draw,
        population: &Population,
        figures: &Figures,
        span: Span,
    ) -> Result<(), SimulateError> {
        // The largest first, so that rank says who files most often.
        let mut weights: Vec<u64> = self.units.iter().map(|_| draw.heavy(self.largest)).collect();
        weights.sort_unstable_by(|one, other| other.cmp(one));
        let mut members: Vec<Member> = self
            .units
            .iter()
            .zip(weights)
            .map(|(unit, weight)| Member { unit: *unit, weight, last: None })
            .collect();
        for year in FIRST_YEAR - 1..=span.to {
            let of = figures.year(year)?;
            let mut courses = self.divide(draw, population, &members, of);
            hand_over(population, &mut members, &mut courses, year);
            if year >= span.from {
                for (rank, (member, course)) in members.iter().zip(&courses).enumerate() {
                    self.report(desk, draw, population, (rank, member, course), year);
                }
            }
            for (member, course) in members.iter_mut().zip(courses) {
                member.last = Some(course.restated());
                let gone = population.ended_by(member.unit, year);
                member.weight = if gone { 0 } else { draw.vary(member.weight, 92, 109) };
            }
        }
        Ok(())
    }

    /// Divides the year's total among its filers. Who closes within the year goes on as before, and is not counted.
    fn divide(
        &self,
        draw: &mut Draw,
        population: &Population,
        members: &[Member],
        year: &Year,
    ) -> Vec<Course> {
        let filers = usize::try_from((self.filers)(year)).unwrap_or(usize::MAX);
        let closes = |unit| match population.end(unit) {
            Some(End { day, how: How::Closed }) => day.year() <= year.year,
            _ => false,
        };
        let weigh = |(rank, member): (usize, &Member)| {
            if rank < filers && !closes(member.unit) { member.weight } else { 0 }
        };
        let weights: Vec<u64> = members.iter().enumerate().map(weigh).collect();
        let values = apportion((self.total)(year), &weights);
        let courses = members.iter().zip(values).map(|(member, value)| {
            let turnover = Turnover { year: value, ahead: draw.between(0, 120).cast_signed() - 60 };
            if closes(member.unit) { member.last.clone().unwrap_or_default() } else { Course::own(turnover) }
        });
        courses.collect()
    }

    fn report(
        &self,
        desk: &mut Desk<'_>,
        draw: &mut Draw,
        population: &Population,
        (rank, member, course): (usize, &Member, &Course),
        year: i16,
    ) {
        let Some(months) = months(population, member.unit, year) else { return };
        if course.to_date(usize::from(months.end().unsigned_abs())) == 0 {
            return;
        }
        // Who did not file a year ago has grown by a seventh since.
        let grown = |course: &Course| Course::own(Turnover { year: course.to_date(12) * 7 / 8, ahead: 0 });
        let prior = member.last.clone().filter(|last| last.to_date(12) > 0).unwrap_or_else(|| grown(course));
        let report = Report {
            unit: member.unit,
            year,
            course,
            prior: &prior,
            months,
            high_tech_percent: draw.between(62, 95),
            research_per_mille: draw.between(25, 60),
        };
        report.file(desk, (self.habit)(rank));
    }
}

impl Report<'_> {
    fn items(&self, form: Form, month: usize) -> [u64; 6] {
        let (revenue, prior) = (self.course.to_date(month), self.prior.to_date(month));
        let research = revenue * self.research_per_mille / 1_000;
        match form {
            Form::B103_1 => [revenue, prior, research, 0, 0, 0],
            Form::F203 => [revenue, prior, revenue, 0, 0, 0],
            _ => [revenue, prior, revenue * self.high_tech_percent / 100, research, 0, 0],
        }
    }

    fn file(&self, desk: &mut Desk<'_>, habit: Habit) {
        match habit {
            Habit::Annual => self.file_year(desk),
            Habit::December(form) => {
                if self.months.contains(&12) {
                    let december = Period::Month(self.year, 12);
                    desk.file(&Filing::first(self.unit, form, december, self.items(form, 12)), None);
                }
            }
            Habit::Monthly(form) => self.file_months(desk, form),
            Habit::MonthlyAndAnnual(form) => {
                self.file_months(desk, form);
                self.file_year(desk);
            }
        }
    }

    fn file_year(&self, desk: &mut Desk<'_>) {
        if self.months.contains(&12) {
            let (form, year) = (Form::B103_1, Period::Year(self.year));
            desk.file(&Filing::first(self.unit, form, year, self.items(form, 12)), None);
        }
    }

    fn file_months(&self, desk: &mut Desk<'_>, form: Form) {
        let mut last = None;
        for month in self.months.clone().filter(|month| *month > 1) {
            let items = self.items(form, usize::from(month.unsigned_abs()));
            desk.file(&Filing::first(self.unit, form, Period::Month(self.year, month), items), last);
            last = Some(items);
        }
    }
}
