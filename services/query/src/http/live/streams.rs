//! The streams of the service: the board and its readers' places, kept up to the closed moments.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use jiff::Timestamp;
use tokio::sync::mpsc;
use weir_kernel::problem::ProblemDetails;
use weir_kernel::shutdown::Shutdown;
use weir_schemas::event::day;
use weir_schemas::plan::Plan;

use super::board::{Behind, Board, Full};
use super::frame::Frame;
use super::sources::Sources;
use super::then::Then;
use super::wanted::Wanted;
use crate::Settings;
use crate::cells::LiveCells;
use crate::http::Work;
use crate::http::moment::none_yet;
use crate::metrics::LiveMetrics;

/// How soon a reader may come again who found no place.
const LATER: Duration = Duration::from_secs(5);

/// All streams of the service.
pub(crate) struct Streams {
    plan: Plan,
    live: Arc<LiveCells>,
    sources: Sources,
    pub(super) settings: Settings,
    pub(super) metrics: LiveMetrics,
    pub(super) shutdown: Shutdown,
    /// Tells this run of the service from others: 1 to 99.
    pub(super) sender: u8,
    state: Mutex<State>,
    /// What figures were at moments that readers came back from.
    pub(super) then: Then,
}

#[derive(Default)]
struct State {
    board: Board,
    readers: HashMap<u64, Reader>,
    /// Readers by the names of their keys.
    of_key: HashMap<String, usize>,
    last: u64,
}

struct Reader {
    topic: u64,
    key: Option<String>,
}

/// A reader's place; it is free again when this goes.
pub(super) struct Seat {
    streams: Arc<Streams>,
    reader: u64,
}

/// A reader who follows.
pub(super) struct Joined {
    pub(super) seat: Seat,
    /// What they lack.
    pub(super) first: Frame,
    /// What changes from then on. It ends when the reader is dropped.
    pub(super) frames: mpsc::Receiver<Frame>,
    /// The moment that they are up to.
    pub(super) at: Timestamp,
}

/// Why a reader does not follow.
#[derive(Debug)]
pub(super) enum NotJoined {
    /// It is not known any more what changed since their place.
    Forgotten,
    /// What to answer.
    Refused(ProblemDetails),
}

impl Streams {
    /// The streams of a plan's figures; they end when the shutdown begins.
    pub(crate) fn new(
        plan: Plan,
        live: Arc<LiveCells>,
        settings: Settings,
        (metrics, shutdown): (LiveMetrics, Shutdown),
    ) -> Self {
        let now = Timestamp::now().as_nanosecond().unsigned_abs() / 1_000;
        let sender = u8::try_from(now % 99 + 1).unwrap_or(1);
        let (sources, state, then) = (Sources::of(&plan), Mutex::default(), Then::default());
        Self { plan, live, sources, settings, metrics, shutdown, sender, state, then }
    }

    /// Sends what changed, at each moment that is closed, for ever.
    pub(crate) async fn run(&self) {
        let mut moments = self.live.moments();
        while moments.changed().await.is_ok() {
            Work::Long.run(|| self.advance(&mut self.state()));
        }
    }

    /// The moment that was sent last, if any was yet.
    pub(super) fn sent(&self) -> Option<Timestamp> {
        self.state().board.at()
    }

    /// The moment that the streams reflect once what changed is sent, if there is one yet.
    pub(super) fn at(&self) -> Option<Timestamp> {
        Work::Long.run(|| {
            let mut state = self.state();
            self.advance(&mut state);
            state.board.at()
        })
    }

    /// Lets a reader follow, with a key of that name, from what is behind them; from nothing if they are new.
    pub(super) fn join(
        self: &Arc<Self>,
        wanted: &Wanted,
        key: Option<&str>,
        behind: Option<Behind>,
    ) -> Result<Joined, NotJoined> {
        Work::Long.run(|| self.take_place(wanted, key, behind))
    }

