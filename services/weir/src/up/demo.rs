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
        println!("The log holds the demo feed already.");
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

/// The live generation and its closed moment, where there are any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reflected(Option<(String, Timestamp)>);

impl Reflected {
    /// What the figures reflect now.
    pub(super) async fn by(clickhouse: &ClickHouse) -> anyhow::Result<Self> {
        let Some(live) = clickhouse.live().await? else { return Ok(Self(None)) };
        let closed = live.closed_at().await?;
        Ok(Self(closed.map(|closed| (live.name().to_owned(), closed))))
    }

    /// Whether a moment was closed since `before`.
    fn is_news(&self, before: &Self) -> bool {
        self.0.is_some() && self != before
    }
}

/// Waits until the figures reflect all that was in the log before aggregation started, when they reflected what `before` says.
///
/// The first moment that aggregation closes lies after all of it. No moment of the clock is waited for: once all is taken in
/// few are stored.
pub(super) async fn figures(clickhouse: &ClickHouse, before: &Reflected) -> anyhow::Result<()> {
    println!("Its figures are being computed.");
    let waiting = progress::waiting("computing the figures");
    while !Reflected::by(clickhouse).await?.is_news(before) {
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
    fn figures_stand_with_the_first_moment_that_is_closed_after_the_start() {
        let at = |name: &str, second| Some((name.to_owned(), Timestamp::from_second(second).unwrap()));
        let (none, before) = (Reflected(None), Reflected(at("one", 5)));
        assert!(!none.is_news(&none) && !before.is_news(&before) && !none.is_news(&before));
        assert!(before.is_news(&none));
        assert!(Reflected(at("one", 6)).is_news(&before));
        assert!(Reflected(at("two", 5)).is_news(&before));
    }

    #[test]
    fn a_province_has_as_many_events_as_it_says() {
        let province =
            Province::new(simulate::Settings { units: 100, ..simulate::Settings::demo() }).unwrap();
        assert_eq!(province.history().count(), province.len());
    }
}
