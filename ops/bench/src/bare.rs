//! The bare insert: the same events into a plain table of the same server, with nothing computed.

use anyhow::Context;
use clickhouse::{Client, Row};
use jiff::Timestamp;
use serde::Serialize;
use weir_kernel::log::partition_of;

use crate::feed::Event;
use crate::meter::{Meter, Spent};
use crate::system::System;

/// Rows of one insert.
const BATCH: usize = 10_000;

/// The columns of Weir's own table of events.
#[derive(Row, Serialize)]
struct EventRow<'a> {
    subject: &'a str,
    partition: i32,
    offset: i64,
    recorded: i64,
    disposition: &'a str,
    r#type: &'a str,
    source: &'a str,
    id: &'a str,
    payload: &'a str,
}

/// Inserts the events in batches of 10,000, one after the other; the table is dropped again.
pub(crate) async fn insert(system: &System, events: &[Event]) -> anyhow::Result<Spent> {
    let client = system.client();
    client.query("CREATE DATABASE bare").execute().await?;
    let client = client.with_database("bare");
    client.query(&table()?).execute().await?;
    let rows = rows(events, system.partitions())?;
    let meter = Meter::start(system)?;
    for batch in rows.chunks(BATCH) {
        insert_batch(&client, batch).await?;
    }
    let spent = meter.stop()?;
    client.query("DROP DATABASE bare").execute().await?;
    Ok(spent)
}

async fn insert_batch(client: &Client, rows: &[EventRow<'_>]) -> anyhow::Result<()> {
    let mut insert = client.insert::<EventRow<'_>>("events").await?;
    for row in rows {
        insert.write(row).await?;
    }
    Ok(insert.end().await?)
}

/// Weir's own table of events, without replacing and without waiting for the disk.
fn table() -> anyhow::Result<String> {
    let own = weir_schemas::clickhouse::GENERATION.iter().find_map(|statement| {
        let (columns, _) = statement.split_once("ENGINE")?;
        columns.contains("CREATE TABLE IF NOT EXISTS events\n").then_some(columns)
    });
    let columns = own.context("Weir has no table of events")?;
    Ok(format!("{columns} ENGINE = MergeTree ORDER BY (subject, partition, offset)"))
}

fn rows(events: &[Event], partitions: i32) -> anyhow::Result<Vec<EventRow<'_>>> {
    let recorded = Timestamp::now().as_millisecond();
    let mut rows = Vec::with_capacity(events.len());
    for (offset, event) in (0..).zip(events) {
        rows.push(EventRow {
            subject: &event.subject,
            partition: partition_of(&event.subject, partitions),
            offset,
            recorded,
            disposition: "stored",
            r#type: &event.kind,
            source: &event.source,
            id: &event.id,
            payload: std::str::from_utf8(&event.json)?,
        });
    }
    Ok(rows)
}
