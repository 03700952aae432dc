//! What ingestion costs, from the request to the durable record, beside a bare producer of the same bytes to the same log.

mod producer;
mod senders;
mod service;

use std::collections::HashSet;

use anyhow::Context;
use bytes::Bytes;
use tempfile::TempDir;
use weir_engines::kafka::LocalKafka;
use weir_kernel::log;

pub(crate) use service::serve;

use self::senders::Senders;
use self::service::Service;
use crate::feed::{Event, Province};
use crate::report::Report;
use crate::setup::Setup;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    province: Province,
    #[command(flatten)]
    setup: Setup,
    /// Events of one batch
    #[arg(long, default_value_t = 500, value_name = "N")]
    batch: usize,
    /// Requests that are under way at a time
    #[arg(long, default_value_t = 8, value_name = "N")]
    senders: usize,
    /// Single events whose time is taken, at half of the load that was measured
    #[arg(long, default_value_t = 2_000, value_name = "N")]
    singles: usize,
    /// Also on a local Apache Kafka
    #[arg(long)]
    kafka: bool,
    /// Only try it out: a small province and few single events
    #[arg(long)]
    quick: bool,
}

/// Measures, and reports.
pub(crate) async fn run(mut args: Args) -> anyhow::Result<()> {
    if args.quick {
        (args.province.units, args.singles) = (200, 50);
    }
    let mut report = Report::of("ingestion");
    let mut events = args.province.events()?;
    // What is sent twice in one batch is a duplicate, or a conflict, and is not appended.
    let mut met = HashSet::new();
    events.retain(|event| met.insert((event.source.clone(), event.subject.clone(), event.id.clone())));
    report.size("units", args.province.units);
    report.size("events", events.len());
    report.size("batch", args.batch);
    report.size("senders", args.senders);
    report.size("singles", args.singles);

    let folder = tempfile::tempdir()?;
    let embedded = log::Settings::Embedded(log::embedded::Settings::new(folder.path().join("log")));
    measure(&args, "embedded", &embedded, &events, &folder, &mut report).await?;
    if args.kafka {
        let kafka = LocalKafka::start(&folder.path().join("kafka")).await?;
        let settings = log::Settings::Kafka(log::kafka::Settings::new(kafka.bootstrap()));
        measure(&args, "kafka", &settings, &events, &folder, &mut report).await?;
        kafka.stop().await?;
    }
    report.finish(&args.setup.results)
}

/// Measures on one log, whose figures have its name before them.
async fn measure(
    args: &Args,
    name: &str,
    log: &log::Settings,
    events: &[Event],
    folder: &TempDir,
    report: &mut Report,
) -> anyhow::Result<()> {
    let bare = producer::append(log, args.setup.partitions, events, args.batch, args.senders).await?;
    let service = Service::start(log, args.setup.partitions, &folder.path().join(name)).await?;
    let senders = Senders::new(&service, args.senders);
    let bodies: Vec<Bytes> = events.chunks(args.batch).map(batch).collect();

    let before = service.spent().await?;
    let took = senders.send(&bodies).await?;
    let spent = service.spent().await?.since(&before);

    let count = events.len() as f64;
    let (rate, bare_rate) = (count / took.as_secs_f64(), count / bare.time.as_secs_f64());
    report.figure(format!("{name}_bare_producer_events_per_second"), bare_rate, "events/s");
    report.figure(format!("{name}_ingestion_events_per_second"), rate, "events/s");
    report.figure(format!("{name}_bare_producer_over_ingestion"), bare_rate / rate, "times");
    report.figure(
        format!("{name}_bare_producer_events_per_cpu_second"),
        count / bare.cpu.as_secs_f64(),
        "events/s",
    );
    report.figure(
        format!("{name}_ingestion_events_per_cpu_second"),
        count / spent.cpu.as_secs_f64(),
        "events/s",
    );
    if let Some(allocated) = spent.allocated {
        report.figure(
            format!("{name}_ingestion_bytes_allocated_per_event"),
            allocated as f64 / count,
            "bytes",
        );
    }

    let singles: Vec<Bytes> =
        events.iter().rev().take(args.singles).map(|event| event.json.clone()).collect();
    let mut took = senders.singles_at(&singles, &bodies, args.batch, rate / 2.0).await?;
    took.sort_unstable();
    for (what, percent) in [("p50", 50), ("p99", 99), ("max", 100)] {
        let rank = (took.len() * percent).div_ceil(100).max(1);
        let time = took.get(rank - 1).context("no single events")?;
        report.figure(format!("{name}_single_at_half_load_{what}"), time.as_secs_f64() * 1_000.0, "ms");
    }
    service.stop().await
}

/// Events as the body of a batch.
fn batch(events: &[Event]) -> Bytes {
    let mut body = Vec::with_capacity(events.iter().map(|event| event.json.len() + 1).sum::<usize>() + 2);
    for (at, event) in events.iter().enumerate() {
        body.push(if at == 0 { b'[' } else { b',' });
        body.extend_from_slice(&event.json);
    }
    body.push(b']');
    body.into()
}
