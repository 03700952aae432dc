//! What an answer about a series costs: from memory, at several numbers of connections, and the same answer summed by ClickHouse from
//! contributions in the same run.

use std::time::{Duration, Instant};

use anyhow::Context;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tokio::task::JoinSet;
use weir_schemas::codelist::Area;
use weir_schemas::plan::{Plan, SICHUAN_14};

use crate::feed::Province;
use crate::report::{Bar, Report, percentile};
use crate::setup::Setup;
use crate::system::{Aggregation, Answers, Connection, System};

/// Connections that ask at a time.
const CONNECTIONS: [usize; 3] = [1, 8, 64];
/// Milliseconds in which 99 of 100 answers come, at the most connections.
const P99: Bar = Bar::AtMost(5.0);
/// How many times longer ClickHouse takes.
const OVER: Bar = Bar::AtLeast(20.0);

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    province: Province,
    #[command(flatten)]
    setup: Setup,
    /// Seconds at each number of connections
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Answers that ClickHouse sums
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    summed: u32,
}

/// Measures, and reports.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let Args { province, setup, seconds, summed } = args;
    let mut report = Report::of("series");
    let events = province.events()?;
    report.size("units", province.units);
    report.size("events", events.len());
    report.size("seconds", seconds);
    report.size("summed", summed);
    let system = System::start(&setup).await?;
    system.append(&events).await?;
    let aggregation = Aggregation::start_current(&system, setup.aggregation()).await?;
    system.holds(events.len()).await?;
    system.rests().await?;
    let answers = Answers::start(&system).await?;
    let paths = paths()?;

    let mut alone = 0.0;
    for connections in CONNECTIONS {
        let (mut took, spent) = ask(&answers, &paths, connections, Duration::from_secs(seconds)).await?;
        took.sort_unstable();
        let name = |what| format!("memory_{connections}_connections_{what}");
        report.figure(name("per_second"), took.len() as f64 / spent.as_secs_f64(), "answers/s");
        report.figure(name("p50"), percentile(&took, 50), "ms");
        match connections {
            64 => report.held(name("p99"), percentile(&took, 99), "ms", P99),
            _ => report.figure(name("p99"), percentile(&took, 99), "ms"),
        }
        if connections == 1 {
            alone = percentile(&took, 50);
        }
    }
    let mut took = Vec::new();
    let mut draw = ChaCha8Rng::seed_from_u64(14);
    let mut connection = answers.connect().await?;
    for _ in 0..summed {
        let path = drawn(&mut draw, &paths)?;
        took.push(connection.ask(&format!("{path}&as_of=2100-01-01")).await?);
    }
    took.sort_unstable();
    report.figure("clickhouse_1_connection_p50", percentile(&took, 50), "ms");
    report.figure("clickhouse_1_connection_p99", percentile(&took, 99), "ms");
    report.held("clickhouse_over_memory_p50", percentile(&took, 50) / alone, "times", OVER);
    drop(connection);
    answers.stop().await?;
    aggregation.stop().await?;
    system.stop().await?;
    report.finish(&setup.results)
}

/// Every indicator in every prefecture and the province, by year.
fn paths() -> anyhow::Result<Vec<String>> {
    let plan = Plan::parse(SICHUAN_14)?;
    let areas: Vec<Area> = Area::SICHUAN.children().chain([Area::SICHUAN]).collect();
    let of = |area: &Area| {
        let area = *area;
        plan.indicators.iter().map(move |one| format!("/v1/indicators/{}?area={area}", one.id))
    };
    Ok(areas.iter().flat_map(of).collect())
}

/// Asks on so many connections, each with one question at a time; how long each answer took, and all of them together.
async fn ask(
    answers: &Answers,
    paths: &[String],
    connections: usize,
    time: Duration,
) -> anyhow::Result<(Vec<Duration>, Duration)> {
    let mut asking = JoinSet::new();
    let mut open: Vec<Connection> = Vec::new();
    for _ in 0..connections {
        open.push(answers.connect().await?);
    }
    let begun = Instant::now();
    for (seed, mut connection) in (0..).zip(open) {
        let paths = paths.to_vec();
        asking.spawn(async move {
            let mut draw = ChaCha8Rng::seed_from_u64(seed);
            let mut took = Vec::new();
            while begun.elapsed() < time {
                took.push(connection.ask(drawn(&mut draw, &paths)?).await?);
            }
            anyhow::Ok(took)
        });
    }
    let mut took = Vec::new();
    while let Some(one) = asking.join_next().await {
        took.append(&mut one??);
    }
    Ok((took, begun.elapsed()))
}

fn drawn<'a>(draw: &mut ChaCha8Rng, paths: &'a [String]) -> anyhow::Result<&'a str> {
    let at = draw.next_u64() % u64::try_from(paths.len())?;
    paths.get(usize::try_from(at)?).map(String::as_str).context("no paths")
}
