//! Leaving in order: on SIGTERM or SIGINT a service says it is not ready, takes nothing new, finishes what it has, and exits 0.

use std::io;
use std::time::Duration;

use axum::Router;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::listener::Listener;
use crate::ops::Readiness;
use crate::tls::{TlsListener, services};

/// A handle on a process's shutdown; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// A shutdown that nothing has begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins at the first SIGTERM or SIGINT; a second one leaves the process at once.
    ///
    /// # Errors
    ///
    /// When the process can't listen for signals.
    pub fn on_signals(&self) -> io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let shutdown = self.clone();
        tokio::spawn(async move {
            either(&mut terminate, &mut interrupt).await;
            tracing::info!("leaving: draining, a second signal leaves at once");
            shutdown.begin();
            let number = either(&mut terminate, &mut interrupt).await;
            tracing::warn!("leaving at once");
            std::process::exit(128 + number);
        });
        Ok(())
    }

    /// Begins the shutdown; calling it again changes nothing.
    pub fn begin(&self) {
        self.0.cancel();
    }

    /// Waits until it begins. Cancel-safe.
    pub async fn begun(&self) {
        self.0.cancelled().await;
    }

    /// A part of this shutdown: begins with it, or alone before it. For draining one stage after the other.
    #[must_use]
    pub fn part(&self) -> Self {
        Self(self.0.child_token())
    }
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) -> i32 {
    tokio::select! {
        _ = terminate.recv() => SignalKind::terminate().as_raw_value(),
        _ = interrupt.recv() => SignalKind::interrupt().as_raw_value(),
    }
}

/// Serves `router` until `shutdown` begins and the requests under way are answered, or `drain` has passed since.
///
/// `readiness` is false from the moment the shutdown begins. Long-lived streams must end by themselves then, or they are cut at the deadline.
///
/// # Errors
///
/// When the listener fails.
pub async fn serve(
    listener: impl Into<Listener>,
    router: Router,
    readiness: &Readiness,
    shutdown: &Shutdown,
    drain: Duration,
) -> io::Result<()> {
    let listener = listener.into();
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, scheme = listener.scheme(), "listening");
    }
    let begun = {
        let (readiness, shutdown) = (readiness.clone(), shutdown.clone());
        async move {
            shutdown.begun().await;
            readiness.drain();
        }
    };
    let overdue = async {
        shutdown.begun().await;
        tokio::time::sleep(drain).await;
    };
    let Listener { tcp, tls } = listener;
    let served = match tls {
        None => axum::serve(tcp, router).with_graceful_shutdown(begun).into_future(),
        Some(tls) => {
            let services = services(&tls, router);
            axum::serve(TlsListener::new(tcp, tls), services).with_graceful_shutdown(begun).into_future()
        }
    };
    tokio::select! {
        served = served => served,
        () = overdue => {
            tracing::warn!(?drain, "requests were still under way at the deadline");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::Notify;

    use super::*;

    /// A server whose only request waits until it is released.
    struct Slow {
        shutdown: Shutdown,
        readiness: Readiness,
        arrived: Arc<Notify>,
        release: Arc<Notify>,
        served: tokio::task::JoinHandle<io::Result<()>>,
        client: TcpStream,
    }

    async fn slow(drain: Duration) -> Slow {
        let (shutdown, readiness) = (Shutdown::new(), Readiness::waiting_for([]));
        let (arrived, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (came, go) = (Arc::clone(&arrived), Arc::clone(&release));
        let router = Router::new().route(
            "/",
            get(move || async move {
                came.notify_one();
                go.notified().await;
                "done"
            }),
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let served = tokio::spawn({
            let (shutdown, readiness) = (shutdown.clone(), readiness.clone());
            async move { serve(listener, router, &readiness, &shutdown, drain).await }
        });
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nhost: weir\r\n\r\n").await.unwrap();
        arrived.notified().await;
        Slow { shutdown, readiness, arrived, release, served, client }
    }

    #[tokio::test]
    async fn what_is_under_way_is_answered() {
        let mut slow = slow(Duration::from_secs(600)).await;
        slow.shutdown.begin();
        slow.release.notify_one();
        let mut answer = String::new();
        slow.client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("done"), "{answer}");
        slow.served.await.unwrap().unwrap();
        assert!(slow.readiness.reasons().contains_key("draining"));
    }

    #[tokio::test]
    async fn the_deadline_bounds_the_wait() {
        let slow = slow(Duration::ZERO).await;
        slow.shutdown.begin();
        slow.served.await.unwrap().unwrap();
        drop((slow.arrived, slow.release, slow.client));
    }

    #[tokio::test]
    async fn a_part_ends_alone_or_with_the_whole() {
        let whole = Shutdown::new();
        let (first, second) = (whole.part(), whole.part());
        first.begin();
        let begun = |shutdown: &Shutdown| shutdown.0.is_cancelled();
        assert!(begun(&first) && !begun(&whole) && !begun(&second));
        whole.begin();
        second.begun().await;
    }
}
