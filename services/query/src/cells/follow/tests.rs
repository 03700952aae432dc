use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use weir_kernel::log::embedded::{EmbeddedLog, Settings};
use weir_kernel::log::{Error, NewRecord, Ownership, Position, Topic};
use weir_schemas::cell::{Cell, Series};
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Slot;

use super::super::Projection;
use super::*;

/// A log that can forget what a reader has not read yet, as retention does.
struct Forgetful {
    log: EmbeddedLog,
    forgets: Arc<AtomicBool>,
}

struct ForgetfulReader {
    reader: Box<dyn Reader>,
    forgets: Arc<AtomicBool>,
}

#[async_trait]
impl EventLog for Forgetful {
    async fn create_topics(&self, topics: &[Topic]) -> Result<(), Error> {
        self.log.create_topics(topics).await
    }
    async fn topics(&self, prefix: &str) -> Result<Vec<String>, Error> {
        self.log.topics(prefix).await
    }
    async fn append(&self, topic: &str, records: Vec<NewRecord>) -> Vec<Result<Position, Error>> {
        self.log.append(topic, records).await
    }
    async fn ends(&self, topic: &str) -> Result<Vec<i64>, Error> {
        self.log.ends(topic).await
    }
    async fn starts(&self, topic: &str) -> Result<Vec<i64>, Error> {
        self.log.starts(topic).await
    }
    async fn reader(&self, topic: &str, partition: i32, from: i64) -> Result<Box<dyn Reader>, Error> {
        let reader = self.log.reader(topic, partition, from).await?;
        Ok(Box::new(ForgetfulReader { reader, forgets: self.forgets.clone() }))
    }
    async fn own(&self, topic: &str, group: &str) -> Result<Box<dyn Ownership>, Error> {
        self.log.own(topic, group).await
    }
}

#[async_trait]
impl Reader for ForgetfulReader {
    async fn read(&mut self, limits: Limits) -> Result<Vec<Record>, Error> {
        let records = self.reader.read(limits).await?;
        if !records.is_empty() && self.forgets.swap(false, Ordering::SeqCst) {
            let topic = topics::CELLS.to_owned();
            return Err(Error::OutOfRange { topic, partition: 0, offset: 0, start: 1, end: 1 });
        }
        Ok(records)
    }
}

/// A store in memory, which may be away.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Shelved>>);

#[derive(Default)]
struct Shelved {
    live: Option<String>,
    projections: HashMap<String, Projection>,
    away: bool,
}

impl Shelf {
    fn hold(&self, live: &str, projection: Projection) {
        let mut shelved = self.0.lock().unwrap();
        shelved.live = Some(live.to_owned());
        shelved.projections.insert(projection.generation.clone(), projection);
    }

    fn away(&self, away: bool) {
        self.0.lock().unwrap().away = away;
    }

    fn there<T>(&self, look: impl FnOnce(&Shelved) -> T) -> Result<T, clickhouse::Error> {
        let shelved = self.0.lock().unwrap();
        if shelved.away {
            return Err(clickhouse::Error::Unreachable("the shelf is away".into()));
        }
        Ok(look(&shelved))
    }
}

impl Store for Shelf {
    async fn live(&self) -> Result<Option<String>, clickhouse::Error> {
        self.there(|shelved| shelved.live.clone())
    }

    async fn load(&self, generation: &str) -> Result<Projection, clickhouse::Error> {
        self.there(|shelved| shelved.projections[generation].clone())
    }
}

/// A follower at work.
struct Scene {
    log: Arc<Forgetful>,
    shelf: Shelf,
    live: Arc<LiveCells>,
    readiness: Readiness,
    _following: tokio::task::JoinSet<()>,
    _folder: tempfile::TempDir,
}

const PARTITIONS: i32 = 3;

impl Scene {
    async fn begin(shelf: Shelf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = EmbeddedLog::open(Settings::new(folder.path())).await.unwrap();
        let log = Arc::new(Forgetful { log, forgets: Arc::default() });
        log.create_topics(&[Topic::new(topics::CELLS, PARTITIONS)]).await.unwrap();
        let (live, readiness) = (Arc::new(LiveCells::default()), Readiness::waiting_for(NEEDS));
        let follower = Follower {
            log: log.clone(),
            store: shelf.clone(),
            live: live.clone(),
            readiness: readiness.clone(),
            metrics: Metrics::register(&mut Registry::default(), live.clone()),
            retry: Duration::from_millis(100),
        };
        let mut following = tokio::task::JoinSet::new();
        following.spawn(async move { follower.run().await });
        let scene = Self { log, shelf, live, readiness, _following: following, _folder: folder };
        // Followed from here on, so that what a test announces is heard.
        scene.until(|scene| !scene.readiness.reasons().contains_key(CELLS)).await;
        scene
    }

    async fn until(&self, holds: impl Fn(&Self) -> bool) {
        let holds = async {
            while !holds(self) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), holds).await.expect("never came to hold");
    }

    async fn announce(&self, key: &str, announcement: &Announcement) {
        let record = NewRecord::new(key, serde_json::to_vec(announcement).unwrap());
        self.log.append(topics::CELLS, vec![record]).await.pop().unwrap().unwrap();
    }

    async fn announce_cell(&self, generation: &str, cell: Cell) {
        let key = cell.series.key();
        let cells = vec![cell];
        self.announce(&key, &Announcement::Cells { generation: generation.into(), cells }).await;
    }

    async fn announce_closed(&self, generation: &str, second: i64) {
        self.announce("", &Announcement::Closed { generation: generation.into(), at: moment(second) }).await;
    }

    fn version(&self, measure: &str) -> Option<i64> {
        let of = |held: &Projection| held.cells.get(&series(measure), slot()).map(|cell| cell.version);
        self.live.read(of).flatten()
    }
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn slot() -> Slot {
    Slot::year(2021)
}

