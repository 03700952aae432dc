//! When a closed moment that was announced holds here.
//!
//! It is announced in one partition after its cells in all others. So it holds once every partition has been read up to
//! an end that was asked for after hearing of it.

use jiff::Timestamp;

/// How far the announcements are read, and the closed moments that wait for them.
#[derive(Debug)]
pub(super) struct Watermark {
    /// The next offset of each partition.
    read: Vec<i64>,
    /// A moment, and the ends it waits for.
    waiting: Option<(Timestamp, Vec<i64>)>,
    /// The latest moment heard of that has no ends yet.
    heard: Option<Timestamp>,
}

impl Watermark {
    /// Nothing was heard yet; each partition is read from these offsets on.
    pub(super) const fn from(read: Vec<i64>) -> Self {
        Self { read, waiting: None, heard: None }
    }

    /// A partition was read up to before `next`.
    pub(super) fn read_to(&mut self, partition: i32, next: i64) {
        if let Some(read) = usize::try_from(partition).ok().and_then(|at| self.read.get_mut(at)) {
            *read = next;
        }
    }

    /// A moment was announced as closed.
    pub(super) fn hear(&mut self, at: Timestamp) {
        self.heard = self.heard.max(Some(at));
    }

    /// Whether the ends should be asked for now: a moment was heard of, and none waits.
    pub(super) const fn wants_ends(&self) -> bool {
        self.heard.is_some() && self.waiting.is_none()
    }

    /// The ends, asked for after hearing of the moment.
    pub(super) fn wait_for(&mut self, ends: Vec<i64>) {
        if let Some(at) = self.heard.take() {
            self.waiting = Some((at, ends));
        }
    }

    /// The moment that holds now, once.
    pub(super) fn reached(&mut self) -> Option<Timestamp> {
        let (at, _) =
            self.waiting.take_if(|(_, ends)| ends.iter().zip(&self.read).all(|(end, read)| read >= end))?;
        Some(at)
    }

    /// Forgets all moments: they were another generation's.
    pub(super) fn forget(&mut self) {
        self.waiting = None;
        self.heard = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_moment_holds_once_all_partitions_are_read() {
        let mut watermark = Watermark::from(vec![5, 5]);
        assert!(!watermark.wants_ends());
        watermark.hear(moment(1));
        watermark.read_to(0, 7);
        assert!(watermark.wants_ends());
        watermark.wait_for(vec![7, 9]);
        assert_eq!(watermark.reached(), None);
        watermark.read_to(1, 8);
        assert_eq!(watermark.reached(), None);
        watermark.read_to(1, 9);
        assert_eq!(watermark.reached(), Some(moment(1)));
        assert_eq!(watermark.reached(), None);
    }

    #[test]
    fn a_moment_heard_of_meanwhile_asks_for_ends_of_its_own() {
        let mut watermark = Watermark::from(vec![0]);
        watermark.hear(moment(1));
        watermark.wait_for(vec![1]);
        watermark.hear(moment(3));
        watermark.hear(moment(2));
        assert!(!watermark.wants_ends());
        watermark.read_to(0, 1);
        assert_eq!(watermark.reached(), Some(moment(1)));
        assert!(watermark.wants_ends());
        watermark.wait_for(vec![1]);
        assert_eq!(watermark.reached(), Some(moment(3)));
    }
}
