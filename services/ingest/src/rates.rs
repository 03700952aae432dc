//! How many records the holder of one key may send a second: more are put off, so that no sender crowds out the others.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::limits::Limits;

/// The rates of all keys; clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Rates(Option<Arc<DefaultKeyedRateLimiter<String>>>);

impl Rates {
    /// No key has sent anything yet. At rest a key saves up as many records as one request may bring, or a second's worth.
    pub(crate) fn new(limits: &Limits) -> Self {
        let limiter = NonZeroU32::new(limits.key_rate).map(|rate| {
            let whole = limits.max_batch_records.max(limits.ndjson_lines);
            let burst = NonZeroU32::new(u32::try_from(whole).unwrap_or(u32::MAX))
                .map_or(rate, |whole| whole.max(rate));
            Arc::new(DefaultKeyedRateLimiter::keyed(Quota::per_second(rate).allow_burst(burst)))
        });
        Self(limiter)
    }

    /// Takes the places of records that the holder of a key sends, all or none.
    ///
    /// # Errors
    /// After how long they would have been free.
    pub(crate) fn take(&self, key: &str, records: usize) -> Result<(), Duration> {
        let (Some(limiter), Some(records)) = (&self.0, count(records)) else { return Ok(()) };
        match limiter.check_key_n(&key.to_owned(), records) {
            // More than are ever free at once: no request may bring so many.
            Ok(Ok(())) | Err(_) => Ok(()),
            Ok(Err(later)) => Err(later.wait_time_from(DefaultClock::default().now())),
        }
    }

    /// Waits for the places of records, and takes them.
    pub(crate) async fn wait(&self, key: &str, records: usize) {
        while let Err(after) = self.take(key, records) {
            tokio::time::sleep(after).await;
        }
    }
}

fn count(records: usize) -> Option<NonZeroU32> {
    NonZeroU32::new(u32::try_from(records).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(key_rate: u32) -> Rates {
        Rates::new(&Limits { key_rate, max_batch_records: 1_000, ndjson_lines: 5, ..Limits::default() })
    }

    #[test]
    fn a_key_that_sent_its_share_is_put_off_and_no_other() {
        let rates = rates(1);
        assert_eq!(rates.take("a", 1_000), Ok(()));
        // Some of it may have come back meanwhile.
        let after = rates.take("a", 900).unwrap_err();
        assert!(Duration::from_secs(500) < after && after <= Duration::from_secs(900), "{after:?}");
        assert_eq!(rates.take("b", 1_000), Ok(()));
        assert_eq!(rates.take("a", 0), Ok(()));
    }

    #[test]
    fn without_a_rate_nobody_is_put_off() {
        let rates = rates(0);
        for _ in 0..1_000 {
            assert_eq!(rates.take("a", 10), Ok(()));
        }
    }
}
