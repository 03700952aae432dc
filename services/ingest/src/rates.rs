//! How many records the holder of one key may send a second: more are put off, so that no sender crowds out the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::limits::Limits;

/// The rates of all keys; clones share them. GCRA: of each key it is known when all that it sent would have been sent at its rate.
#[derive(Debug, Clone)]
pub(crate) struct Rates {
    /// Records a second; 0 for any number.
    rate: u32,
    /// How many a key saves up.
    burst: u32,
    /// By the name of the key: no more than there are keys.
    sent: Arc<Mutex<HashMap<String, Instant>>>,
}

impl Rates {
    /// No key has sent anything yet. At rest a key saves up as many records as one request may bring, or a second's worth.
    pub(crate) fn new(limits: &Limits) -> Self {
        let whole = limits.max_batch_records.max(limits.ndjson_lines);
        let burst = u32::try_from(whole).unwrap_or(u32::MAX).max(limits.key_rate);
        Self { rate: limits.key_rate, burst, sent: Arc::default() }
    }

    /// Takes the places of records that the holder of a key sends, all or none.
    ///
    /// # Errors
    /// After how long they would have been free.
    pub(crate) fn take(&self, key: &str, records: usize) -> Result<(), Duration> {
        self.take_at(key, records, Instant::now())
    }

    fn take_at(&self, key: &str, records: usize, now: Instant) -> Result<(), Duration> {
        if self.rate == 0 || records == 0 {
            return Ok(());
        }
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let after = self.after(&sent, key, records, now);
        let latest = now + self.time_of(usize::MAX);
        if after > latest {
            return Err(after - latest);
        }
        sent.insert(key.to_owned(), after);
        Ok(())
    }

    /// Takes the places of records and waits until they are free: who comes first has them first, however many they are. Who waits no
    /// longer gives them back.
    pub(crate) async fn wait(&self, key: &str, records: usize) {
        let waiting = Waiting { rates: self, key, records };
        let after = self.claim_at(key, records, Instant::now());
        // Sleeping for no time takes a turn of the clock as well.
        if after > Duration::ZERO {
            tokio::time::sleep(after).await;
        }
        std::mem::forget(waiting);
    }

    /// Takes places, free or not; answers after how long they are.
    fn claim_at(&self, key: &str, records: usize, now: Instant) -> Duration {
        if self.rate == 0 || records == 0 {
            return Duration::ZERO;
        }
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let after = self.after(&sent, key, records, now);
        sent.insert(key.to_owned(), after);
        after.saturating_duration_since(now + self.time_of(usize::MAX))
    }

    /// When all that a key sent, and so many records more, would have been sent at its rate.
    fn after(&self, sent: &HashMap<String, Instant>, key: &str, records: usize, now: Instant) -> Instant {
        sent.get(key).map_or(now, |before| now.max(*before)) + self.time_of(records)
    }

    /// Takes back that records took places: they are to be sent again, and take them then.
    pub(crate) fn give_back(&self, key: &str, records: usize) {
        if self.rate == 0 {
            return;
        }
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = sent.get_mut(key) {
            *at = at.checked_sub(self.time_of(records)).unwrap_or(*at);
        }
    }

    /// How long records take at the rate; no more than are ever saved up, which no request passes.
    fn time_of(&self, records: usize) -> Duration {
        let records = u32::try_from(records).unwrap_or(u32::MAX).min(self.burst);
        Duration::from_secs(records.into()) / self.rate.max(1)
    }
}

/// Places that are waited for, given back with it.
struct Waiting<'a> {
    rates: &'a Rates,
    key: &'a str,
    records: usize,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.rates.give_back(self.key, self.records);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn rates(key_rate: u32) -> Rates {
        Rates::new(&Limits { key_rate, max_batch_records: 1_000, ndjson_lines: 5, ..Limits::default() })
    }

    #[test]
    fn a_key_that_sent_its_share_is_put_off_and_no_other() {
        let (rates, now) = (rates(10), Instant::now());
        let later = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(rates.take_at("a", 1_000, now), Ok(()));
        assert_eq!(rates.take_at("a", 900, now), Err(Duration::from_secs(90)));
        assert_eq!(rates.take_at("a", 1, now), Err(Duration::from_millis(100)));
        assert_eq!(rates.take_at("b", 1_000, now), Ok(()));
        assert_eq!(rates.take_at("a", 0, now), Ok(()));
        assert_eq!(rates.take_at("a", 900, later(90)), Ok(()));
        assert_eq!(rates.take_at("a", 1_000, later(100)), Err(Duration::from_secs(90)));
        assert_eq!(rates.take_at("a", 1_000, later(10_000)), Ok(()), "no more is saved up than that");
        assert_eq!(rates.take_at("a", 1, later(10_000)), Err(Duration::from_millis(100)));
    }

    #[tokio::test]
    async fn who_waits_has_their_turn_and_who_leaves_gives_it_back() {
        let (rates, now) = (rates(10), Instant::now());
        assert!(rates.wait("b", 1_000).now_or_never().is_some());
        assert_eq!(rates.claim_at("a", 1_000, now), Duration::ZERO);
        assert_eq!(rates.claim_at("a", 500, now), Duration::from_secs(50));
        // One record that comes later has its turn later.
        assert_eq!(rates.claim_at("a", 1, now), Duration::from_millis(50_100));
        rates.give_back("a", 501);
        let waited = tokio::time::timeout(Duration::from_millis(10), rates.wait("a", 500)).await;
        assert!(waited.is_err());
        let left = rates.take_at("a", 1, now).unwrap_err();
        assert!(left <= Duration::from_millis(100), "{left:?}");
    }

    #[test]
    fn what_is_to_be_sent_again_is_given_back() {
        let (rates, now) = (rates(10), Instant::now());
        assert_eq!(rates.take_at("a", 1_000, now), Ok(()));
        rates.give_back("a", 400);
        rates.give_back("b", 400);
        assert_eq!(rates.take_at("a", 401, now), Err(Duration::from_millis(100)));
        assert_eq!(rates.take_at("a", 400, now), Ok(()));
        assert!(rates.take_at("b", 1_000, now).is_ok() && rates.take_at("b", 1, now).is_err());
    }

    #[test]
    fn without_a_rate_nobody_is_put_off() {
        let rates = rates(0);
        assert!(rates.wait("a", 10).now_or_never().is_some());
        for _ in 0..1_000 {
            assert_eq!(rates.take("a", 10), Ok(()));
        }
        rates.give_back("a", 10);
    }
}
