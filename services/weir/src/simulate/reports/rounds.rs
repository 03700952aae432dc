//! The rounds of each form: opened with a deadline, closed, and some of them reopened and closed again.

use jiff::civil::Date;
use serde_json::json;
use weir_schemas::codelist::Area;
use weir_schemas::event::{Form, Level};
use weir_schemas::period::Period;

use super::calendar::{deadline, periods};
use crate::simulate::Span;
use crate::simulate::detail::Detail;
use crate::simulate::draw::{Draw, Topic};
use crate::simulate::moment::after;
use crate::simulate::planned::{Planned, Written};
use crate::simulate::population::Population;
use crate::simulate::rates;

const OPENED: &str = "weir.period.opened.v1";
const CLOSED: &str = "weir.period.closed.v1";
const REOPENED: &str = "weir.period.reopened.v1";

/// Plans the rounds of all forms at the province, in prefectures, and of annual forms in counties.
pub(in crate::simulate) fn plan(
    planned: &mut Vec<Planned>,
    population: &Population,
    detail: Detail,
    seed: u64,
    span: Span,
) {
    let mut secretary = Secretary { planned, draw: Draw::new(seed, Topic::Rounds) };
    let (cities, counties) = detail.rounds();
    for form in Form::ALL {
        // Annual forms of the year before the span are filed within it.
        let first = if form.is_annual() { span.from - 1 } else { span.from };
        for period in (first..=span.to).flat_map(|year| periods(*form, year)) {
            secretary.round(*form, period, Level::Province, Area::SICHUAN);
            for city in population.counties.iter().take(cities) {
                if let Some(bureau) = city.first().and_then(|county| county.parent()) {
                    secretary.round(*form, period, Level::City, bureau);
                }
                for county in city.iter().take(counties).filter(|_| form.is_annual()) {
                    secretary.round(*form, period, Level::County, *county);
                }
            }
        }
    }
}

/// Who announces rounds.
struct Secretary<'a> {
    planned: &'a mut Vec<Planned>,
    draw: Draw,
}

impl Secretary<'_> {
    fn round(&mut self, form: Form, period: Period, level: Level, bureau: Area) {
        let due = deadline(form, period, level);
        let opened = after(period.last_day(), self.draw.between(0, 2));
        self.say(OPENED, opened, (form, period, level), bureau, ("opened", Some(due)));
        let closed = after(due, self.draw.between(2, 9));
        self.say(CLOSED, closed, (form, period, level), bureau, ("closed", None));
        if rates::REOPENED.happens(&mut self.draw) {
            let reopened = after(closed, self.draw.between(6, 45));
            let again = after(reopened, self.draw.between(8, 20));
            self.say(REOPENED, reopened, (form, period, level), bureau, ("reopened", Some(again)));
            self.say(CLOSED, again, (form, period, level), bureau, ("closed again", None));
        }
    }

    fn say(
        &mut self,
        kind: &'static str,
        day: Date,
        (form, period, level): (Form, Period, Level),
        bureau: Area,
        (what, due): (&str, Option<Date>),
    ) {
        let mut data = json!({"form": form, "period": period, "level": level});
        if let (Some(due), Some(members)) = (due, data.as_object_mut()) {
            members.insert("deadline".to_owned(), json!(due));
        }
        let what = format!("{period}:{level}:{bureau}:{what}");
        let recorded = self.draw.at_work(day);
        self.planned.push(Written::new(kind, &form, &what, bureau, &data).at(recorded));
    }
}
