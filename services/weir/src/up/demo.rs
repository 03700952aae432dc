//! The demo feed: real reference series and a synthetic province, as a history with its recorded times.

use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;
use weir_kernel::clickhouse::ClickHouse;
use weir_kernel::log::EventLog;
use weir_kernel::topics;

use super::{Args, Store};
use crate::import::Import;
use crate::progress;
use crate::simulate::{self, Province};

/// How often to look whether the figures stand.
const POLL: std::time::Duration = std::time::Duration::from_millis(100);

/// Imports the feed if the log is empty, and waits until the figures reflect it.
pub(super) async fn load(args: &Args, log: &Arc<dyn EventLog>, store: &Store) -> anyhow::Result<()> {
    if log.ends(topics::EVENTS).await?.iter().any(|end| *end > 0) {
        return Ok(());
    }
    let bar = progress::events();
    let mut import = Import::into(Arc::clone(log), bar.clone()).await?;
    let units = args.demo_units.unwrap_or(simulate::FULL_UNITS);
    let province = Province::new(simulate::Settings { units, ..simulate::Settings::default() })?;
    for event in province.history() {
        import.take(event.json).await.context("an event of the demo feed")?;
    }
    let imported = import.finish().await?;
    bar.set_message("the figures are being computed");
    let end = Timestamp::now();
    let clickhouse = ClickHouse::new(&store.writer);
    loop {
        if let Some(live) = clickhouse.live().await?
            && live.closed_at().await?.is_some_and(|closed| closed >= end)
        {
            break;
        }
        tokio::time::sleep(POLL).await;
    }
    bar.finish_and_clear();
    println!(
        "{imported} events of the demo feed are loaded; all units, patents and contracts in it are synthetic."
    );
    Ok(())
}
