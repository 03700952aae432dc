mod differ;
mod resume;
mod stream;

use std::sync::Arc;

use weir_kernel::shutdown::Shutdown;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::figure::Audience;
use weir_schemas::period::{Period, Slot};
use weir_schemas::plan::{Frequency, Plan, SICHUAN_14};

use super::board::Behind;
use super::frame::Frame;
use super::position::Position;
use super::streams::{Joined, NotJoined, Streams};
use super::wanted::Wanted;
use crate::Settings;
use crate::cells::{LiveCells, Projection};
use crate::metrics::LiveMetrics;

/// Streams of cells in memory, and what else there is to turn.
pub(super) struct Bench {
    plan: Plan,
    live: Arc<LiveCells>,
    pub(super) streams: Arc<Streams>,
    metrics: LiveMetrics,
    millisecond: i64,
    version: i64,
}

impl Bench {
    /// Closed at a moment of March 2024.
    pub(super) fn new(settings: Settings) -> Self {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let (live, metrics) = (Arc::new(LiveCells::default()), LiveMetrics::default());
        let millisecond = "2024-03-10T00:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let closed = Some(jiff::Timestamp::from_millisecond(millisecond).unwrap());
        live.swap(Projection { generation: "one".into(), closed, ..Projection::default() });
        let of_streams = (metrics.clone(), Shutdown::new());
        let streams = Arc::new(Streams::new(plan.clone(), live.clone(), settings, of_streams));
        Self { plan, live, streams, metrics, millisecond, version: 0 }
    }

    /// A cell gets another value.
    pub(super) fn put(&mut self, (measure, area, field): (&str, &str, Field), slot: Slot, value: u64) {
        self.version += 1;
        let series = Series { measure: measure.into(), area: area.parse().unwrap(), field };
        let empty = Cell::empty(series, slot);
        let cell = Cell { version: self.version, value: value.into(), contributions: value, ..empty };
        self.live.put("one", [cell]);
    }

    /// The next moment is closed, and what changed is sent.
    pub(super) fn close(&mut self) {
        self.close_after(500);
    }

    fn close_after(&mut self, milliseconds: i64) {
        self.millisecond += milliseconds;
        self.live.close(jiff::Timestamp::from_millisecond(self.millisecond).unwrap());
        self.streams.at();
    }

    pub(super) fn wanted(&self, indicators: &[&str], areas: &[&str]) -> Wanted {
        let place = |id: &&str| self.plan.indicators.iter().position(|one| one.id == **id).unwrap();
        Wanted {
            indicators: indicators.iter().map(place).collect(),
            areas: areas.iter().map(|area| area.parse::<Area>().unwrap()).collect(),
            field: Field::Total,
            frequency: Frequency::A,
            from: Some(Period::Year(2021)),
            to: Some(Period::Year(2022)),
            latest: None,
            audience: Audience::Official,
        }
    }

    pub(super) fn join(&self, wanted: &Wanted) -> Joined {
        let seat = self.streams.sit(None).unwrap();
        self.streams.join(seat, wanted, None).unwrap_or_else(|_| panic!("not joined"))
    }

    fn resume(&self, wanted: &Wanted, last: Position) -> Result<Joined, NotJoined> {
        let Position { at, figure, .. } = last;
        self.streams.join(self.streams.sit(None).unwrap(), wanted, Some(Behind::Position { at, figure }))
    }
}

/// The events of a frame: the place each says, and its data.
fn events(frame: &Frame) -> Vec<(Position, String)> {
    let text = std::str::from_utf8(&frame.bytes).unwrap();
    let read = |event: &str| {
        let lines: Vec<&str> = event.lines().collect();
        let [id, "event: observation", data] = lines[..] else { panic!("{event}") };
        (id.strip_prefix("id: ").unwrap().parse().unwrap(), data.strip_prefix("data: ").unwrap().to_owned())
    };
    text.split_terminator("\n\n").map(read).collect()
}

/// What was sent to a reader meanwhile.
fn sent(joined: &mut Joined) -> Vec<(Position, String)> {
    let mut all = Vec::new();
    while let Ok(frame) = joined.frames.try_recv() {
        all.extend(events(&frame));
    }
    all
}
