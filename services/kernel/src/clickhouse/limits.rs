//! What one statement may cost the server.

use std::num::NonZeroU64;
use std::time::Duration;

use clickhouse::Client;

/// What one statement may cost; the server stops it where it passes one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// By the clock; below the time that one request may take, so that the server's word comes first.
    pub time: Duration,
    /// Bytes of memory.
    pub memory: NonZeroU64,
    /// Rows that it reads, as the server finds before it reads any.
    pub rows: NonZeroU64,
}

/// What a statement had too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Time.
    Time,
    /// Memory.
    Memory,
    /// Rows.
    Rows,
}

impl Limits {
    /// A client whose statements are held to them.
    pub(super) fn hold(&self, client: Client) -> Client {
        // None at all would be no limit.
        let time = self.time.max(Duration::from_millis(1));
        let seconds = format!("{}.{:03}", time.as_secs(), time.subsec_millis());
        client
            .with_setting("max_execution_time", seconds)
            .with_setting("max_memory_usage", self.memory.to_string())
            .with_setting("max_rows_to_read", self.rows.to_string())
    }
}

impl Cost {
    /// What a statement had too much of, by the server's exception; `None` where it says anything else.
    pub(super) fn said_by(exception: &str) -> Option<Self> {
        let (_, from_code) = exception.rsplit_once("Code: ")?;
        let (code, says) = from_code.split_once('.')?;
        match code {
            "158" => Some(Self::Rows),
            "159" | "160" => Some(Self::Time),
            // That of the server as a whole is nothing a statement can be blamed for.
            "241" if says.contains("Query memory limit") || says.contains("(for query)") => {
                Some(Self::Memory)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_passed_is_known_by_its_code() {
        let of = |code: u16, says: &str| Cost::said_by(&format!("Code: {code}. DB::Exception: {says}"));
        assert_eq!(of(158, "Limit for rows exceeded, max rows: 10"), Some(Cost::Rows));
        assert_eq!(of(159, "Timeout exceeded: elapsed 1001 ms"), Some(Cost::Time));
        assert_eq!(of(241, "Query memory limit exceeded: would use 5.00 MiB"), Some(Cost::Memory));
        assert_eq!(of(241, "(total) memory limit exceeded: would use 20.00 GiB"), None);
        assert_eq!(of(60, "Table weir.live does not exist. (UNKNOWN_TABLE)"), None);
        assert_eq!(Cost::said_by("connection reset"), None);
    }
}
