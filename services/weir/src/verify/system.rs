//! The system that is verified: its log, its ClickHouse, its query service.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use weir_engines::clickhouse::User;
use weir_kernel::clickhouse::{self, ClickHouse};
use weir_kernel::log::{self, EventLog};
use weir_kernel::settings::Secret;

use super::Args;
use super::reader::Reader;
use crate::up::RunFile;

/// A system, as the arguments name it; what they leave out is that of the data folder.
pub(super) struct System {
    pub(super) log: Arc<dyn EventLog>,
    pub(super) clickhouse: ClickHouse,
    pub(super) reader: Reader,
}

impl System {
    pub(super) async fn of(args: &Args) -> anyhow::Result<Self> {
        let run = RunFile::read(&args.data)?;
        let missing = |what: &str, flag: &str| {
            let path = RunFile::path(&args.data);
            format!("name {what} with {flag}: there is no {} to take it from", path.display())
        };
        let clickhouse = args.clickhouse.as_ref().or(run.as_ref().map(|run| &run.clickhouse));
        let clickhouse = clickhouse.with_context(|| missing("ClickHouse", "--clickhouse"))?;
        let query = args.query.as_ref().or(run.as_ref().map(|run| &run.query));
        let query = query.with_context(|| missing("the query service", "--query"))?;
        let of_run = run.as_ref().and_then(|run| run.keys.get("official")).map(Secret::new);
        let key = args.key.clone().or(of_run);
        let key = key.with_context(|| missing("an official's key", "--key"))?;
        Ok(Self {
            log: open_log(args, run.as_ref()).await.context("the event log")?,
            clickhouse: ClickHouse::new(&store(args, clickhouse)?),
            reader: Reader::new(query, key, &args.connection)?,
        })
    }
}

async fn open_log(args: &Args, run: Option<&RunFile>) -> anyhow::Result<Arc<dyn EventLog>> {
    let of_run = run.filter(|_| args.log_dir.is_none()).and_then(|run| run.kafka.as_ref());
    let settings = match args.kafka.as_ref().or(of_run) {
        Some(bootstrap) => log::Settings::Kafka(log::kafka::Settings::new(bootstrap)),
        None => {
            let folder = args.log_dir.clone().unwrap_or_else(|| args.data.join("log"));
            // Opening it would make one.
            ensure!(folder.is_dir(), "there is none in {}", folder.display());
            log::Settings::Embedded(log::embedded::Settings::new(folder))
        }
    };
    Ok(log::open(&settings).await?)
}

/// The users of the embedded ClickHouse, as its folder keeps them.
#[derive(Deserialize)]
struct Access {
    reader: User,
}

fn store(args: &Args, url: &str) -> anyhow::Result<clickhouse::Settings> {
    let user = match &args.clickhouse_user {
        Some(name) => User { name: name.clone(), password: args.clickhouse_password.expose().to_owned() },
        None => reader_of(&args.data)?.unwrap_or_else(|| User {
            name: "default".to_owned(),
            password: args.clickhouse_password.expose().to_owned(),
        }),
    };
    Ok(clickhouse::Settings {
        url: url.to_owned(),
        user: user.name,
        password: user.password,
        request_timeout: clickhouse::Settings::REQUEST_TIMEOUT,
    })
}

/// The user of the embedded ClickHouse in a data folder who reads, if one was ever started there.
fn reader_of(data: &Path) -> anyhow::Result<Option<User>> {
    let path = data.join("clickhouse").join("access.json");
    match fs::read(&path) {
        Ok(bytes) => {
            let access: Access =
                serde_json::from_slice(&bytes).with_context(|| path.display().to_string())?;
            Ok(Some(access.reader))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => bail!("{}: {error}", path.display()),
    }
}
