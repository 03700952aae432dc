//! One generation: a database with the projections of one plan.

use std::time::Duration;

use clickhouse::query::Query;
use clickhouse::{Client, Row, RowOwned, RowRead, RowWrite};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use weir_schemas::cell::Cell;
use weir_schemas::clickhouse::GENERATION;

use super::{CellRow, Error};

/// Rows that one statement inserts at most: it must end before it times out.
const ROWS_AT_A_TIME: usize = 200_000;

#[derive(Row, Serialize, Deserialize)]
struct ClosedRow {
    singleton: u8,
    at: i64,
}

/// A generation's database.
#[derive(Clone)]
pub struct Generation {
    name: String,
    client: Client,
    timeout: Duration,
}

impl Generation {
    pub(super) fn new(name: &str, client: &Client, timeout: Duration) -> Self {
        Self { name: name.to_owned(), client: client.clone().with_database(name), timeout }
    }

    /// Its name, that of its database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Makes sure that its database and tables are there.
    ///
    /// # Errors
    /// When the server can't be reached, or refuses.
    pub async fn create(&self) -> Result<(), Error> {
        // The database the client names may not be there yet, so this is asked without one.
        let outside = self.client.clone().with_database("");
        let database = outside.query(&format!("CREATE DATABASE IF NOT EXISTS {}", self.name)).execute();
        Error::bounded(self.timeout, database).await?;
        for statement in GENERATION {
            Error::bounded(self.timeout, self.client.query(statement).execute()).await?;
        }
        Ok(())
    }

    /// Drops its database with all that it holds.
    ///
    /// # Errors
    /// When the server can't be reached, or refuses.
    pub async fn drop(&self) -> Result<(), Error> {
        let outside = self.client.clone().with_database("");
        let dropped = outside.query(&format!("DROP DATABASE IF EXISTS {}", self.name)).execute();
        Error::bounded(self.timeout, dropped).await
    }

    /// All cells, each in its greatest version.
    ///
    /// # Errors
    /// When the server can't be reached, or a row is no cell.
    pub async fn cells(&self) -> Result<Vec<Cell>, Error> {
        let rows: Vec<CellRow> = self.select("SELECT ?fields FROM cells FINAL", |query| query).await?;
        rows.into_iter().map(CellRow::into_cell).collect()
    }

    /// The moment that the figures reflect, if any yet.
    ///
    /// # Errors
    /// When the server can't be reached.
    pub async fn closed_at(&self) -> Result<Option<Timestamp>, Error> {
        let select = "SELECT ?fields FROM closed ORDER BY at DESC LIMIT 1";
        let rows: Vec<ClosedRow> = self.select(select, |query| query).await?;
        rows.first().map(|row| timestamp("closed", row.at)).transpose()
    }

    /// Notes that the figures reflect all events recorded up to `at`.
    ///
    /// # Errors
    /// When the server can't be reached.
    pub async fn close(&self, at: Timestamp) -> Result<(), Error> {
        self.insert("closed", &[ClosedRow { singleton: 0, at: at.as_millisecond() }]).await
    }

    /// Inserts rows, so many at a time; when it answers, they are there.
    ///
    /// # Errors
    /// When the server can't be reached, or refuses. Some of the rows may be there all the same.
    pub async fn insert<T>(&self, table: &str, rows: &[T]) -> Result<(), Error>
    where
        T: RowOwned + RowWrite,
    {
        for rows in rows.chunks(ROWS_AT_A_TIME) {
            let insert = async {
                let mut insert = self.client.insert::<T>(table).await?;
                for row in rows {
                    insert.write(row).await?;
                }
                insert.end().await
            };
            Error::bounded(self.timeout, insert).await?;
        }
        Ok(())
    }

    /// The rows that a statement selects, its `?` bound by `bind`; `?fields` stands for the row's columns.
    ///
    /// # Errors
    /// When the server can't be reached, or refuses.
    pub async fn select<T>(&self, statement: &str, bind: impl FnOnce(Query) -> Query) -> Result<Vec<T>, Error>
    where
        T: RowOwned + RowRead,
    {
        let query = bind(self.client.query(statement));
        Error::bounded(self.timeout, query.fetch_all()).await
    }

    /// Hands over the rows that a statement selects one by one, as they come: never are all of them held.
    ///
    /// # Errors
    /// When the server can't be reached, or refuses; and whatever `take` answers with.
    pub async fn each<T, E>(
        &self,
        statement: &str,
        bind: impl FnOnce(Query) -> Query,
        mut take: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E>
    where
        T: RowOwned + RowRead,
        E: From<Error>,
    {
        let mut rows = bind(self.client.query(statement)).fetch::<T>().map_err(Error::from)?;
        while let Some(row) = Error::bounded(self.timeout, rows.next()).await? {
            take(row)?;
        }
        Ok(())
    }
}

/// A time that a column holds.
pub(super) fn timestamp(table: &'static str, millisecond: i64) -> Result<Timestamp, Error> {
    Timestamp::from_millisecond(millisecond).map_err(|error| Error::Row { table, what: error.to_string() })
}
