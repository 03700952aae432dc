//! Drives the partitions that this process owns, one task each, from when they are gained until they are lost.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};
use weir_kernel::log::{Change, EventLog, Position};

use crate::{Error, Settings};

/// Membership in the group that shares a topic's partitions.
pub(crate) struct Owner {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) topic: &'static str,
    pub(crate) group: String,
    pub(crate) settings: Settings,
}

/// Tells the log how far a partition is taken in, for showing lag.
#[derive(Clone)]
pub(crate) struct Progress(UnboundedSender<Position>);

impl Progress {
    /// The next offset of a partition.
    pub(crate) fn tell(&self, partition: i32, offset: i64) {
        // Nobody listens once the partition is lost, and then nobody needs to know.
        let _ = self.0.send(Position { partition, offset });
    }
}

struct Driven {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Owner {
    /// Drives partitions until `stop`, then hands them on. `drive` is called again after an error, with a pause.
    pub(crate) async fn run<F, D>(self, stop: CancellationToken, drive: F)
    where
        F: Fn(i32, CancellationToken, Progress) -> D + Clone + Send + 'static,
        D: Future<Output = Result<(), Error>> + Send + 'static,
    {
        while !stop.is_cancelled() {
            if let Err(error) = self.own(&stop, &drive).await {
                warn!(topic = self.topic, %error, "membership lost, joining anew");
                self.settings.pause(&stop).await;
            }
        }
    }

    async fn own<F, D>(&self, stop: &CancellationToken, drive: &F) -> Result<(), Error>
    where
        F: Fn(i32, CancellationToken, Progress) -> D + Clone + Send + 'static,
        D: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let mut ownership = self.log.own(self.topic, &self.group).await?;
        let mut driven: HashMap<i32, Driven> = HashMap::new();
        let (sender, mut told) = unbounded_channel();
        let progress = Progress(sender);
        let outcome = loop {
            let change = tokio::select! {
                () = stop.cancelled() => break Ok(()),
                Some(position) = told.recv() => {
                    ownership.report(position);
                    continue;
                }
                change = ownership.changed() => change,
            };
            match change {
                Ok(Change::Gained(partitions)) => {
                    info!(topic = self.topic, ?partitions, "partitions gained");
                    for partition in partitions {
                        let begun = self.begin(partition, drive.clone(), stop, progress.clone());
                        if let Some(before) = driven.insert(partition, begun) {
                            end([before]).await;
                        }
                    }
                }
                Ok(Change::Lost(partitions)) => {
                    info!(topic = self.topic, ?partitions, "partitions lost");
                    end(partitions.iter().filter_map(|partition| driven.remove(partition))).await;
                }
                Err(error) => break Err(error),
            }
        };
        end(driven.into_values()).await;
        outcome?;
        Ok(ownership.leave().await?)
    }

    fn begin<F, D>(&self, partition: i32, drive: F, stop: &CancellationToken, progress: Progress) -> Driven
    where
        F: Fn(i32, CancellationToken, Progress) -> D + Send + 'static,
        D: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let stop = stop.child_token();
        let (stopping, settings, topic) = (stop.clone(), self.settings.clone(), self.topic);
        let task = tokio::spawn(async move {
            while !stopping.is_cancelled() {
                // Whatever a drive leaves behind in memory is dropped; it begins from its stored position.
                let driving = AssertUnwindSafe(drive(partition, stopping.clone(), progress.clone()));
                match driving.catch_unwind().await {
                    Ok(Ok(())) => continue,
                    Ok(Err(error)) => {
                        warn!(topic, partition, %error, "partition failed, starting it again from its position");
                    }
                    Err(_) => {
                        error!(topic, partition, "partition panicked, starting it again from its position");
                    }
                }
                settings.pause(&stopping).await;
            }
        });
        Driven { stop, task }
    }
}

/// Stops tasks and waits until each has finished the batch at hand.
async fn end(driven: impl IntoIterator<Item = Driven>) {
    let driven: Vec<Driven> = driven.into_iter().collect();
    for one in &driven {
        one.stop.cancel();
    }
    for one in driven {
        if let Err(error) = one.task.await {
            warn!(%error, "a partition's task ended badly");
        }
    }
}
