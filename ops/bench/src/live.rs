//! How long a change takes from the accepted event to every reader of the live stream.

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use jiff::civil::{Date, date};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use weir_kernel::open_files;

use crate::feed::{Event, Monthly};
use crate::report::{Bar, Report, percentile};
use crate::setup::Setup;
use crate::system::{Aggregation, Answers, System};

/// Milliseconds in which 99 of 100 deliveries come: a moment is closed twice a second.
const DELIVERY: Bar = Bar::AtMost(1_000.0);
/// What an observation begins with, and how long all readers may take for one.
const OBSERVATION: &[u8] = b"event: observation";
const PATIENCE: Duration = Duration::from_secs(60);
/// Files besides connections: of the log, of ClickHouse's client, and so on.
const OTHER_FILES: u64 = 500;
/// Connections that are made at a time.
const AT_A_TIME: usize = 100;
/// The month that is there before.
const BEFORE: Date = date(2021, 2, 1);

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Readers
    #[arg(long, default_value_t = 5_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    readers: u32,
    /// Entries of a register, one after the other, each of which changes the figure that all follow
    #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    events: u32,
    /// Units that have reported before
    #[arg(long, default_value_t = 2_000, value_name = "N")]
    units: u32,
    #[command(flatten)]
    setup: Setup,
}

/// Measures, and reports.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let Args { readers, events, units, setup } = args;
    let files = open_files::raise_limit()?;
    // Both ends of each connection are of this process.
    let needed = 2 * u64::from(readers) + OTHER_FILES;
    if let Some(files) = files.filter(|files| *files < needed) {
        bail!(
            "{readers} readers need {needed} open files and {files} are allowed: raise the hard limit (ulimit -Hn), or --readers"
        );
    }
    let mut report = Report::of("live");
    report.size("readers", readers);
    report.size("events", events);
    report.size("units", units);
    let monthly = Monthly::of(units)?;
    let system = System::start(&setup).await?;
    system.append(&monthly.begin()).await?;
    system.append(&monthly.reports(BEFORE)).await?;
    let aggregation = Aggregation::start_current(&system, setup.aggregation()).await?;
    let answers = Answers::start(&system).await?;

    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let begun = Instant::now();
    let mut following = JoinSet::new();
    for reader in 0..readers as usize {
        let (address, arrived) = (answers.address(), arrived.clone());
        following.spawn(async move { follow(TcpStream::connect(address).await?, &arrived).await });
        if reader % AT_A_TIME == AT_A_TIME - 1 {
            collect(&mut arrivals, AT_A_TIME).await?;
        }
    }
    collect(&mut arrivals, readers as usize % AT_A_TIME).await?;
    report.figure("joining_all", begun.elapsed().as_secs_f64(), "s");

    let (mut took, mut last) = (Vec::new(), Vec::new());
    for number in 1..=events {
        system.append_at_once(&[entry(number)?]).await?;
        let accepted = Instant::now();
        let times = collect(&mut arrivals, readers as usize).await?;
        let mut times: Vec<Duration> =
            times.into_iter().map(|time| time.saturating_duration_since(accepted)).collect();
        times.sort_unstable();
        // From the first reader to the last: what thousands cost on top of one.
        if let (Some(first), Some(slowest)) = (times.first(), times.last()) {
            last.push(*slowest - *first);
        }
        took.extend(times);
    }
    took.sort_unstable();
    last.sort_unstable();
    report.figure("delivery_p50", percentile(&took, 50), "ms");
    report.held("delivery_p99", percentile(&took, 99), "ms", DELIVERY);
    report.figure("delivery_max", percentile(&took, 100), "ms");
    report.figure("first_to_last_reader_p50", percentile(&last, 50), "ms");
    report.figure("first_to_last_reader_max", percentile(&last, 100), "ms");
    following.shutdown().await;
    answers.stop().await?;
    aggregation.stop().await?;
    system.stop().await?;
    report.finish(&setup.results)
}

/// A research institution: of a public register, so that nobody is kept from what it changes.
fn entry(number: u32) -> anyhow::Result<Event> {
    let (register, entry) = ("research_institution", format!("SIM-{number:05}"));
    let event = json!({
        "specversion": "1.0", "id": format!("entered-{number}"), "source": "/bureaus/510700", "synthetic": true,
        "type": "weir.register.entered.v1", "subject": format!("{register}:{entry}"),
        "time": "2024-03-01T08:00:00Z", "datacontenttype": "application/json",
        "data": {"register": register, "entry": entry, "area": "510704", "entered_on": "2024-03-01"},
    });
    Event::read(event.to_string())
}

/// Follows the province's figure, and tells when each observation came.
async fn follow(mut stream: TcpStream, arrived: &mpsc::UnboundedSender<Instant>) -> anyhow::Result<()> {
    let path = "/v1/live?indicator=RD_INSTITUTIONS&area=510000&from=2024&to=2024";
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: weir\r\n\r\n").as_bytes()).await?;
    let (mut unread, mut bytes) = (Vec::new(), [0; 4_096]);
    loop {
        let read = stream.read(&mut bytes).await?;
        ensure!(read > 0, "the stream has ended");
        let now = Instant::now();
        unread.extend_from_slice(&bytes[..read]);
        while let Some(at) = unread.windows(OBSERVATION.len()).position(|window| window == OBSERVATION) {
            unread.drain(..at + OBSERVATION.len());
            arrived.send(now)?;
        }
        // What may be the beginning of another is kept.
        let kept = unread.len().saturating_sub(OBSERVATION.len() - 1);
        unread.drain(..kept);
    }
}

/// So many arrivals.
async fn collect(
    arrivals: &mut mpsc::UnboundedReceiver<Instant>,
    many: usize,
) -> anyhow::Result<Vec<Instant>> {
    let mut times = Vec::with_capacity(many);
    let all = async {
        while times.len() < many {
            times.push(arrivals.recv().await.context("no readers are left")?);
        }
        anyhow::Ok(())
    };
    match tokio::time::timeout(PATIENCE, all).await {
        Ok(collected) => collected?,
        Err(_) => bail!("{} of {many} readers were told within {PATIENCE:?}", times.len()),
    }
    Ok(times)
}