fn series(measure: &str) -> Series {
    Series { measure: measure.into(), area: Area::SICHUAN, field: Field::Total }
}

fn cell(measure: &str, version: i64) -> Cell {
    let empty = Cell::empty(series(measure), slot());
    Cell { version, value: version.into(), contributions: 1, contributors: 1, ..empty }
}

fn projection(generation: &str, version: i64, closed: Option<i64>) -> Projection {
    Projection {
        generation: generation.into(),
        cells: [cell("gazelles", version)].into_iter().collect(),
        closed: closed.map(moment),
    }
}

fn shelf(version: i64, closed: Option<i64>) -> Shelf {
    let shelf = Shelf::default();
    shelf.hold("one", projection("one", version, closed));
    shelf
}

#[tokio::test]
async fn announced_cells_replace_earlier_versions_of_their_generation() {
    let scene = Scene::begin(shelf(5, None)).await;
    assert_eq!(scene.version("gazelles"), Some(5));
    assert!(scene.readiness.reasons().contains_key(CLOSED));
    scene.announce_cell("one", cell("gazelles", 4)).await;
    scene.announce_cell("two", cell("gazelles", 9)).await;
    scene.log.append(topics::CELLS, vec![NewRecord::new("", "no announcement")]).await;
    for measure in ["gazelles", "rd_internal", "high_value_patents", "sci_tech_smes"] {
        scene.announce_cell("one", cell(measure, 6)).await;
    }
    scene.announce_closed("one", 10).await;
    scene.readiness.ready().await;
    assert_eq!(scene.live.closed(), Some(moment(10)));
    // What was announced before the moment, in whatever partition, is there once the moment holds.
    for measure in ["gazelles", "rd_internal", "high_value_patents", "sci_tech_smes"] {
        assert_eq!(scene.version(measure), Some(6), "{measure}");
    }
    scene.announce_closed("one", 9).await;
    scene.announce_closed("one", 11).await;
    scene.until(|scene| scene.live.closed() == Some(moment(11))).await;
}

#[tokio::test]
async fn the_first_generation_is_waited_for() {
    let scene = Scene::begin(Shelf::default()).await;
    assert_eq!(scene.live.generation(), None);
    scene.shelf.hold("one", projection("one", 1, Some(1)));
    scene.announce("", &Announcement::Live { generation: "one".into() }).await;
    scene.readiness.ready().await;
    assert_eq!((scene.version("gazelles"), scene.live.closed()), (Some(1), Some(moment(1))));
}

#[tokio::test]
async fn another_generation_answers_once_it_is_live() {
    let scene = Scene::begin(shelf(5, Some(1))).await;
    scene.announce_cell("two", cell("gazelles", 1)).await;
    scene.announce("", &Announcement::Live { generation: "two".into() }).await;
    scene.announce_closed("one", 2).await;
    scene.until(|scene| scene.live.closed() == Some(moment(2))).await;
    assert_eq!(scene.live.generation().as_deref(), Some("one"), "the store decides");
    scene.shelf.hold("two", projection("two", 1, Some(2)));
    // The moment it closed is earlier than one that was answered already.
    scene.announce("", &Announcement::Live { generation: "two".into() }).await;
    scene.announce_closed("two", 1).await;
    scene.announce_cell("one", cell("gazelles", 6)).await;
    scene.until(|scene| scene.version("gazelles") == Some(6)).await;
    assert_eq!(scene.live.closed(), Some(moment(2)));
    // The store keeps not every moment: the announced one tells how far it is.
    scene.announce_closed("two", 3).await;
    scene.until(|scene| scene.live.closed() == Some(moment(3))).await;
    assert_eq!(scene.live.generation().as_deref(), Some("two"));
    assert_eq!(scene.version("gazelles"), Some(1));
}

#[tokio::test]
async fn who_missed_announcements_loads_the_cells_again() {
    let scene = Scene::begin(shelf(5, Some(1))).await;
    scene.readiness.ready().await;
    scene.shelf.away(true);
    scene.shelf.hold("one", projection("one", 7, Some(2)));
    scene.log.forgets.store(true, Ordering::SeqCst);
    scene.announce_cell("one", cell("gazelles", 6)).await;
    scene.until(|scene| scene.readiness.reasons().get(CELLS).is_some_and(|why| why.contains("shelf"))).await;
    assert_eq!((scene.version("gazelles"), scene.live.closed()), (Some(5), Some(moment(1))));
    scene.shelf.away(false);
    scene.readiness.ready().await;
    assert_eq!((scene.version("gazelles"), scene.live.closed()), (Some(7), Some(moment(2))));
    scene.announce_cell("one", cell("gazelles", 8)).await;
    scene.until(|scene| scene.version("gazelles") == Some(8)).await;
}

#[tokio::test]
async fn a_moment_stays_when_the_same_generation_is_loaded_again() {
    let scene = Scene::begin(shelf(5, Some(1))).await;
    scene.announce_closed("one", 9).await;
    scene.until(|scene| scene.live.closed() == Some(moment(9))).await;
    // No event came since: the store still says the first.
    scene.shelf.hold("one", projection("one", 7, Some(1)));
    scene.log.forgets.store(true, Ordering::SeqCst);
    scene.announce_cell("one", cell("gazelles", 6)).await;
    scene.until(|scene| scene.version("gazelles") == Some(7)).await;
    assert_eq!(scene.live.closed(), Some(moment(9)));
}
