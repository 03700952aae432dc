//! How many records the holder of one key may send a day: what comes beyond it is not taken before the next day.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use weir_schemas::event::day;

use crate::limits::Limits;

/// What the holders of all keys sent on the day; clones share it. Counted in this process, since it began.
#[derive(Debug, Clone)]
pub(crate) struct Quotas {
    /// Records a day; 0 for any number.
    most: u64,
    sent: Arc<Mutex<Sent>>,
}

#[derive(Debug, Default)]
struct Sent {
    day: Date,
    by_key: HashMap<String, u64>,
}

impl Quotas {
    /// Nothing was sent yet.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { most: limits.key_quota, sent: Arc::default() }
    }

    /// Counts records that the holder of a key sends at a moment, all or none.
    ///
    /// # Errors
    /// When they are more than are left of the day, in China: after how long the next one begins.
    pub(crate) fn take(&self, key: &str, records: usize, now: Timestamp) -> Result<(), Duration> {
        if self.most == 0 {
            return Ok(());
        }
        let today = day(now);
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.day != today {
            *sent = Sent { day: today, by_key: HashMap::new() };
        }
        let before = sent.by_key.get(key).copied().unwrap_or_default();
        let after = before.saturating_add(records as u64);
        if after > self.most {
            return Err(until_tomorrow(now));
        }
        sent.by_key.insert(key.to_owned(), after);
        Ok(())
    }

    /// Takes back that records were counted at a moment: they are to be sent again, and are counted then.
    pub(crate) fn give_back(&self, key: &str, records: usize, now: Timestamp) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.day == day(now)
            && let Some(count) = sent.by_key.get_mut(key)
        {
            *count = count.saturating_sub(records as u64);
        }
    }
}

/// How long the day of a moment still lasts in China, which is eight hours ahead.
fn until_tomorrow(now: Timestamp) -> Duration {
    const DAY: i64 = 24 * 60 * 60;
    let begun = (now.as_second() + 8 * 60 * 60).rem_euclid(DAY);
    Duration::from_secs((DAY - begun).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotas(key_quota: u64) -> Quotas {
        Quotas::new(&Limits { key_quota, ..Limits::default() })
    }

    #[test]
    fn a_key_has_its_share_of_each_day_in_china() {
        let quotas = quotas(10);
        let at = |time: &str| time.parse::<Timestamp>().unwrap();
        assert_eq!(quotas.take("a", 8, at("2026-01-01T12:00:00Z")), Ok(()));
        assert_eq!(quotas.take("a", 3, at("2026-01-01T15:59:30Z")), Err(Duration::from_secs(30)));
        assert_eq!(quotas.take("a", 2, at("2026-01-01T15:59:30Z")), Ok(()));
        assert_eq!(quotas.take("b", 10, at("2026-01-01T15:59:30Z")), Ok(()));
        assert_eq!(quotas.take("a", 10, at("2026-01-01T16:00:00Z")), Ok(()));
        assert_eq!(quotas.take("a", 1, at("2026-01-01T16:00:00Z")), Err(Duration::from_secs(24 * 60 * 60)));
    }

    #[test]
    fn what_is_to_be_sent_again_is_given_back_on_its_day() {
        let quotas = quotas(10);
        let at = |time: &str| time.parse::<Timestamp>().unwrap();
        assert_eq!(quotas.take("a", 10, at("2026-01-01T12:00:00Z")), Ok(()));
        quotas.give_back("a", 4, at("2026-01-01T12:00:00Z"));
        assert!(quotas.take("a", 5, at("2026-01-01T13:00:00Z")).is_err());
        assert_eq!(quotas.take("a", 4, at("2026-01-01T13:00:00Z")), Ok(()));
        assert_eq!(quotas.take("a", 10, at("2026-01-01T17:00:00Z")), Ok(()));
        // Counted yesterday.
        quotas.give_back("a", 4, at("2026-01-01T13:00:00Z"));
        assert!(quotas.take("a", 1, at("2026-01-01T17:00:00Z")).is_err());
    }

    #[test]
    fn without_a_quota_nobody_is_counted() {
        assert_eq!(quotas(0).take("a", usize::MAX, Timestamp::UNIX_EPOCH), Ok(()));
    }
}
