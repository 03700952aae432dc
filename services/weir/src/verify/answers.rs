//! Compares figures with query's answers: as of the moment, and of the present while nothing came since.

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use indicatif::ProgressBar;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};
use weir_recount::{Exact, Figure, Figures, half_even, half_up, in_china, periods, text};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Period;
use weir_schemas::plan::Indicator;

use super::difference::{Compared, Member};
use super::reader::{Answer, Question, Reader};

/// Decimals of a figure's exact value as it is answered.
const VALUE_DECIMALS: u32 = 6;

/// Query's answers, compared with what was recounted.
pub(super) struct Answers<'a> {
    pub(super) figures: &'a Figures<'a>,
    pub(super) reader: &'a Reader,
    pub(super) moment: Timestamp,
    /// The most observations to ask for at a time.
    pub(super) observations: usize,
    /// Requests at a time.
    pub(super) requests: usize,
    /// The most differences to show.
    pub(super) show: usize,
}

/// What both kinds of answers gave.
pub(super) struct Both {
    /// As of the moment.
    pub(super) past: Compared,
    /// Of the present, if they were asked for.
    pub(super) present: Option<Compared>,
}

impl Answers<'_> {
    /// Every indicator at all its frequencies, in all areas and fields.
    pub(super) fn questions(&self) -> Vec<Question<'_>> {
        let plan = self.figures.plan();
        let areas: Vec<Area> = Area::all().filter(|area| plan.area.contains(*area)).collect();
        let mut questions = Vec::new();
        for indicator in &plan.indicators {
            for frequency in &indicator.frequencies {
                let periods = periods(*frequency, plan.calendar, self.figures.today()).len();
                let at_a_time = (self.observations / periods.max(1)).max(1);
                for field in Field::ALL {
                    questions.extend(areas.chunks(at_a_time).map(|some| Question {
                        indicator,
                        frequency: *frequency,
                        field,
                        areas: some.to_vec(),
                    }));
                }
            }
        }
        questions
    }

    /// Asks all questions, and those of the present too where nothing lies behind the moment.
    pub(super) async fn compare(&self, present: bool, progress: &ProgressBar) -> anyhow::Result<Both> {
        let past = Compared::new("Answers of query as of the moment", self.show);
        let now = present.then(|| Compared::new("Answers of query, of now", self.show));
        let asked = stream::iter(self.questions()).map(|question| async move {
            let past = self.reader.ask(&question, Some(self.moment)).await?;
            let now = match present {
                true => Some(self.reader.ask(&question, None).await?),
                false => None,
            };
            anyhow::Ok((question, past, now))
        });
        let answered = asked.buffered(self.requests);
        let both =
            answered.try_fold(Both { past, present: now }, |mut both, (question, past, now)| async move {
                tokio::task::block_in_place(|| {
                    let expected = self.expected(&question, in_china(past.reflects))?;
                    expected.compare(&past, &mut both.past);
                    if let (Some(now), Some(compared)) = (&now, &mut both.present) {
                        let today = in_china(now.reflects);
                        let expected =
                            if today == expected.day { expected } else { self.expected(&question, today)? };
                        expected.compare(now, compared);
                    }
                    anyhow::Ok(())
                })?;
                progress.inc(1);
                Ok(both)
            });
        let both = both.await?;
        progress.finish_and_clear();
        Ok(both)
    }

    /// What the answer to a question must be on a day.
    fn expected(&self, question: &Question<'_>, day: Date) -> anyhow::Result<Expected> {
        let Question { indicator, frequency, field, areas } = question;
        let about = format!("{} {field}", indicator.id);
        let mut expected = Expected { about, day, synthetic: false, observations: Vec::new() };
        for area in areas {
            for period in periods(*frequency, self.figures.plan().calendar, day) {
                let figure = self.figures.indicator(indicator, *area, *field, period);
                let figure =
                    figure.with_context(|| format!("{} names a measure that is not there", indicator.id))?;
                expected.synthetic |=
                    figure.synthetic || figure.official.as_ref().is_some_and(|official| official.synthetic);
                let place = format!("{} {area} {field} {period}", indicator.id);
                expected.observations.push((place, members(indicator, *area, period, &figure)));
            }
        }
        Ok(expected)
    }
}

/// An answer as it must be.
struct Expected {
    about: String,
    day: Date,
    synthetic: bool,
    /// By place, each member as it is written.
    observations: Vec<(String, [(&'static str, Option<String>); MEMBERS])>,
}

impl Expected {
    /// Compares an answer, observation by observation.
    fn compare(&self, answer: &Answer, compared: &mut Compared) {
        let mut theirs = answer.observations.iter();
        let nothing = Map::new();
        for (place, members) in &self.observations {
            let theirs = theirs.next().unwrap_or(&nothing);
            let members = members.iter().map(|(name, ours)| Member {
                name,
                recounted: ours.clone().unwrap_or_else(|| NULL.to_owned()),
                held: written(theirs.get(*name)),
            });
            compared.compare(place, &members.collect::<Vec<_>>());
        }
        for more in theirs {
            let more = Value::from(more.clone());
            compared.differs(format_args!("{}: an observation too many: {more}", self.about));
        }
        if self.synthetic != answer.synthetic {
            let (about, ours, theirs) = (&self.about, self.synthetic, answer.synthetic);
            compared.differs(format_args!("{about}: synthetic {ours} recounted, {theirs} held"));
        }
    }
}

/// How what is not there is written.
const NULL: &str = "null";

/// A member as it is answered.
fn written(member: Option<&Value>) -> String {
    match member {
        None | Some(Value::Null) => NULL.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// How many members of an observation are compared.
const MEMBERS: usize = 15;

/// All that an observation must say.
fn members(
    indicator: &Indicator,
    area: Area,
    period: Period,
    figure: &Figure,
) -> [(&'static str, Option<String>); MEMBERS] {
    let exact = |number: Option<&Exact>| number.map(text);
    let rounded = |number: Option<&Exact>| number.map(|number| half_even(number, VALUE_DECIMALS));
    let (numerator, official) = (&figure.numerator, figure.official.as_ref());
    let difference = official.and_then(|official| official.difference.as_ref());
    let vintage = official.and_then(|official| official.vintage);
    [
        ("area", Some(area.to_string())),
        ("period", Some(period.to_string())),
        ("value", rounded(figure.value.as_ref())),
        ("display", figure.value.as_ref().map(|number| half_up(number, indicator.decimals))),
        ("numerator", exact(numerator.value.as_ref())),
        ("supplement", exact(numerator.supplement.as_ref())),
        ("denominator", exact(figure.denominator.as_ref())),
        ("denominator_period", figure.denominator_period.map(|period| period.to_string())),
        ("denominator_vintage", figure.denominator_vintage.map(|vintage| vintage.to_string())),
        ("status", Some(figure.status.letter().to_owned())),
        ("coverage", rounded(figure.coverage.as_ref())),
        ("contributors", numerator.contributors.map(|number| number.to_string())),
        ("official", rounded(official.map(|official| &official.value))),
        ("official_vintage", vintage.map(|vintage| vintage.to_string())),
        ("official_difference", rounded(difference)),
    ]
}
