use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinSet;
use weir_kernel::log::embedded::{EmbeddedLog, Settings};
use weir_kernel::log::{Error, EventLog, NewRecord, Ownership, Position, Reader, Topic};
use weir_kernel::ops::Readiness;
use weir_kernel::topics;
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::figure::Cells;
use weir_schemas::period::Slot;
use weir_schemas::release::{Asked, Cut, Header, Part, Record, Refused, Released};

use super::*;
use crate::Settings as Limits;

/// The plan whose releases they are.
pub(crate) const PLAN: &str = "sichuan_14";
const PARTITIONS: i32 = 3;

/// A log that may be away, and says how often it was read from.
pub(crate) struct Watched {
    log: Option<EmbeddedLog>,
    away: AtomicBool,
    asked: AtomicUsize,
    readers: AtomicUsize,
    /// Closed while readers wait before they read.
    gate: watch::Sender<bool>,
    _folder: Option<TempDir>,
}

impl Watched {
    /// One that nobody can reach.
    pub(crate) fn nowhere() -> Arc<Self> {
        Arc::new(Self::of(None, None))
    }

    /// An empty one.
    async fn empty() -> Arc<Self> {
        let folder = tempfile::tempdir().unwrap();
        let log = EmbeddedLog::open(Settings::new(folder.path())).await.unwrap();
        log.create_topics(&[Topic::new(topics::RELEASES, PARTITIONS)]).await.unwrap();
        Arc::new(Self::of(Some(log), Some(folder)))
    }

    fn of(log: Option<EmbeddedLog>, folder: Option<TempDir>) -> Self {
        let away = AtomicBool::new(log.is_none());
        Self {
            log,
            away,
            asked: 0.into(),
            readers: 0.into(),
            gate: watch::Sender::new(true),
            _folder: folder,
        }
    }

    /// One that holds these records of the plan's releases.
    pub(crate) async fn with(records: &[Record]) -> Arc<Self> {
        let log = Self::empty().await;
        log.say(PLAN, records).await;
        log
    }

    pub(crate) async fn say(&self, plan: &str, records: &[Record]) {
        let new = |record| NewRecord::new(plan, serde_json::to_vec(record).unwrap());
        for written in self.append(topics::RELEASES, records.iter().map(new).collect()).await {
            written.unwrap();
        }
    }

    fn there(&self) -> Result<&EmbeddedLog, Error> {
        let log = self.log.as_ref().filter(|_| !self.away.load(Ordering::SeqCst));
        log.ok_or_else(|| Error::Unreachable("the log is away".into()))
    }
}

#[async_trait]
impl EventLog for Watched {
    async fn create_topics(&self, topics: &[Topic]) -> Result<(), Error> {
        self.there()?.create_topics(topics).await
    }
    async fn topics(&self, prefix: &str) -> Result<Vec<String>, Error> {
        self.there()?.topics(prefix).await
    }
    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Vec<Result<Position, Error>> {
        self.there().unwrap().append(topic, records).await
    }
    async fn ends(&self, topic: &str) -> Result<Vec<i64>, Error> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.there()?.ends(topic).await
    }
    async fn starts(&self, topic: &str) -> Result<Vec<i64>, Error> {
        self.there()?.starts(topic).await
    }
    async fn reader(&self, topic: &str, partition: i32, from: i64) -> Result<Box<dyn Reader>, Error> {
        self.readers.fetch_add(1, Ordering::SeqCst);
        let mut gate = self.gate.subscribe();
        gate.wait_for(|open| *open).await.map_err(|_| Error::Unreachable("the gate is gone".into()))?;
        self.there()?.reader(topic, partition, from).await
    }
    async fn own(&self, topic: &str, group: &str) -> Result<Box<dyn Ownership>, Error> {
        self.there()?.own(topic, group).await
    }
}

