//! The three services in this process, started and left in order.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use jiff::Timestamp;
use tokio::task::JoinHandle;
use weir_aggregate::Aggregate;
use weir_ingest::Ingest;
use weir_kernel::clickhouse::ClickHouse;
use weir_kernel::keys::KeyRing;
use weir_kernel::listener::Listener;
use weir_kernel::log::EventLog;
use weir_kernel::ops::Readiness;
use weir_kernel::settings::ListenArgs;
use weir_kernel::shutdown::Shutdown;
use weir_kernel::tls::Tls;
use weir_query::Query;

use super::{Args, Store};

/// A service at work.
struct Service {
    name: &'static str,
    url: String,
    readiness: Readiness,
    shutdown: Shutdown,
    task: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Service {
    /// Waits until it ends; never while it has not begun.
    async fn ended(&mut self) -> anyhow::Result<()> {
        match &mut self.task {
            Some(task) => {
                let ended = task.await;
                self.task = None;
                ended.context(self.name)?.context(self.name)
            }
            None => std::future::pending().await,
        }
    }

    async fn leave(&mut self) -> anyhow::Result<()> {
        self.shutdown.begin();
        if self.task.is_some() { self.ended().await } else { Ok(()) }
    }
}

/// The three services.
pub(super) struct Services {
    ingest: Service,
    aggregate: Service,
    query: Service,
    /// Ingestion, until it is opened.
    closed: Option<(Ingest, Listener, Duration)>,
}

impl Services {
    /// Starts aggregation and query; ingestion has its address, and waits to be opened.
    pub(super) async fn start(
        args: &Args,
        store: &Store,
        log: &Arc<dyn EventLog>,
        plan: String,
        keys: KeyRing,
        tls: Option<Tls>,
    ) -> anyhow::Result<Self> {
        let bind = async |address: Option<SocketAddr>, port| {
            let port = if args.ephemeral { 0 } else { port };
            let address = address.unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
            Listener::bind(address, tls.clone()).await
        };
        let ingest_listener = bind(args.ingest, ListenArgs::INGEST_PORT).await?;
        let aggregate_listener = bind(args.aggregate, ListenArgs::AGGREGATE_PORT).await?;
        let query_listener = bind(args.query, ListenArgs::QUERY_PORT).await?;
        let service = |name, listener: &Listener, readiness| {
            let url = format!("{}://{}", listener.scheme(), listener.local_addr()?);
            anyhow::Ok(Service { name, url, readiness, shutdown: Shutdown::new(), task: None })
        };
        let ingest = service("ingestion", &ingest_listener, Ingest::readiness())?;
        let mut aggregate = service("aggregation", &aggregate_listener, Aggregate::readiness())?;
        let mut query = service("query", &query_listener, Query::readiness())?;
        let drain = args.drain_timeout;

        let mut aggregation: weir_aggregate::Settings = args.aggregation.clone().into();
        if args.kafka.is_none() {
            // The embedded log answers for its ends under the lock it writes with: one clock, no margin.
            aggregation.clock_margin = Duration::ZERO;
        }
        let running = Aggregate {
            log: Arc::clone(log),
            partitions: args.partitions,
            clickhouse: ClickHouse::new(&store.writer),
            plan: plan.clone(),
            keys: keys.clone(),
            settings: aggregation,
        }
        .run(aggregate_listener, aggregate.readiness.clone(), aggregate.shutdown.clone(), drain);
        aggregate.task = Some(tokio::spawn(async move { Ok(running.await?) }));

        let running = Query {
            log: Arc::clone(log),
            clickhouse: ClickHouse::new(&store.reader),
            plan,
            keys: keys.clone(),
            settings: args.answers.clone().into(),
        }
        .run(query_listener, query.readiness.clone(), query.shutdown.clone(), drain);
        query.task = Some(tokio::spawn(async move { Ok(running.await?) }));

        let closed = Ingest {
            log: Arc::clone(log),
            partitions: args.partitions,
            keys,
            limits: args.ingestion.clone(),
            rounds: args.rounds.clone(),
            inboxes: args.inboxes.clone(),
            clock: Arc::new(Timestamp::now),
        };
        Ok(Self { ingest, aggregate, query, closed: Some((closed, ingest_listener, drain)) })
    }

    /// Lets ingestion accept events.
    pub(super) fn open_ingest(&mut self) {
        if let Some((ingest, listener, drain)) = self.closed.take() {
            let running =
                ingest.run(listener, self.ingest.readiness.clone(), self.ingest.shutdown.clone(), drain);
            self.ingest.task = Some(tokio::spawn(async move { Ok(running.await?) }));
        }
    }

    /// Waits until all three are ready.
    pub(super) async fn ready(&mut self) -> anyhow::Result<()> {
        let (one, two, three) =
            (self.ingest.readiness.clone(), self.aggregate.readiness.clone(), self.query.readiness.clone());
        tokio::select! {
            _ = async { tokio::join!(one.ready(), two.ready(), three.ready()) } => Ok(()),
            error = self.failed() => Err(error),
        }
    }

    /// Waits until one of them ends although nobody asked it to, and says why.
    pub(super) async fn failed(&mut self) -> anyhow::Error {
        let (name, ended) = tokio::select! {
            ended = self.ingest.ended() => (self.ingest.name, ended),
            ended = self.aggregate.ended() => (self.aggregate.name, ended),
            ended = self.query.ended() => (self.query.name, ended),
        };
        ended.err().unwrap_or_else(|| anyhow!("{name} ended by itself"))
    }

    /// Leaves in order: nothing new comes in, aggregation finishes the batch at hand (the rest waits in the log), and
    /// answers are given to the last.
    pub(super) async fn leave(mut self) -> anyhow::Result<()> {
        let ingest = self.ingest.leave().await;
        let aggregate = self.aggregate.leave().await;
        let query = self.query.leave().await;
        ingest.and(aggregate).and(query)
    }

    pub(super) fn ingest_url(&self) -> String {
        self.ingest.url.clone()
    }

    pub(super) fn aggregate_url(&self) -> String {
        self.aggregate.url.clone()
    }

    pub(super) fn query_url(&self) -> String {
        self.query.url.clone()
    }
}
