//! Drives the partitions that this process owns, one task each, from when they are gained until they are lost.

use std::collections::HashMap;
use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::log::{Change, Error, EventLog, Ownership, Position};

/// Membership in the group that shares a topic's partitions.
pub struct Owner {
    /// The log.
    pub log: Arc<dyn EventLog>,
    /// The topic.
    pub topic: String,
    /// The group.
    pub group: String,
    /// How long to wait after a failure before trying again.
    pub retry_after: Duration,
}

/// What a drive tells and asks the log about its group.
#[derive(Debug, Clone)]
pub struct Progress(UnboundedSender<Told>);

#[derive(Debug)]
enum Told {
    Reached(Position),
    Asked(i32, oneshot::Sender<Result<Option<i64>, Error>>),
}

impl Progress {
    /// Tells the next offset of a partition.
    pub fn tell(&self, partition: i32, offset: i64) {
        // Nobody listens once the partition is lost, and then nobody needs to know.
        let _ = self.0.send(Told::Reached(Position { partition, offset }));
    }

    /// What the group told last of a partition, as far as the log learned it. Nobody answers while the drive is waited for, so
    /// whoever waits for this must also end when it is stopped.
    ///
    /// # Errors
    /// When the log can't be asked, or the partition is lost.
    pub async fn told(&self, partition: i32) -> Result<Option<i64>, Error> {
        let (sender, answer) = oneshot::channel();
        self.0.send(Told::Asked(partition, sender)).map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }
}

impl Told {
    /// Passes it on.
    async fn pass_on(self, ownership: &mut dyn Ownership) {
        match self {
            Told::Reached(position) => ownership.report(position),
            Told::Asked(partition, answer) => {
                // Who no longer waits needs no answer.
                let _ = answer.send(ownership.reported(partition).await);
            }
        }
    }
}

/// Passes on what was told and not yet heard. Who asked and waits for it no longer is not answered.
fn pass_on_rest(told: &mut UnboundedReceiver<Told>, ownership: &dyn Ownership) {
    while let Ok(told) = told.try_recv() {
        if let Told::Reached(position) = told {
            ownership.report(position);
        }
    }
}

struct Driven {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Owner {
    /// Drives partitions until `stop`, then hands them on. `drive` is called again after an error, with a pause.
    pub async fn run<F, D, E>(self, stop: CancellationToken, drive: F)
    where
        F: Fn(i32, CancellationToken, Progress) -> D + Clone + Send + 'static,
        D: Future<Output = Result<(), E>> + Send + 'static,
        E: Display + Send,
    {
        while !stop.is_cancelled() {
            if let Err(error) = self.own(&stop, &drive).await {
                warn!(topic = self.topic, %error, "membership lost, joining anew");
                pause(self.retry_after, &stop).await;
            }
        }
    }

    async fn own<F, D, E>(&self, stop: &CancellationToken, drive: &F) -> Result<(), Error>
    where
        F: Fn(i32, CancellationToken, Progress) -> D + Clone + Send + 'static,
        D: Future<Output = Result<(), E>> + Send + 'static,
        E: Display + Send,
    {
        let mut ownership = self.log.own(&self.topic, &self.group).await?;
        let mut driven: HashMap<i32, Driven> = HashMap::new();
        let (sender, mut told) = unbounded_channel();
        let progress = Progress(sender);
        let outcome = loop {
            let change = tokio::select! {
                () = stop.cancelled() => break Ok(()),
                Some(told) = told.recv() => {
                    told.pass_on(ownership.as_mut()).await;
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
                    pass_on_rest(&mut told, ownership.as_ref());
                }
                Err(error) => break Err(error),
            }
        };
        end(driven.into_values()).await;
        pass_on_rest(&mut told, ownership.as_ref());
        outcome?;
        ownership.leave().await
    }

    fn begin<F, D, E>(&self, partition: i32, drive: F, stop: &CancellationToken, progress: Progress) -> Driven
    where
        F: Fn(i32, CancellationToken, Progress) -> D + Send + 'static,
        D: Future<Output = Result<(), E>> + Send + 'static,
        E: Display + Send,
    {
        let stop = stop.child_token();
        let (stopping, retry_after, topic) = (stop.clone(), self.retry_after, self.topic.clone());
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
                pause(retry_after, &stopping).await;
            }
        });
        Driven { stop, task }
    }
}

/// Waits for so long, or until `stop`.
pub async fn pause(time: Duration, stop: &CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(time) => {}
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
