//! The demo feed: real reference series and a synthetic province, as a history with its recorded times.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::Timestamp;
use weir_kernel::clickhouse::ClickHouse;
use weir_kernel::log::EventLog;
use weir_kernel::topics;

use super::Args;
use crate::import::Import;
use crate::progress;
use crate::simulate::{self, Province};

/// How often to look whether the figures stand.
const POLL: Duration = Duration::from_millis(100);

/// Imports the feed into an empty log; answers whether it did, since a log that holds it is left alone.
///
/// Nothing may aggregate the log before: a moment once closed never changes, and the feed is history.
pub(super) async fn import(args: &Args, log: &Arc<dyn EventLog>) -> anyhow::Result<bool> {
    let units = args.demo_units.unwrap_or(simulate::FULL_UNITS);
    let settings = simulate::Settings { units, ..simulate::Settings::demo() };
    // Drawing takes a while, in which a signal must be heard.
    let province = tokio::task::spawn_blocking(move || Province::new(settings)).await??;
    let held = log.ends(topics::EVENTS).await?.iter().sum::<i64>().try_into()?;
    if is_loaded(held, province.len())? {
        return Ok(false);
    }
    let bar = progress::events();
    let mut import = Import::into(Arc::clone(log), bar.clone()).await?;
    for event in province.history() {
        import.take(event.json).await.context("an event of the demo feed")?;
    }
    let imported = import.finish().await?;
    bar.finish_and_clear();
    println!(
        "{imported} events of the demo feed are loaded; all units, patents and contracts in it are synthetic."
    );
    Ok(true)
}

/// Whether a log of `held` events holds a feed of `feed` already, or none of it yet.
fn is_loaded(held: usize, feed: usize) -> anyhow::Result<bool> {
    ensure!(
        held == 0 || held >= feed,
        "the log holds {held} events, not the demo feed of {feed}: an interrupted import, or other data; use another \
         data folder"
    );
    Ok(held > 0)
}

/// Waits until the figures reflect all that is in the log now.
pub(super) async fn figures(clickhouse: &ClickHouse) -> anyhow::Result<()> {
    println!("Its figures are being computed.");
    let waiting = progress::waiting("computing the figures");
    let end = Timestamp::now();
    loop {
        if let Some(live) = clickhouse.live().await?
            && live.closed_at().await?.is_some_and(|closed| closed >= end)
        {
            break;
        }
        tokio::time::sleep(POLL).await;
    }
    waiting.finish_and_clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_that_is_there_in_part_is_not_taken_for_loaded() {
        assert!(!is_loaded(0, 10).unwrap());
        assert!(is_loaded(10, 10).unwrap() && is_loaded(11, 10).unwrap());
        let refused = is_loaded(9, 10).unwrap_err().to_string();
        assert!(refused.contains("9 events, not the demo feed of 10"), "{refused}");
    }

    #[test]
    fn a_province_has_as_many_events_as_it_says() {
        let province =
            Province::new(simulate::Settings { units: 100, ..simulate::Settings::demo() }).unwrap();
        assert_eq!(province.history().count(), province.len());
    }
}
