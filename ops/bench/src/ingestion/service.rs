//! Ingestion in a process of its own, so that what it spends is not what its senders spend.

use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;
use weir_ingest::{Inboxes, Ingest, Limits, RoundSettings};
use weir_kernel::keys::{Key, KeyRing, Keys, PlainKey, Role};
use weir_kernel::log;
use weir_kernel::shutdown::Shutdown;

use crate::meter;

/// The hidden subcommand under which this program is the service.
const SERVE: &str = "serve-ingestion";

/// How long it may take to leave.
const DRAIN: Duration = Duration::from_secs(20);

/// A running service.
pub(super) struct Service {
    child: Child,
    pipes: Mutex<(ChildStdin, Lines<BufReader<ChildStdout>>)>,
    /// Where events are sent to.
    pub(super) url: String,
    /// A bureau's key.
    pub(super) key: String,
}

/// What a service has spent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spent {
    /// Of the processors.
    pub(super) cpu: Duration,
    /// Bytes it allocated, where they are counted.
    pub(super) allocated: Option<u64>,
}

impl Spent {
    /// What was spent since `before`.
    pub(super) fn since(self, before: &Self) -> Self {
        let allocated = self.allocated.zip(before.allocated).map(|(now, before)| now - before);
        Self { cpu: self.cpu.saturating_sub(before.cpu), allocated }
    }
}

impl Service {
    /// Starts it on a log; what it reads is kept in a folder.
    pub(super) async fn start(log: &log::Settings, partitions: i32, folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let plain = PlainKey::generate(Role::Bureau)?;
        let keys = folder.join("keys.json");
        Keys::new(vec![Key::new("bench", Role::Bureau, plain.hash())])?.save(&keys)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(SERVE).arg(keys).arg(partitions.to_string());
        match log {
            log::Settings::Embedded(settings) => command.arg("embedded").arg(&settings.folder),
            log::Settings::Kafka(settings) => command.arg("kafka").arg(&settings.bootstrap),
        };
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let (input, output) = child.stdin.take().zip(child.stdout.take()).context("no pipes")?;
        let mut lines = BufReader::new(output).lines();
        let address = lines.next_line().await?.context("the service did not start")?;
        let (url, key) = (format!("http://{address}/v1/events"), plain.expose().to_owned());
        Ok(Self { child, pipes: Mutex::new((input, lines)), url, key })
    }

    /// What it has spent so far.
    pub(super) async fn spent(&self) -> anyhow::Result<Spent> {
        let (input, lines) = &mut *self.pipes.lock().await;
        input.write_all(b"\n").await?;
        let line = lines.next_line().await?.context("the service has ended")?;
        let said: Value = serde_json::from_str(&line)?;
        let cpu = Duration::from_millis(said["cpu_ms"].as_u64().context("no time")?);
        Ok(Spent { cpu, allocated: said["allocated"].as_u64() })
    }

    /// Ends it.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        drop(self.pipes);
        let status = self.child.wait().await?;
        if status.success() { Ok(()) } else { bail!("the service ended with {status}") }
    }
}

/// Is the service: says where it listens, then for each line that it reads what it has spent, and ends with its input.
pub(crate) async fn serve(arguments: &[String]) -> anyhow::Result<()> {
    let [keys, partitions, engine, place] = arguments else { bail!("not to be started by hand") };
    let log = match engine.as_str() {
        "embedded" => log::Settings::Embedded(log::embedded::Settings::new(place)),
        _ => log::Settings::Kafka(log::kafka::Settings::new(place)),
    };
    let ingest = Ingest {
        log: log::open(&log).await?,
        partitions: partitions.parse()?,
        keys: KeyRing::from(Keys::load(Path::new(keys))?),
        limits: Limits::default(),
        rounds: RoundSettings::default(),
        inboxes: Inboxes::default(),
        clock: Arc::new(Timestamp::now),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let (address, shutdown, readiness) = (listener.local_addr()?, Shutdown::new(), Ingest::readiness());
    let leaving = shutdown.clone();
    let waiting = readiness.clone();
    let serving = tokio::spawn(ingest.run(listener, readiness, shutdown, DRAIN));
    waiting.ready().await;
    println!("{address}");
    let tell = || {
        for line in std::io::stdin().lines() {
            line?;
            let cpu = u64::try_from(meter::of_process("self")?.as_millis())?;
            println!("{}", json!({ "cpu_ms": cpu, "allocated": weir_kernel::allocated() }));
        }
        anyhow::Ok(())
    };
    tokio::task::spawn_blocking(tell).await??;
    leaving.begin();
    Ok(serving.await??)
}
