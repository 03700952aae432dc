//! A log that takes as many records as a test lets it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::sync::Semaphore;
use weir_kernel::log::{Error, EventLog, NewRecord, Ownership, Position, Reader, Topic};

/// A log whose appends wait until the test lets their records in. It keeps them in memory.
pub(crate) struct SlowLog {
    /// Records that may be taken in.
    room: Semaphore,
    waiting: AtomicUsize,
    most_waiting: AtomicUsize,
    records: Mutex<Vec<NewRecord>>,
    /// Of so many appends one is answered as not durable, half of whose records are in the log all the same; never if 0.
    fails_each: usize,
    appends: AtomicUsize,
}

impl SlowLog {
    pub(crate) fn new(fails_each: usize) -> Self {
        Self {
            room: Semaphore::new(0),
            waiting: AtomicUsize::new(0),
            most_waiting: AtomicUsize::new(0),
            records: Mutex::default(),
            fails_each,
            appends: AtomicUsize::new(0),
        }
    }

    /// Lets so many more records in.
    pub(crate) fn take(&self, records: usize) {
        self.room.add_permits(records);
    }

    /// Records that wait to be let in now, and the most that ever did.
    pub(crate) fn waiting(&self) -> (usize, usize) {
        (self.waiting.load(Ordering::SeqCst), self.most_waiting.load(Ordering::SeqCst))
    }

    /// The keys and values of all it took.
    pub(crate) fn records(&self) -> Vec<NewRecord> {
        self.records.lock().unwrap().clone()
    }
}

fn away<T>() -> Result<T, Error> {
    Err(Error::Unreachable("no broker answers".into()))
}

#[async_trait]
impl EventLog for SlowLog {
    async fn create_topics(&self, _: &[Topic]) -> Result<(), Error> {
        away()
    }

    async fn topics(&self, _: &str) -> Result<Vec<String>, Error> {
        away()
    }

    async fn append(&self, _: &str, records: Vec<NewRecord>) -> Vec<Result<Position, Error>> {
        let count = records.len();
        let waiting = self.waiting.fetch_add(count, Ordering::SeqCst) + count;
        self.most_waiting.fetch_max(waiting, Ordering::SeqCst);
        let room = self.room.acquire_many(u32::try_from(count).unwrap()).await.unwrap();
        room.forget();
        self.waiting.fetch_sub(count, Ordering::SeqCst);
        let append = self.appends.fetch_add(1, Ordering::SeqCst) + 1;
        let fails = self.fails_each > 0 && append.is_multiple_of(self.fails_each);
        let mut log = self.records.lock().unwrap();
        let place = |(at, record)| {
            // As with a broker whose answer is lost: nobody can tell which of them are there.
            if !fails || at % 2 == 0 {
                log.push(record);
            }
            if fails { away() } else { Ok(Position { partition: 0, offset: log.len() as i64 - 1 }) }
        };
        records.into_iter().enumerate().map(place).collect()
    }

    async fn ends(&self, _: &str) -> Result<Vec<i64>, Error> {
        away()
    }

    async fn starts(&self, _: &str) -> Result<Vec<i64>, Error> {
        away()
    }

    async fn reader(&self, _: &str, _: i32, _: i64) -> Result<Box<dyn Reader>, Error> {
        away()
    }

    async fn own(&self, _: &str, _: &str) -> Result<Box<dyn Ownership>, Error> {
        away()
    }
}
