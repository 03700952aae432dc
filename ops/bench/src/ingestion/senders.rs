//! Bureaus: batches as fast as they are taken, and single events beside them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::ensure;
use bytes::Bytes;
use tokio::task::JoinSet;

use super::service::Service;

/// Senders of one bureau.
#[derive(Clone)]
pub(super) struct Senders {
    http: reqwest::Client,
    url: String,
    key: String,
    count: usize,
}

impl Senders {
    /// So many of a service's.
    pub(super) fn new(service: &Service, count: usize) -> Self {
        let (url, key) = (service.url.clone(), service.key.clone());
        Self { http: reqwest::Client::new(), url, key, count }
    }

    /// Sends batches, with a request of each sender under way all the time; how long that took.
    pub(super) async fn send(&self, bodies: &[Bytes]) -> anyhow::Result<Duration> {
        let (bodies, next) = (Arc::new(bodies.to_vec()), Arc::new(AtomicUsize::new(0)));
        let begun = Instant::now();
        let mut sending = JoinSet::new();
        for _ in 0..self.count {
            let (senders, bodies, next) = (self.clone(), Arc::clone(&bodies), Arc::clone(&next));
            sending.spawn(async move {
                while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                    senders.accepted("application/cloudevents-batch+json", body.clone()).await?;
                }
                anyhow::Ok(())
            });
        }
        while let Some(sent) = sending.join_next().await {
            sent??;
        }
        Ok(begun.elapsed())
    }

    /// The time of each single event, one after the other, while batches come at so many events a second.
    pub(super) async fn singles_at(
        &self,
        singles: &[Bytes],
        bodies: &[Bytes],
        batch: usize,
        events_per_second: f64,
    ) -> anyhow::Result<Vec<Duration>> {
        let (done, senders, bodies) = (Arc::new(AtomicBool::new(false)), self.clone(), bodies.to_vec());
        let ended = Arc::clone(&done);
        let load = tokio::spawn(async move {
            let mut due = tokio::time::interval(Duration::from_secs_f64(batch as f64 / events_per_second));
            let mut sending = JoinSet::new();
            for body in bodies.iter().cycle() {
                due.tick().await;
                if ended.load(Ordering::Relaxed) {
                    break;
                }
                let (senders, body) = (senders.clone(), body.clone());
                sending
                    .spawn(async move { senders.accepted("application/cloudevents-batch+json", body).await });
            }
            while let Some(sent) = sending.join_next().await {
                sent??;
            }
            anyhow::Ok(())
        });
        let mut took = Vec::with_capacity(singles.len());
        for single in singles {
            let begun = Instant::now();
            self.accepted("application/cloudevents+json", single.clone()).await?;
            took.push(begun.elapsed());
        }
        done.store(true, Ordering::Relaxed);
        load.await??;
        Ok(took)
    }

    /// Sends a body, all of which must be accepted.
    async fn accepted(&self, content_type: &str, body: Bytes) -> anyhow::Result<()> {
        let request = self.http.post(&self.url).bearer_auth(&self.key).header("content-type", content_type);
        let answer = request.body(body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status == 202, "{status}: {}", text.chars().take(500).collect::<String>());
        Ok(())
    }
}
