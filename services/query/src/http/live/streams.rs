//! The streams of the service: the board and its readers' places, kept up to the closed moments.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
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
    /// What they follow, once they do.
    topic: Option<u64>,
    key: Option<String>,
}

/// A reader's place, also while they wait for what they lack; it is free again when this goes.
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
pub(super) enum NotJoined {
    /// It is not known any more what changed since their place. They keep their seat.
    Forgotten(Seat),
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

    /// A place for one more reader, with a key of that name.
    ///
    /// # Errors
    /// 503 when there is none, 429 when there is none with that key.
    pub(super) fn sit(self: &Arc<Self>, key: Option<&str>) -> Result<Seat, ProblemDetails> {
        Work::Long.run(|| {
            let mut state = self.state();
            self.has_room(&state, key)?;
            state.last += 1;
            let reader = state.last;
            state.readers.insert(reader, Reader { topic: None, key: key.map(str::to_owned) });
            if let Some(key) = key {
                *state.of_key.entry(key.to_owned()).or_default() += 1;
            }
            self.gauge(&state);
            Ok(Seat { streams: Arc::clone(self), reader })
        })
    }

    /// Lets who sits there follow, from what is behind them; from nothing if they are new.
    pub(super) fn join(
        &self,
        seat: Seat,
        wanted: &Wanted,
        behind: Option<Behind>,
    ) -> Result<Joined, NotJoined> {
        Work::Long.run(|| self.follow(seat, wanted, behind))
    }

    fn follow(&self, seat: Seat, wanted: &Wanted, behind: Option<Behind>) -> Result<Joined, NotJoined> {
        let mut guard = self.state();
        match self.follow_in(&mut guard, seat.reader, wanted, behind) {
            Ok(Some((first, frames, at))) => Ok(Joined { seat, first, frames, at }),
            Ok(None) => Err(NotJoined::Forgotten(seat)),
            Err(problem) => {
                // Whoever leaves needs what is held here.
                drop(guard);
                Err(NotJoined::Refused(problem))
            }
        }
    }

    /// What a reader is sent first and from then on, and the moment they are up to; nothing where it is not known any more what
    /// changed since their place.
    fn follow_in(
        &self,
        state: &mut State,
        reader: u64,
        wanted: &Wanted,
        behind: Option<Behind>,
    ) -> Result<Option<(Frame, mpsc::Receiver<Frame>, Timestamp)>, ProblemDetails> {
        if !state.readers.contains_key(&reader) {
            // They waited for what they lacked while what follows died.
            return Err(ProblemDetails::internal());
        }
        self.advance(state);
        let at = state.board.at().ok_or_else(none_yet)?;
        let places = wanted.places(&self.plan, day(at), usize::from(self.settings.live_figures))?;
        if let Some(Behind::Position { at, .. }) = &behind
            && !state.board.remembers(wanted, *at)
        {
            return Ok(None);
        }
        let room = self.settings.live_held;
        let topic = self.live.read(|held| state.board.topic(&self.plan, &held.cells, wanted, &places, room));
        let (topic, computed) = topic.ok_or_else(none_yet)?.map_err(|Full| {
            let detail = format!("the streams hold {room} figures, and have no room for more");
            ProblemDetails::unavailable("too-many-figures", detail, LATER)
        })?;
        self.metrics.computed.inc_by(computed);
        let queue = self.settings.live_queue.get();
        let followed = state.board.follow(topic, reader, queue, behind, self.sender);
        let (first, frames) = followed.ok_or_else(none_yet)?;
        if let Some(sits) = state.readers.get_mut(&reader) {
            sits.topic = Some(topic);
        }
        self.gauge(state);
        Ok(Some((first, frames, at)))
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
        self.state.lock().unwrap_or_else(|poisoned| {
            // What a panic left half done would be sent to nobody any more: all who follow are dropped, and come back to figures
            // that are computed anew.
            let mut state = poisoned.into_inner();
            for _ in state.readers.values().filter(|reader| reader.topic.is_some()) {
                self.metrics.ended("lost");
            }
            *state = State { last: state.last, ..State::default() };
            self.state.clear_poison();
            state
        })
    }
}

impl State {
    fn leave(&mut self, reader: u64) {
        let Some(Reader { topic, key }) = self.readers.remove(&reader) else { return };
        if let Some(topic) = topic {
            self.board.leave(topic, reader);
        }
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

#[cfg(test)]
mod tests {
    use weir_schemas::codelist::Field;
    use weir_schemas::period::Slot;

    use super::super::tests::Bench;
    use super::*;

    #[tokio::test]
    async fn what_a_panic_left_half_done_is_told_all_the_same() {
        let mut bench = Bench::new(Settings::default());
        let wanted = bench.wanted(&["GAZELLE_COUNT"], &["510000"]);
        let mut follows = bench.join(&wanted);
        bench.put(("gazelles", "510000", Field::Total), Slot::year(2021), 7);
        // Somebody dies who has taken what changed, and has not sent it yet.
        let streams = Arc::clone(&bench.streams);
        let died = std::thread::spawn(move || {
            let _state = streams.state();
            streams.live.read_changes(|_, changes| std::mem::take(changes));
            panic!("in the middle")
        });
        assert!(died.join().is_err());
        bench.close();
        let told = follows.frames.try_recv();
        assert!(matches!(told, Err(mpsc::error::TryRecvError::Disconnected)), "they are dropped, and know");
        drop(follows);
        assert_eq!(bench.streams.state().readers.len(), 0);
        let first = bench.join(&wanted).first;
        assert!(String::from_utf8_lossy(&first.bytes).contains("\"value\":\"7.000000\""));
    }
}
