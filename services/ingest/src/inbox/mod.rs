//! Inboxes: topics of the log's Kafka that bureaus write CloudEvents to. Each record comes to be what it would be over HTTP, forwarded to
//! the log or put among the rejected with what is wrong with it.
//!
//! The office makes `weir.inbox.510700` and lets one bureau write to it; what it may bring is what its key may send.

mod binding;
mod bureau;
mod metrics;
mod partition;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use prometheus_client::registry::Registry;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use weir_kernel::owner::{Owner, pause};
use weir_kernel::shutdown::Shutdown;
use weir_kernel::topics::INBOXES;
use weir_schemas::codelist::Area;

use self::bureau::{bureau_of, key_of};
use self::metrics::InboxMetrics;
use self::partition::Inbox;
pub use self::settings::Inboxes;
use crate::service::Service;

/// All inboxes of a process.
pub(crate) struct Taking {
    service: Service,
    settings: Inboxes,
    metrics: InboxMetrics,
    /// Those that are being taken in.
    inboxes: BTreeMap<Area, Work>,
    /// Topics that are named like inboxes and are none.
    passed_over: BTreeSet<String>,
}

/// Work on one inbox.
struct Work {
    stop: CancellationToken,
    task: JoinHandle<()>,
    /// Whether a key let its records in when that was looked at last.
    let_in: Option<bool>,
}

impl Taking {
    /// Inboxes of `service`, none of which is taken in yet.
    pub(crate) fn new(service: Service, settings: Inboxes, registry: &mut Registry) -> Self {
        let metrics = InboxMetrics::new(registry);
        Self { service, settings, metrics, inboxes: BTreeMap::new(), passed_over: BTreeSet::new() }
    }

    /// Takes in what there is and comes until `shutdown` begins, then finishes the batches at hand and hands the partitions on, within
    /// `drain`.
    pub(crate) async fn run(mut self, shutdown: &Shutdown, drain: Duration) {
        if !self.settings.inbox {
            return;
        }
        let stop = CancellationToken::new();
        let overdue = async {
            shutdown.begun().await;
            stop.cancel();
            tokio::time::sleep(drain).await;
        };
        tokio::select! {
            () = self.take(&stop) => {}
            () = overdue => warn!(?drain, "inboxes were still being taken in at the deadline"),
        }
    }

    async fn take(&mut self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            // A log that is away answers late, and what is being taken in is to be told to end at once.
            let topics = tokio::select! {
                () = stop.cancelled() => break,
                topics = self.service.log.topics(INBOXES) => topics,
            };
            match topics {
                Ok(topics) => self.turn_to(topics).await,
                // What is taken in already goes on.
                Err(error) => warn!(%error, "the log does not say which inboxes there are"),
            }
            self.look_at_keys();
            pause(self.settings.inbox_refresh, stop).await;
        }
        for work in self.inboxes.values() {
            work.stop.cancel();
        }
        while let Some((bureau, work)) = self.inboxes.pop_first() {
            work.end(bureau).await;
        }
    }

    /// Ends work on inboxes that are there no more, and begins it on new ones.
    async fn turn_to(&mut self, topics: Vec<String>) {
        let mut there = BTreeMap::new();
        for topic in topics {
            if let Some(bureau) = bureau_of(&topic) {
                there.insert(bureau, topic);
            } else if self.passed_over.insert(topic.clone()) {
                warn!(topic, "is no inbox: its name does not end in the code of an area; passed over");
            }
        }
        let gone = self
            .inboxes
            .extract_if(.., |bureau, work| !there.contains_key(bureau) || work.task.is_finished());
        for (bureau, work) in gone.collect::<Vec<_>>() {
            info!(%bureau, "an inbox is gone");
            work.end(bureau).await;
            self.metrics.gone(bureau);
        }
        for (bureau, topic) in there {
            if !self.inboxes.contains_key(&bureau) {
                info!(topic, "taking in an inbox");
                self.inboxes.insert(bureau, self.begin(bureau, topic));
            }
        }
    }

    fn begin(&self, bureau: Area, topic: String) -> Work {
        let stop = CancellationToken::new();
        let owner = Owner {
            log: self.service.log.clone(),
            topic: topic.clone(),
            group: format!("{}.{bureau}", self.settings.inbox_group),
            retry_after: self.settings.inbox_retry,
        };
        let inbox = Inbox {
            service: self.service.clone(),
            settings: self.settings.clone(),
            metrics: self.metrics.clone(),
            topic,
            bureau,
        };
        let task = tokio::spawn(owner.run(stop.clone(), move |partition, stop, progress| {
            let inbox = inbox.clone();
            async move { inbox.run(partition, &stop, &progress).await }
        }));
        Work { stop, task, let_in: None }
    }

    /// Tells which inboxes a key lets in.
    fn look_at_keys(&mut self) {
        let keys = self.service.keys.now();
        for (bureau, work) in &mut self.inboxes {
            let let_in = key_of(&keys, *bureau).is_some();
            self.metrics.let_in(*bureau, let_in);
            if work.let_in.replace(let_in) == Some(let_in) {
                continue;
            }
            if let_in {
                info!(%bureau, "a key lets the inbox's records in");
            } else {
                warn!(%bureau, "no key lets the inbox's records in: they wait for one named bureau-{bureau}");
            }
        }
    }
}

impl Work {
    /// Finishes the batch at hand and hands the partitions on.
    async fn end(self, bureau: Area) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            warn!(%bureau, %error, "work on an inbox failed");
        }
    }
}
