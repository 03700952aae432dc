//! What ClickHouse can refuse.

use std::time::Duration;

use super::Cost;

/// The most characters of the server's words that are kept: an exception in the middle of a stream carries the whole body.
const TEXT_MOST: usize = 500;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer in time.
    #[error("ClickHouse did not answer within {0:?}")]
    TimedOut(Duration),
    /// The server can't be reached.
    #[error("ClickHouse can't be reached: {0}")]
    Unreachable(String),
    /// The server refused.
    #[error("ClickHouse refused: {0}")]
    Refused(String),
    /// The server stopped a statement at a limit of what one may cost.
    #[error("ClickHouse stopped a statement for its {0:?}: {1}")]
    TooCostly(Cost, String),
    /// A row that is not what its table promises.
    #[error("ClickHouse holds a row that is not what {table} promises: {what}")]
    Row {
        /// The table.
        table: &'static str,
        /// What is wrong.
        what: String,
    },
}

impl Error {
    /// Whether the statement named a table or database that is not there.
    pub(super) fn is_unknown_table(&self) -> bool {
        matches!(self, Error::Refused(text) if text.contains("UNKNOWN_TABLE") || text.contains("UNKNOWN_DATABASE"))
    }

    /// Waits for a request, at most as long as one may take.
    pub(super) async fn bounded<T>(
        timeout: Duration,
        request: impl Future<Output = Result<T, clickhouse::error::Error>>,
    ) -> Result<T, Error> {
        match tokio::time::timeout(timeout, request).await {
            Ok(answer) => answer.map_err(Error::from),
            Err(_) => Err(Error::TimedOut(timeout)),
        }
    }
}

impl From<clickhouse::error::Error> for Error {
    fn from(error: clickhouse::error::Error) -> Self {
        let text: String = error.to_string().chars().take(TEXT_MOST).collect();
        match error {
            clickhouse::error::Error::Network(_) | clickhouse::error::Error::TimedOut => {
                Error::Unreachable(text)
            }
            clickhouse::error::Error::BadResponse(said) => match Cost::said_by(&said) {
                Some(cost) => Error::TooCostly(cost, text),
                None => Error::Refused(text),
            },
            _ => Error::Refused(text),
        }
    }
}
