//! `GET /v1/indicators/{id}/explain`: what a figure is made of, by which rules, and why it is another than before.

mod answer;
mod change;
mod events;
mod made;
mod past;
mod rule;

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use weir_kernel::clickhouse;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::event::day;
use weir_schemas::figure::{self, Figures};
use weir_schemas::period::Period;
use weir_schemas::plan::{Frequency, Indicator};

use self::answer::{Answer, Explained};
use self::change::{Change, before};
use self::made::{Made, Whole};
use self::past::Past;
use super::App;
use super::answer::{Kept, json_dated};
use super::asked::frequency_of;
use super::figures::{Id, beside_official, named};
use super::moment::past_unreachable;
use super::openapi::parameters as described;
use super::page::Page;
use super::parameters::{Pairs, Parameters, wrong};
use crate::tables::{Behind, BehindKey, behind};

/// Whether a figure may not be shown; then nothing that it is made of may be either.
fn suppressed(figure: &figure::Observation) -> bool {
    figure.status.as_str() == "Q"
}

/// Which figure is to be explained.
#[derive(Clone, Copy)]
struct Asked<'a> {
    indicator: &'a Indicator,
    area: Area,
    field: Field,
    period: Period,
}

impl<'a> Asked<'a> {
    fn read(parameters: &Parameters, app: &App, indicator: &'a Indicator) -> Result<Self, ProblemDetails> {
        let [area] = parameters.areas(&app.plan)?[..] else {
            return Err(wrong("area", "one area is explained at a time"));
        };
        let period = parameters.required("period", |value| period(value, app, indicator))?;
        let field = parameters.get("field", str::parse::<Field>)?.unwrap_or(Field::Total);
        Ok(Self { indicator, area, field, period })
    }
}

fn period(value: &str, app: &App, indicator: &Indicator) -> Result<Period, String> {
    let period: Period =
        value.parse().map_err(|error: weir_schemas::period::NotAPeriod| error.to_string())?;
    if !indicator.frequencies.contains(&frequency_of(period)) {
        let offered: Vec<&str> = indicator.frequencies.iter().map(|one| word(*one)).collect();
        return Err(format!("{period} is not offered here, only {}", offered.join(", ")));
    }
    let calendar = app.plan.calendar;
    if !calendar.holds(period.slot()) {
        return Err(format!(
            "{period} lies outside the plan's calendar, {} to {}",
            calendar.from, calendar.to
        ));
    }
    Ok(period)
}

const fn word(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::A => "years",
        Frequency::Q => "quarters",
        Frequency::M => "months",
    }
}

/// Answers with an explanation.
#[utoipa::path(
    get,
    path = "/v1/indicators/{id}/explain",
    tag = "figures",
    params(
        ("id" = String, Path, description = "Its id in the plan", example = "HTE_COUNT"),
        described::Explained,
        described::AsOf,
        described::Page,
    ),
    responses((status = 200, body = Object)),
)]
pub(super) async fn explain(
    State(app): State<Arc<App>>,
    id: Id,
    headers: HeaderMap,
    query: Pairs,
) -> Result<Response, ProblemDetails> {
    let access = app.access(&headers).await?;
    let indicator = app.indicator(&named(id)?)?;
    let parameters = Parameters::read(query, &["area", "period", "field", "as_of", "limit", "cursor"])?;
    let asked = Asked::read(&parameters, &app, indicator)?;
    access.covers(&[asked.area])?;
    let page: Page<BehindKey> = Page::read(&parameters, app.settings.page.get())?;
    let official = app.official(&headers).await;
    let sees_units = official.is_ok_and(|official| official.covers(&[asked.area]).is_ok());
    // What it sums of the past takes turns with other answers that do.
    let _turn = app.past.acquire().await.map_err(|_| ProblemDetails::internal())?;
    let (generation, at) = app.tables(page.as_of)?;
    if asked.period.last_month_begins() > day(at) {
        return Err(wrong("period", format!("{} has not begun", asked.period)));
    }
    let past = Past { app: &app, asked, generation, audience: access.audience() };
    let explained = past.explain(at, &page, sees_units).await;
    let explained = explained.map_err(|error| past_unreachable(&error))?;
    let dated = [Some(format!("{at:.3}")), explained.next.clone()].into_iter().flatten().collect();
    json_dated(&Answer::of(&app, &past, &explained, at), dated, &headers, Kept::Privately, Some(at))
}

impl Past<'_> {
    async fn explain(
        &self,
        at: jiff::Timestamp,
        page: &Page<BehindKey>,
        sees_units: bool,
    ) -> Result<Explained, clickhouse::Error> {
        let Asked { indicator, area, field, period } = self.asked;
        let cells = self.cells_taken_apart(at).await?;
        let figures = Figures::new(&self.app.plan, &cells).read_by(self.audience);
        let (ours, official) = beside_official(figures, indicator, field, (area, period));
        if suppressed(&ours) {
            return Ok(Explained {
                ours,
                official,
                made: None,
                altered: None,
                since_period: None,
                events: None,
                next: None,
            });
        }
        let measure = self.app.plan.measure(&indicator.numerator);
        let made = match measure.zip(ours.numerator) {
            Some((measure, value)) => {
                let supplement = ours.supplement;
                let whole = Whole { measure, area, field, period, value, supplement };
                Some(Made::of(whole, figures, &self.generation, at, sees_units).await?)
            }
            None => None,
        };
        let now = (ours.clone(), at);
        let altered = self
            .altered(&now)
            .await?
            .and_then(|(before, recorded)| Change::between(&before, &now, Some(recorded), indicator));
        let earlier = before(period);
        let since_period = self
            .app
            .plan
            .calendar
            .holds(earlier.slot())
            .then(|| (figures.indicator(indicator, area, field, earlier), at));
        let since_period = since_period.and_then(|before| Change::between(&before, &now, None, indicator));
        let (mut events, mut next) = (None, None);
        if sees_units {
            let of = self.entering(&ours);
            let after = page.after.clone();
            let mut found = behind(&self.generation, &of, at, after, page.limit + 1).await?;
            next = page.cut(&mut found, at, Behind::key);
            events = Some(events::shown(&self.generation, &of, found).await?);
        }
        Ok(Explained { ours, official, made, altered, since_period, events, next })
    }
}
