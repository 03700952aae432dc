//! What figures were at a moment that readers came back from. When a service starts again all its readers come at once, most with
//! the same place: the past is summed once for them, and once in vain. Nobody waits for what others want.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::OnceCell;
use weir_kernel::clickhouse::Generation;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::event::day;
use weir_schemas::figure::Cells;

use super::shown::shown;
use super::wanted::{Place, Wanted};
use crate::http::moment::past_unreachable;
use crate::http::{App, Work};
use crate::past::Needed;

/// How many are kept: those of the moments at which streams broke last.
const KEPT: usize = 16;

/// Figures by their places, as they are shown.
type Figures = HashMap<Place, Arc<str>>;

/// What the figures were, or when it could not be found out.
type Found = Arc<OnceCell<Result<Arc<Figures>, Instant>>>;

/// The pasts that were asked for last.
#[derive(Default)]
pub(super) struct Then(Mutex<VecDeque<(Wanted, Timestamp, Found)>>);

impl Then {
    /// The figures of a stream as of a moment; none where they can't be found out in time. Whoever asks for the same meanwhile
    /// waits for the same.
    pub(super) async fn figures(&self, app: &App, wanted: &Wanted, at: Timestamp) -> Option<Arc<Figures>> {
        let patience = app.settings.live_past;
        let found = self.place(wanted, at, patience);
        let figures = async || match tokio::time::timeout(patience, sum(app, wanted, at)).await {
            Ok(Ok(figures)) => Ok(Arc::new(figures)),
            Ok(Err(problem)) => {
                tracing::warn!(%problem, "a stream can't be resumed from the past");
                Err(Instant::now())
            }
            Err(_) => {
                tracing::warn!(?patience, "a stream can't be resumed from the past in time");
                Err(Instant::now())
            }
        };
        found.get_or_init(figures).await.as_ref().ok().cloned()
    }

    /// Where they are, or will be. What failed is not tried again for as long as it is waited for.
    fn place(&self, wanted: &Wanted, at: Timestamp, patience: Duration) -> Found {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(.., found)| match found.get() {
            Some(Err(failed)) => failed.elapsed() < patience,
            Some(Ok(_)) => true,
            // Those who waited for it may have left.
            None => Arc::strong_count(found) > 1,
        });
        if let Some((.., found)) = kept.iter().find(|(one, moment, _)| one == wanted && *moment == at) {
            return Arc::clone(found);
        }
        // What is being summed is no figures yet, and is bounded by the places of readers.
        let is_kept = |found: &Found| found.get().is_some();
        if kept.iter().filter(|(.., found)| is_kept(found)).count() >= KEPT
            && let Some(oldest) = kept.iter().rposition(|(.., found)| is_kept(found))
        {
            kept.remove(oldest);
        }
        let found = Found::default();
        kept.push_front((wanted.clone(), at, Arc::clone(&found)));
        found
    }
}

/// The figures of a stream as of a moment.
///
/// # Errors
/// 503 while the past can't be read.
async fn sum(app: &App, wanted: &Wanted, at: Timestamp) -> Result<Figures, ProblemDetails> {
    let most = usize::from(app.settings.live_figures);
    let load = async |generation: Generation, at| {
        let periods = wanted.periods(&app.plan, day(at));
        let indicators = wanted.indicators(&app.plan);
        let needed = Needed::by_indicators(&app.plan, indicators, &wanted.areas, wanted.field);
        let needed = needed.read_by(wanted.audience);
        let cells = needed.cells(&generation, periods.into_iter(), at).await;
        cells.map_err(|error| past_unreachable(&error))
    };
    let figures = |cells: &Cells, at| {
        let places = wanted.places(&app.plan, day(at), most)?;
        Ok(places.into_iter().map(|place| (place, shown(&app.plan, cells, &place))).collect())
    };
    app.cells(Some(at), Work::Long, load, figures).await.map(|(figures, _)| figures)
}