/// Follows a log; what is followed goes on until the set is dropped.
pub(crate) fn follow(log: &Arc<Watched>) -> (Arc<Catalogue>, Readiness, JoinSet<()>) {
    let (catalogue, readiness) = (Arc::new(Catalogue::default()), Readiness::waiting_for([NEED]));
    let follower = Follower {
        log: log.clone(),
        plan: PLAN.to_owned(),
        catalogue: catalogue.clone(),
        readiness: readiness.clone(),
        retry: Duration::from_millis(50),
    };
    let mut following = JoinSet::new();
    following.spawn(follower.run());
    (catalogue, readiness, following)
}

pub(crate) fn asked(name: &str, cut: &str) -> Asked {
    Asked { name: name.to_owned(), cut: cut.parse().unwrap(), note: None }
}

pub(crate) fn refused(asked: Asked, reason: &str) -> Record {
    Record::Refused(Refused { asked, reason: reason.to_owned() })
}

pub(crate) fn header(number: u32, asked: Asked) -> Header {
    Header { number, asked, plan: "ab".repeat(32), protected: 8, suppressed: 2, synthetic: true }
}

/// The records of a release, with some cells in each.
pub(crate) fn parts(release: &Header, attempt: &str, cells: &[Vec<Cell>]) -> Vec<Record> {
    let part = |(part, cells): (u32, &Vec<Cell>)| {
        let released = |cell: &Cell| Released { cell: cell.clone(), since: release.number };
        let cells = cells.iter().map(released).collect();
        let (release, attempt, parts) = (release.clone(), attempt.to_owned(), 0);
        Part { release, attempt, part, parts, cells }
    };
    let parts = u32::try_from(cells.len()).unwrap();
    (0..).zip(cells).map(part).map(|one| Record::Part(Part { parts, ..one })).collect()
}

fn cell(value: u32) -> Cell {
    let series = Series { measure: "gazelles".into(), area: Area::SICHUAN, field: Field::Total };
    let slot = Slot::year(2020 + i16::try_from(value).unwrap());
    Cell { value: value.into(), contributions: 1, ..Cell::empty(series, slot) }
}

/// Releases `a` and `b`; another attempt at `a` lies among its parts.
fn two() -> Vec<Record> {
    let at = Timestamp::UNIX_EPOCH.to_string();
    let (a, b) = (header(1, asked("a", &at)), header(2, asked("b", &at)));
    let mut records = vec![Record::Asked(asked("a", &at)), Record::Asked(asked("b", &at))];
    let [one, other] =
        ["one", "other"].map(|attempt| parts(&a, attempt, &[vec![cell(1)], vec![cell(2), cell(3)]]));
    records.extend([other[0].clone(), one[0].clone(), one[1].clone(), other[1].clone()]);
    records.extend(parts(&b, "b", &[vec![cell(4)]]));
    records
}

async fn until(what: impl Fn() -> bool) {
    while !what() {
        tokio::task::yield_now().await;
    }
}

fn names(catalogue: &Catalogue) -> Option<Vec<String>> {
    catalogue.read(|releases| releases.cut().iter().map(|cut| cut.header.asked.name.clone()).collect())
}

fn cuts(catalogue: &Catalogue) -> Vec<Cut> {
    catalogue.read(|releases| releases.cut().to_vec()).unwrap()
}

#[tokio::test]
async fn the_log_says_which_releases_there_are() {
    let log = Watched::with(&two()).await;
    log.say("another", &two()[..1]).await;
    let (catalogue, readiness, _following) = follow(&log);
    readiness.ready().await;
    assert_eq!(names(&catalogue).unwrap(), ["a", "b"]);
    let c = header(3, asked("c", "2024-01-01T00:00:00Z"));
    let mut news = vec![Record::Asked(c.asked.clone())];
    news.extend(parts(&c, "c", &[Vec::new()]));
    log.say(PLAN, &news).await;
    until(|| names(&catalogue).unwrap().len() == 3).await;
}

#[tokio::test]
async fn nothing_is_said_before_the_log_was_read() {
    let log = Watched::with(&two()).await;
    log.away.store(true, Ordering::SeqCst);
    let (catalogue, readiness, _following) = follow(&log);
    until(|| log.asked.load(Ordering::SeqCst) > 0).await;
    assert_eq!(names(&catalogue), None);
    assert!(!readiness.reasons().is_empty());
    log.away.store(false, Ordering::SeqCst);
    readiness.ready().await;
    assert_eq!(names(&catalogue).unwrap(), ["a", "b"]);
}

