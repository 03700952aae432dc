//! The figures that a request asks for: areas, periods, frequency, field.

use jiff::Timestamp;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::figure;
use weir_schemas::period::Period;
use weir_schemas::plan::{Frequency, Plan};

use super::format::FORMAT;
use super::parameters::{Parameters, wrong};

/// The parameters that say which figures, and in which format.
pub(super) const KNOWN: [&str; 7] = ["area", "from", "to", "freq", "field", "as_of", FORMAT];

/// The figures that a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// In the order asked for, each once.
    pub(super) areas: Vec<Area>,
    /// The first period; the calendar's first where absent.
    pub(super) from: Option<Period>,
    /// The last period; the calendar's last where absent.
    pub(super) to: Option<Period>,
    /// Years, quarters or months.
    pub(super) frequency: Frequency,
    /// The field, `_T` where none is named.
    pub(super) field: Field,
    /// Of the events recorded up to this moment; of all where absent.
    pub(super) as_of: Option<Timestamp>,
}

impl Asked {
    /// What is asked of something that is answered at the `offered` frequencies.
    ///
    /// # Errors
    /// 400 with the parameter that is wrong.
    pub(super) fn read(
        parameters: &Parameters,
        plan: &Plan,
        offered: &[Frequency],
    ) -> Result<Self, ProblemDetails> {
        let asked = Self {
            areas: parameters.areas(plan)?,
            from: parameters.get("from", str::parse::<Period>)?,
            to: parameters.get("to", str::parse::<Period>)?,
            frequency: parameters.get("freq", |value| frequency(value, offered))?.unwrap_or(Frequency::A),
            field: parameters.get("field", str::parse::<Field>)?.unwrap_or(Field::Total),
            as_of: parameters.as_of()?,
        };
        for (name, bound) in [("from", asked.from), ("to", asked.to)] {
            let rank = |one| FREQUENCIES.iter().position(|(_, other)| *other == one);
            if let Some(finer) = bound.filter(|period| rank(frequency_of(*period)) > rank(asked.frequency)) {
                let letter = |one| rank(one).map_or("", |at| FREQUENCIES[at].0);
                let (asked, finest) = (letter(asked.frequency), letter(frequency_of(finer)));
                return Err(wrong(
                    name,
                    format!("{finer} is no period of freq={asked}; ask with freq={finest}"),
                ));
            }
        }
        match (asked.from, asked.to) {
            (Some(from), Some(to)) if from.first_day() > to.last_day() => {
                return Err(wrong("from", format!("{from} is later than to={to}")));
            }
            _ => {}
        }
        let (first, last) = (Period::Year(plan.calendar.from), Period::Year(plan.calendar.to));
        let late = asked.from.filter(|from| from.first_day() > last.last_day()).map(|from| ("from", from));
        let early = asked.to.filter(|to| to.last_day() < first.first_day()).map(|to| ("to", to));
        match late.or(early) {
            // An empty answer would look as if nothing was reported.
            Some((name, bound)) => {
                Err(wrong(name, format!("{bound} lies outside the plan's years {first} to {last}")))
            }
            None => Ok(asked),
        }
    }

    /// How many figures these are once all periods have begun.
    pub(super) fn figures_at_most(&self, plan: &Plan) -> usize {
        let last = Period::Year(plan.calendar.to).last_day();
        figure::periods(self.frequency, plan.calendar, self.from, self.to, last).count() * self.areas.len()
    }
}

/// The frequencies by their letters, the coarsest first.
const FREQUENCIES: [(&str, Frequency); 3] = [("A", Frequency::A), ("Q", Frequency::Q), ("M", Frequency::M)];

/// The frequency that a period is one of.
pub(super) const fn frequency_of(period: Period) -> Frequency {
    match period {
        Period::Year(_) => Frequency::A,
        Period::Quarter(..) => Frequency::Q,
        Period::Month(..) => Frequency::M,
    }
}

fn frequency(value: &str, offered: &[Frequency]) -> Result<Frequency, String> {
    let all = FREQUENCIES;
    let Some((_, frequency)) = all.into_iter().find(|(code, _)| *code == value) else {
        return Err(format!("{value:?} is not one of A, Q, M"));
    };
    if offered.contains(&frequency) {
        return Ok(frequency);
    }
    let offered: Vec<_> =
        all.into_iter().filter(|(_, one)| offered.contains(one)).map(|(code, _)| code).collect();
    Err(format!("{value} is not offered here, only {}", offered.join(", ")))
}
