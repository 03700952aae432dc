//! The store of `weir up`: the embedded ClickHouse, or a server.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use weir_engines::clickhouse::{EmbeddedClickHouse, Options};
use weir_kernel::clickhouse::{ClickHouse, Settings};

use super::Args;
use crate::cli::LAUNCHER;

/// How long a server that was given may take to answer.
const ANSWER: Duration = Duration::from_secs(10);
/// How long to wait before asking it again.
const AGAIN: Duration = Duration::from_millis(250);

/// A ClickHouse to use.
pub(super) struct Store {
    embedded: Option<EmbeddedClickHouse>,
    /// As the user who writes.
    pub(super) writer: Settings,
    /// As a user who only reads, where there is one.
    pub(super) reader: Settings,
}

impl Store {
    /// Starts the embedded ClickHouse in the data folder, or names the server that was given.
    pub(super) async fn open(args: &Args) -> anyhow::Result<Self> {
        let settings = |url: &str, user: &str, password: &str| Settings {
            url: url.to_owned(),
            user: user.to_owned(),
            password: password.to_owned(),
            request_timeout: Settings::REQUEST_TIMEOUT,
        };
        if let Some(url) = &args.clickhouse {
            let server = settings(url, &args.clickhouse_user, args.clickhouse_password.expose());
            answers(&server).await?;
            return Ok(Self { embedded: None, writer: server.clone(), reader: server });
        }
        let embedded = start(&args.data.join("clickhouse")).await.context("the embedded ClickHouse")?;
        let url = embedded.url();
        let (writer, reader) = (embedded.writer(), embedded.reader());
        let writer = settings(&url, &writer.name, &writer.password);
        let reader = settings(&url, &reader.name, &reader.password);
        Ok(Self { embedded: Some(embedded), writer, reader })
    }

    /// Waits until the embedded ClickHouse ends by itself, and says why; a server is not watched.
    pub(super) async fn failed(&mut self) -> anyhow::Error {
        match &mut self.embedded {
            Some(embedded) => embedded.wait().await.into(),
            None => std::future::pending().await,
        }
    }

    /// Stops the embedded ClickHouse.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        match self.embedded {
            Some(embedded) => Ok(embedded.stop().await?),
            None => Ok(()),
        }
    }
}

/// Waits for a server to answer, for a moment: it may be starting too.
async fn answers(server: &Settings) -> anyhow::Result<()> {
    let web = reqwest::Url::parse(&server.url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    ensure!(web, "{:?} is no address of a ClickHouse server, for example http://127.0.0.1:8123", server.url);
    let clickhouse = ClickHouse::new(server);
    let deadline = Instant::now() + ANSWER;
    loop {
        match clickhouse.prepare().await {
            Ok(()) => return Ok(()),
            Err(error) if Instant::now() >= deadline => {
                return Err(error).with_context(|| format!("the ClickHouse server at {}", server.url));
            }
            Err(_) => tokio::time::sleep(AGAIN).await,
        }
    }
}

async fn start(folder: &Path) -> anyhow::Result<EmbeddedClickHouse> {
    let own = std::env::current_exe().context("the path of this executable")?;
    Ok(EmbeddedClickHouse::start(Options::new(folder, vec![own.into(), LAUNCHER.into()])).await?)
}