    fn take_place(
        self: &Arc<Self>,
        wanted: &Wanted,
        key: Option<&str>,
        behind: Option<Behind>,
    ) -> Result<Joined, NotJoined> {
        let refused = NotJoined::Refused;
        let mut guard = self.state();
        let state = &mut *guard;
        self.advance(state);
        let at = state.board.at().ok_or_else(|| refused(none_yet()))?;
        let most = usize::from(self.settings.live_figures);
        let places = wanted.places(&self.plan, day(at), most).map_err(refused)?;
        self.has_room(state, key).map_err(refused)?;
        if let Some(Behind::Position { at, .. }) = &behind
            && !state.board.remembers(wanted, *at)
        {
            return Err(NotJoined::Forgotten);
        }
        let room = self.settings.live_held;
        let topic = self.live.read(|held| state.board.topic(&self.plan, &held.cells, wanted, &places, room));
        let (topic, computed) = match topic {
            Some(Ok(topic)) => topic,
            Some(Err(Full)) => {
                let detail = format!("the streams hold {room} figures, and have no room for more");
                return Err(refused(ProblemDetails::unavailable("too-many-figures", detail, LATER)));
            }
            None => return Err(refused(none_yet())),
        };
        self.metrics.computed.inc_by(computed);
        state.last += 1;
        let (reader, queue) = (state.last, self.settings.live_queue.get());
        let (first, frames) = state
            .board
            .follow(topic, reader, queue, behind, self.sender)
            .ok_or_else(|| refused(none_yet()))?;
        state.readers.insert(reader, Reader { topic, key: key.map(str::to_owned) });
        if let Some(key) = key {
            *state.of_key.entry(key.to_owned()).or_default() += 1;
        }
        self.gauge(state);
        Ok(Joined { seat: Seat { streams: Arc::clone(self), reader }, first, frames, at })
    }

    /// That there is a place for one more reader.
    fn has_room(&self, state: &State, key: Option<&str>) -> Result<(), ProblemDetails> {
        let (most, of_key) = (self.settings.live_readers, self.settings.live_key_readers);
        if state.readers.len() >= most {
            let detail = format!("{most} readers follow live figures, as many as may");
            return Err(ProblemDetails::unavailable("too-many-readers", detail, LATER));
        }
        if key.is_some_and(|key| state.of_key.get(key).is_some_and(|readers| *readers >= of_key)) {
            let detail = format!("{of_key} readers follow live figures with this key, as many as may");
            let problem = ProblemDetails::new(StatusCode::TOO_MANY_REQUESTS, "too-many-readers", detail);
            return Err(problem.retry_after(LATER));
        }
        Ok(())
    }

    /// Goes on to the moment that is closed, if it is another.
    fn advance(&self, state: &mut State) {
        let board = &mut state.board;
        let advanced = self.live.read_changes(|held, changes| {
            let closed = held.closed.filter(|closed| board.at().is_none_or(|at| *closed > at))?;
            let touched = self.sources.touched(&std::mem::take(changes));
            Some(board.advance(&self.plan, &held.cells, &touched, (closed, self.sender)))
        });
        let Some(advanced) = advanced.flatten() else { return };
        self.metrics.computed.inc_by(advanced.computed);
        for reader in advanced.slow {
            self.metrics.ended("slow");
            state.leave(reader);
        }
        self.gauge(state);
    }

    fn gauge(&self, state: &State) {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.metrics.readers.set(count(state.readers.len()));
        self.metrics.figures.set(count(state.board.len()));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What a panic left half done is what a reader was to be sent; the next moment finds what differs.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn leave(&mut self, reader: u64) {
        let Some(Reader { topic, key }) = self.readers.remove(&reader) else { return };
        self.board.leave(topic, reader);
        if let Some(key) = key
            && let Some(readers) = self.of_key.get_mut(&key)
        {
            *readers -= 1;
            if *readers == 0 {
                self.of_key.remove(&key);
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.streams.state();
        state.leave(self.reader);
        self.streams.gauge(&state);
    }
}
