//! Waking readers when their partition grew, in this process or in another.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

/// A signal per partition, by row id, for the partitions somebody reads.
#[derive(Debug, Default)]
pub(super) struct Wakes(Mutex<HashMap<i64, watch::Sender<()>>>);

impl Wakes {
    /// A signal that the partition may have grown.
    pub(super) fn subscribe(&self, partition: i64) -> watch::Receiver<()> {
        let mut signals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        signals.entry(partition).or_insert_with(|| watch::Sender::new(())).subscribe()
    }

    /// These partitions grew.
    pub(super) fn wake(&self, partitions: impl Iterator<Item = i64>) {
        let signals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for partition in partitions {
            if let Some(signal) = signals.get(&partition) {
                signal.send_replace(());
            }
        }
    }

    /// Any partition may have grown.
    pub(super) fn wake_all(&self) {
        let signals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for signal in signals.values() {
            signal.send_replace(());
        }
    }
}
