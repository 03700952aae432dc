//! Waiting for conditions.

use std::time::Duration;

use anyhow::{Result, bail};

/// How long a condition may take on a machine that is busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// Asks `condition` until it gives something, or fails with what it said last.
///
/// # Errors
/// When it gave nothing within [`PATIENCE`].
pub async fn until<T, F>(what: &str, mut condition: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let mut last = String::from("not yet");
    let asked = async {
        loop {
            match condition().await {
                Ok(Some(met)) => return met,
                Ok(None) => {}
                Err(error) => last = format!("{error:#}"),
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    };
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(met) => Ok(met),
        Err(_) => bail!("{what}: gave up after {PATIENCE:?}; last: {last}"),
    }
}
