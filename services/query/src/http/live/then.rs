//! What figures were at a moment that readers came back from. When a service starts again all its readers come at once, most with
//! the same place: the past is summed once for them.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Mutex;
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

/// The pasts that were asked for last.
#[derive(Default)]
pub(super) struct Then(Mutex<VecDeque<(Wanted, Timestamp, Arc<Figures>)>>);

impl Then {
    /// The figures of a stream as of a moment.
    ///
    /// # Errors
    /// 503 while the past can't be read.
    pub(super) async fn figures(
        &self,
        app: &App,
        wanted: &Wanted,
        at: Timestamp,
    ) -> Result<Arc<Figures>, ProblemDetails> {
        // Whoever asks for the same meanwhile waits for it, and finds it here.
        let mut kept = self.0.lock().await;
        if let Some((.., figures)) = kept.iter().find(|(one, moment, _)| one == wanted && *moment == at) {
            return Ok(Arc::clone(figures));
        }
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
            Ok(places.into_iter().map(|place| (place, shown(&app.plan, cells, &place))).collect::<Figures>())
        };
        let (figures, _) = app.cells(Some(at), Work::Long, load, figures).await?;
        let figures = Arc::new(figures);
        kept.truncate(KEPT - 1);
        kept.push_front((wanted.clone(), at, Arc::clone(&figures)));
        Ok(figures)
    }
}