#[tokio::test]
async fn the_cells_are_those_of_the_attempt_that_counts() {
    let log = Watched::with(&two()).await;
    let (catalogue, readiness, _following) = follow(&log);
    readiness.ready().await;
    let shelf = Shelf::new(log, PLAN, Limits::RELEASES);
    let [a, b] = cuts(&catalogue).try_into().unwrap();
    assert_eq!(a.offsets, [3, 4]);
    assert_eq!(*shelf.cells(&a).await.unwrap(), [1, 2, 3].map(cell).into_iter().collect::<Cells>());
    assert_eq!(*shelf.cells(&b).await.unwrap(), [4].map(cell).into_iter().collect::<Cells>());
}

#[tokio::test]
async fn a_release_is_read_once_for_all_who_ask_and_while_there_is_room() {
    let log = Watched::with(&two()).await;
    let (catalogue, readiness, mut following) = follow(&log);
    readiness.ready().await;
    following.shutdown().await;
    let shelf = Shelf::new(log.clone(), PLAN, std::num::NonZeroUsize::MIN);
    let [a, b] = cuts(&catalogue).try_into().unwrap();
    let before = log.readers.load(Ordering::SeqCst);
    let read = || log.readers.load(Ordering::SeqCst) - before;
    let (one, other) = tokio::join!(shelf.cells(&a), shelf.cells(&a));
    assert!(Arc::ptr_eq(&one.unwrap(), &other.unwrap()));
    assert_eq!(read(), 1);
    shelf.cells(&b).await.unwrap();
    shelf.cells(&b).await.unwrap();
    assert_eq!(read(), 2);
    shelf.cells(&a).await.unwrap();
    assert_eq!(read(), 3, "there is room for one");
}

#[tokio::test]
async fn what_is_at_hand_needs_no_log_and_what_is_not_is_asked_for_again() {
    let log = Watched::with(&two()).await;
    let (catalogue, readiness, _following) = follow(&log);
    readiness.ready().await;
    let shelf = Shelf::new(log.clone(), PLAN, Limits::RELEASES);
    let [a, b] = cuts(&catalogue).try_into().unwrap();
    shelf.cells(&a).await.unwrap();
    log.away.store(true, Ordering::SeqCst);
    shelf.cells(&a).await.unwrap();
    assert!(shelf.cells(&b).await.is_err());
    log.away.store(false, Ordering::SeqCst);
    assert_eq!(shelf.cells(&b).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_release_that_takes_long_to_read_is_kept_once_it_is_read() {
    let log = Watched::with(&two()).await;
    let (catalogue, readiness, mut following) = follow(&log);
    readiness.ready().await;
    following.shutdown().await;
    let mut shelf = Shelf::new(log.clone(), PLAN, Limits::RELEASES);
    shelf.patience = Duration::from_millis(1);
    let [a, _] = cuts(&catalogue).try_into().unwrap();
    let before = log.readers.load(Ordering::SeqCst);
    log.gate.send_replace(false);
    assert!(shelf.cells(&a).await.is_err_and(|error| matches!(error, shelf::Unread::Slow(_))));
    until(|| log.readers.load(Ordering::SeqCst) > before).await;
    log.gate.send_replace(true);
    shelf.patience = Duration::from_secs(60);
    assert_eq!(shelf.cells(&a).await.unwrap().len(), 3);
    assert_eq!(log.readers.load(Ordering::SeqCst) - before, 1, "it was read once");
}

#[tokio::test]
async fn a_record_that_is_none_of_the_release_is_not_shown() {
    let log = Watched::with(&two()).await;
    let shelf = Shelf::new(log, PLAN, Limits::RELEASES);
    let header = header(1, asked("a", "1970-01-01T00:00:00Z"));
    for offsets in [vec![0], vec![3, 6]] {
        let cut = Cut { header: header.clone(), offsets };
        assert!(shelf.cells(&cut).await.is_err(), "{:?}", cut.offsets);
    }
}
