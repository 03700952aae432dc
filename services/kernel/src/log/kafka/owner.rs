//! Owning partitions of a topic, as a member of a group.

use std::sync::mpsc::Sender;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use super::membership::{Member, Request};
use crate::log::{Change, Error, Ownership, Position};

/// Owns the partitions that the group gives it. Dropping it ends the member's thread, which leaves the group.
#[derive(Debug)]
pub(super) struct Owner {
    requests: Sender<Request>,
    changes: mpsc::UnboundedReceiver<Result<Change, Error>>,
    /// What the last change took away, and the group waits for.
    releasing: Option<Vec<i32>>,
}

impl Owner {
    /// Starts the thread of `member`, whose changes arrive at `changes`.
    pub(super) fn start(
        member: Member,
        changes: mpsc::UnboundedReceiver<Result<Change, Error>>,
    ) -> Result<Self, Error> {
        let (requests, received) = std::sync::mpsc::channel();
        std::thread::Builder::new()
            .name("log-member".to_owned())
            .spawn(move || member.run(&received))
            .map_err(|error| Error::Failed(format!("can't start the thread of a member: {error}")))?;
        Ok(Self { requests, changes, releasing: None })
    }
}

#[async_trait]
impl Ownership for Owner {
    async fn changed(&mut self) -> Result<Change, Error> {
        if let Some(lost) = self.releasing.take() {
            self.requests.send(Request::Release(lost)).map_err(|_| Error::Closed)?;
        }
        let change = self.changes.recv().await.ok_or(Error::Closed)??;
        if let Change::Lost(lost) = &change {
            self.releasing = Some(lost.clone());
        }
        Ok(change)
    }

    fn report(&self, position: Position) {
        // A member that is gone has nothing to show.
        let _ = self.requests.send(Request::Report(position));
    }

    async fn reported(&mut self, partition: i32) -> Result<Option<i64>, Error> {
        let (sender, answer) = oneshot::channel();
        self.requests.send(Request::Reported(partition, sender)).map_err(|_| Error::Closed)?;
        answer.await.map_err(|_| Error::Closed)?
    }

    async fn leave(self: Box<Self>) -> Result<(), Error> {
        let (sender, left) = oneshot::channel();
        self.requests.send(Request::Leave(sender)).map_err(|_| Error::Closed)?;
        left.await.map_err(|_| Error::Closed)
    }
}
