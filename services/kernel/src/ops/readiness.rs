//! Whether a service can serve, and if not, why.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

/// Reasons why a service is not ready, by what it waits for.
pub type Reasons = BTreeMap<&'static str, String>;

/// A handle on a service's readiness; clones share it. Ready means: no reason is left.
#[derive(Debug, Clone)]
pub struct Readiness(Arc<watch::Sender<Reasons>>);

impl Readiness {
    /// Not ready until everything in `needs` has been [`met`](Self::met).
    pub fn waiting_for<const N: usize>(needs: [&'static str; N]) -> Self {
        let reasons = needs.into_iter().map(|need| (need, "starting".to_owned())).collect();
        Self(Arc::new(watch::Sender::new(reasons)))
    }

    /// The service has what it needs; readiness may be [`lost`](Self::lost) again.
    pub fn met(&self, need: &'static str) {
        self.0.send_modify(|reasons| {
            reasons.remove(need);
        });
    }

    /// The service lacks `need` for a `reason`, until it is met.
    pub fn lost(&self, need: &'static str, reason: impl Into<String>) {
        self.0.send_modify(|reasons| {
            reasons.insert(need, reason.into());
        });
    }

    /// The service is leaving: never ready again.
    pub fn drain(&self) {
        self.lost("draining", "the service is leaving");
    }

    /// Why the service is not ready; empty when it is.
    pub fn reasons(&self) -> Reasons {
        self.0.borrow().clone()
    }

    /// Waits until the service lacks none of `needs`.
    pub async fn has(&self, needs: &[&'static str]) {
        let has = |reasons: &Reasons| needs.iter().all(|need| !reasons.contains_key(need));
        // An error would say that the sender is gone, and `self` holds it.
        let _ = self.0.subscribe().wait_for(has).await;
    }

    /// Waits until the service is ready.
    pub async fn ready(&self) {
        // An error would say that the sender is gone, and `self` holds it.
        let _ = self.0.subscribe().wait_for(Reasons::is_empty).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ready_once_all_needs_are_met() {
        let readiness = Readiness::waiting_for(["log", "store"]);
        let seen = readiness.clone();
        let waiting = tokio::spawn(async move { seen.ready().await });
        readiness.met("log");
        assert_eq!(readiness.reasons().into_keys().collect::<Vec<_>>(), ["store"]);
        readiness.met("store");
        waiting.await.unwrap();
        readiness.drain();
        assert_eq!(readiness.reasons().into_keys().collect::<Vec<_>>(), ["draining"]);
    }
}
