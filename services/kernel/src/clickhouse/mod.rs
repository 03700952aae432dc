//! ClickHouse: what the services ask of it. Everything in it can be made again from the log.

mod cell_row;
mod error;
mod generation;
mod limits;
mod position;
mod sums;

use std::time::Duration;

use clickhouse::{Client, Row};
use serde::Deserialize;
use weir_schemas::clickhouse::SHARED;

use crate::settings::ClickHouseArgs;

pub use cell_row::{CellRow, status_of, status_rank};
pub use error::Error;
pub use generation::Generation;
pub use limits::{Cost, Limits};
pub use position::{Accounts, Position};
pub use sums::Wanted;

/// The database of the tables that all generations share.
const SHARED_DATABASE: &str = "weir";

/// The longest statement in bytes: thousands of the longest subjects.
const MAX_QUERY_SIZE: &str = "67108864";

/// Where the server is, and as whom to ask.
#[derive(Clone)]
pub struct Settings {
    /// The HTTP address, for example `http://127.0.0.1:8123`.
    pub url: String,
    /// The user.
    pub user: String,
    /// Its password.
    pub password: String,
    /// How long one request may take; above the server's own limit of 60 s, so that the server's word comes first.
    pub request_timeout: Duration,
}

impl Settings {
    /// The default of [`request_timeout`](Self::request_timeout).
    pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(65);
}

impl From<&ClickHouseArgs> for Settings {
    fn from(args: &ClickHouseArgs) -> Self {
        Self {
            url: args.url.clone(),
            user: args.user.clone(),
            password: args.password.expose().to_owned(),
            request_timeout: Self::REQUEST_TIMEOUT,
        }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("url", &self.url).field("user", &self.user).finish_non_exhaustive()
    }
}

/// A server, or an embedded engine: both answer the same SQL over the same HTTP.
#[derive(Clone)]
pub struct ClickHouse {
    client: Client,
    timeout: Duration,
}

#[derive(Row, Deserialize)]
struct Live {
    generation: String,
    flip: u64,
}

impl ClickHouse {
    /// A handle; connects with the first request.
    pub fn new(settings: &Settings) -> Self {
        let client = Client::default()
            .with_url(&settings.url)
            .with_user(&settings.user)
            .with_password(&settings.password)
            // What is inserted is there when the insert is answered, and in one block.
            .with_setting("async_insert", "0")
            // Subjects are spelled out in a statement, and one may have a thousand characters.
            .with_setting("max_query_size", MAX_QUERY_SIZE);
        Self { client, timeout: settings.request_timeout }
    }

    /// The same server, with every statement held to these limits.
    #[must_use]
    pub fn held_to(self, limits: &Limits) -> Self {
        Self { client: limits.hold(self.client), timeout: self.timeout }
    }

    /// Makes sure that the shared tables are there.
    ///
    /// # Errors
    /// When the server can't be reached, or refuses.
    pub async fn prepare(&self) -> Result<(), Error> {
        self.execute(&self.client, &format!("CREATE DATABASE IF NOT EXISTS {SHARED_DATABASE}")).await?;
        let shared = self.client.clone().with_database(SHARED_DATABASE);
        for statement in SHARED {
            self.execute(&shared, statement).await?;
        }
        Ok(())
    }

    /// The generation that answers, if one was ever made live.
    ///
    /// # Errors
    /// When the server can't be reached. A server without our tables has no live generation.
    pub async fn live(&self) -> Result<Option<Generation>, Error> {
        let name = match self.latest_flip().await {
            Ok(latest) => latest.map(|live| live.generation),
            Err(error) if error.is_unknown_table() => None,
            Err(error) => return Err(error),
        };
        Ok(name.map(|name| self.generation(&name)))
    }

    /// Whether a generation answers, or ever did.
    ///
    /// # Errors
    /// When the server can't be reached.
    pub async fn was_live(&self, generation: &Generation) -> Result<bool, Error> {
        let select = format!("SELECT count() FROM {SHARED_DATABASE}.live WHERE generation = ?");
        let flips = self.client.query(&select).bind(generation.name()).fetch_one::<u64>();
        Ok(Error::bounded(self.timeout, flips).await? > 0)
    }

    /// Makes a generation the one that answers.
    ///
    /// # Errors
    /// When the server can't be reached.
    pub async fn flip(&self, generation: &Generation) -> Result<(), Error> {
        let flip = self.latest_flip().await?.map_or(1, |live| live.flip + 1);
        let statement = format!("INSERT INTO {SHARED_DATABASE}.live VALUES (?, ?)");
        let query = self.client.query(&statement).bind(generation.name()).bind(flip);
        Error::bounded(self.timeout, query.execute()).await
    }

    /// A generation by its name, whether it is there or not.
    pub fn generation(&self, name: &str) -> Generation {
        Generation::new(name, &self.client, self.timeout)
    }

    /// The generations that are there, by the name they begin with.
    ///
    /// # Errors
    /// When the server can't be reached.
    pub async fn generations(&self, prefix: &str) -> Result<Vec<Generation>, Error> {
        let select = "SELECT name FROM system.databases WHERE startsWith(name, ?)";
        let names = self.client.query(select).bind(prefix).fetch_all::<String>();
        let names = Error::bounded(self.timeout, names).await?;
        Ok(names.iter().map(|name| self.generation(name)).collect())
    }

    async fn latest_flip(&self) -> Result<Option<Live>, Error> {
        let statement =
            format!("SELECT generation, flip FROM {SHARED_DATABASE}.live ORDER BY flip DESC LIMIT 1");
        Error::bounded(self.timeout, self.client.query(&statement).fetch_optional()).await
    }

    async fn execute(&self, client: &Client, statement: &str) -> Result<(), Error> {
        Error::bounded(self.timeout, client.query(statement).execute()).await
    }
}
