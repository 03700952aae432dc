//! The moment that an answer reflects, and the cells and tables of it.

use std::time::Duration;

use axum::http::StatusCode;
use jiff::Timestamp;
use weir_kernel::clickhouse::{self, Cost, Generation};
use weir_kernel::problem::ProblemDetails;
use weir_schemas::figure::Cells;

use super::{App, Work};

/// How soon a reader may ask again while there is nothing to answer from.
const SOON: Duration = Duration::from_secs(1);

/// How soon one may whose question took too long.
const LATER: Duration = Duration::from_secs(30);

impl App {
    /// The work that an answer of so many figures is.
    pub(super) const fn work(&self, figures: usize) -> Work {
        Work::of(figures, self.settings.short_figures)
    }

    /// The tables that answer, and the moment they are asked about: `as_of`, or the closed one where it is none or
    /// later. What comes after the closed moment may still change.
    ///
    /// # Errors
    /// 503 while there are no figures yet.
    pub(crate) fn tables(&self, as_of: Option<Timestamp>) -> Result<(Generation, Timestamp), ProblemDetails> {
        let held = self.live.read(|held| Some((held.closed?, held.generation.clone()))).flatten();
        let (closed, generation) = held.ok_or_else(none_yet)?;
        let at = as_of.map_or(closed, |as_of| as_of.min(closed));
        Ok((self.clickhouse.generation(&generation), at))
    }

    /// What `compute` makes of one state of the cells, and the moment that state reflects: the cells in memory or,
    /// where a moment is given, those that `load` sums as of it, once it is this request's turn. `work` is what `compute` is.
    ///
    /// # Errors
    /// What they answer with, or 503 while there are no figures yet.
    pub(crate) async fn cells<T, L>(
        &self,
        as_of: Option<Timestamp>,
        work: Work,
        load: impl FnOnce(Generation, Timestamp) -> L,
        compute: impl FnOnce(&Cells, Timestamp) -> Result<T, ProblemDetails>,
    ) -> Result<(T, Timestamp), ProblemDetails>
    where
        L: Future<Output = Result<Cells, ProblemDetails>>,
    {
        if as_of.is_some() {
            // Each holds the cells of its answer, and ClickHouse sums them: further ones wait their turn.
            let _turn = self.past.acquire().await.map_err(|_| ProblemDetails::internal())?;
            let (generation, at) = self.tables(as_of)?;
            let cells = load(generation, at).await?;
            return work.run(|| Ok((compute(&cells, at)?, at)));
        }
        let compute = || {
            self.live.read(|held| {
                let closed = held.closed?;
                Some(compute(&held.cells, closed).map(|computed| (computed, closed)))
            })
        };
        work.run(compute).flatten().unwrap_or_else(|| Err(none_yet()))
    }
}

/// 503: no moment is closed yet.
pub(super) fn none_yet() -> ProblemDetails {
    let detail = "no figures yet: the events are being taken in for the first time";
    ProblemDetails::unavailable("no-figures-yet", detail, SOON)
}

/// 422 where the tables of the past were asked for too much, 503 where they did not answer, or not in time.
pub(crate) fn past_unreachable(error: &clickhouse::Error) -> ProblemDetails {
    if let clickhouse::Error::TooCostly(cost, _) = error {
        return too_costly(*cost, error, "fewer areas, or periods");
    }
    tracing::warn!(%error, "the past can't be read");
    ProblemDetails::unavailable("past-unreachable", "the past can't be read now", SOON)
}

/// 422 where the tables of events were asked for too much, 503 where they did not answer, or not in time.
pub(super) fn store_unreachable(error: &clickhouse::Error) -> ProblemDetails {
    if let clickhouse::Error::TooCostly(cost, _) = error {
        return too_costly(*cost, error, "one subject, form, period or kind, or fewer areas");
    }
    tracing::warn!(%error, "the store can't be read");
    ProblemDetails::unavailable("store-unreachable", "events can't be read now", SOON)
}

/// 422 for memory and rows: asked again it would cost as much again, so it is nothing to be tried again as it stands. 503 for time,
/// which also passes where ClickHouse has much else to do.
fn too_costly(cost: Cost, error: &clickhouse::Error, less: &str) -> ProblemDetails {
    tracing::warn!(%error, "an answer costs too much");
    let (what, flag) = match cost {
        Cost::Memory => ("takes more memory", "--statement-memory"),
        Cost::Rows => ("reads more rows", "--statement-rows"),
        Cost::Time => {
            let detail = format!(
                "takes longer of ClickHouse than one statement may (--statement-time), because it is busy or because much is \
                 asked for; ask again later, or for less: {less}"
            );
            return ProblemDetails::unavailable("too-slow", detail, LATER);
        }
    };
    let detail = format!("{what} of ClickHouse than one statement may ({flag}); ask for less: {less}");
    ProblemDetails::new(StatusCode::UNPROCESSABLE_ENTITY, "too-costly", detail)
}

#[cfg(test)]
mod tests {
    use axum::http::header::RETRY_AFTER;
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn what_took_too_long_may_be_asked_again_and_what_is_too_much_may_not() {
        let of = |cost| clickhouse::Error::TooCostly(cost, "it said so".to_owned());
        let shown = |problem: ProblemDetails| {
            let (status, code, detail) = (problem.status().as_u16(), problem.code(), problem.to_string());
            let again = problem.into_response().headers().get(RETRY_AFTER).is_some();
            (status, code, again, detail)
        };
        for (cost, expected) in [
            (Cost::Time, (503, "too-slow", true)),
            (Cost::Memory, (422, "too-costly", false)),
            (Cost::Rows, (422, "too-costly", false)),
        ] {
            let (status, code, again, detail) = shown(past_unreachable(&of(cost)));
            assert_eq!((status, code, again), expected, "{detail}");
            assert!(detail.ends_with("for less: fewer areas, or periods"), "{detail}");
            let (.., detail) = shown(store_unreachable(&of(cost)));
            assert!(detail.contains("one subject"), "{detail}");
        }
    }
}
