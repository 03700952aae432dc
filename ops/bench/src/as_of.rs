//! How long the figures as of a moment take, over a million reports: one client asks for whole series at moments of no
//! order, so that nothing can be kept from one answer to the next.

use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use weir_schemas::codelist::Area;

use crate::bare;
use crate::feed::{LARGEST, Monthly};
use crate::meter::Meter;
use crate::report::{Bar, Report, percentile};
use crate::setup::Setup;
use crate::statements;
use crate::system::{Aggregation, Answers, System};

/// Milliseconds in which 99 of 100 answers come: for a prefecture's series, and for the province's.
const PREFECTURE: Bar = Bar::AtMost(100.0);
const PROVINCE: Bar = Bar::AtMost(400.0);
/// Of the series: a sum, and a ratio; each by year and by month.
const INDICATORS: [&str; 2] = ["HT_REVENUE", "HT_REV_SHARE_ASI"];
const FREQUENCIES: [&str; 2] = ["A", "M"];
/// Months of the history: the plan's five years.
const MONTHS: i32 = 60;
/// The moments asked for lie in the history: `FIRST` and so many days after it.
const FIRST: &str = "2021-02-01T00:00:00Z";
const DAYS: i64 = 1_850;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Units that report every month
    #[arg(long, default_value_t = 20_000, value_name = "N")]
    units: u32,
    /// Requests for each kind of series
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    requests: u32,
    #[command(flatten)]
    setup: Setup,
}

/// Measures, and reports.
pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
    let Args { units, requests, setup } = args;
    let mut report = Report::of("as-of");
    let history = Monthly::of(units)?.history(MONTHS);
    let events = history.events;
    report.size("units", units);
    report.size("events", events.len());
    report.size("reports", history.reports);
    report.size("requests", requests);
    let system = System::start(&setup).await?;
    let spent = bare::insert(&system, &events).await?;
    let bare = report.rate("bare_insert", &spent, events.len(), None);

    system.append(&events).await?;
    let meter = Meter::start(&system)?;
    let aggregation = Aggregation::start_current(&system, setup.aggregation()).await?;
    let loaded = report.rate("rebuild", &meter.stop()?, events.len(), None);
    report.figure("bare_insert_over_rebuild", bare / loaded, "times");
    system.holds(events.len()).await?;
    system.rests().await?;
    let answers = Answers::start(&system).await?;
    right(&answers, history.revenue).await?;

    let prefectures: Vec<Area> = Area::SICHUAN.children().collect();
    let places = [
        ("prefecture", prefectures, PREFECTURE),
        ("largest_prefecture", vec![LARGEST.parse()?], PREFECTURE),
        ("province", vec![Area::SICHUAN], PROVINCE),
    ];
    let mut draw = ChaCha8Rng::seed_from_u64(14);
    let begun = Timestamp::now();
    for (place, areas, bar) in &places {
        for (indicator, frequency) in
            INDICATORS.iter().flat_map(|one| FREQUENCIES.iter().map(move |other| (one, other)))
        {
            let mut took = Vec::new();
            for _ in 0..requests {
                let area = among(&mut draw, areas).context("no areas")?;
                let moment = moment(&mut draw)?;
                let path = format!("/v1/indicators/{indicator}?freq={frequency}&area={area}&as_of={moment}");
                took.push(answers.ask(&path).await?.1);
            }
            took.sort_unstable();
            let name = |what| format!("{place}_{indicator}_{frequency}_{what}");
            report.figure(name("p50"), percentile(&took, 50), "ms");
            report.held(name("p99"), percentile(&took, 99), "ms", *bar);
            report.figure(name("max"), percentile(&took, 100), "ms");
        }
    }
    if setup.statements {
        statements::print(&system, begun).await?;
    }
    answers.stop().await?;
    aggregation.stop().await?;
    system.stop().await?;
    report.finish(&setup.results)
}

/// That the answers are right: after the whole history the province has the revenue that was reported.
async fn right(answers: &Answers, revenue: u64) -> anyhow::Result<()> {
    let path = "/v1/measures/industrial_revenue?freq=M&from=2025-12&to=2025-12&as_of=2026-09-30";
    let (answer, _) = answers.ask(path).await?;
    let numerator = &answer["observations"][0]["numerator"];
    ensure!(
        numerator.as_str() == Some(revenue.to_string().as_str()),
        "{path} is {numerator} of {revenue}: {answer}"
    );
    Ok(())
}

fn among(draw: &mut ChaCha8Rng, areas: &[Area]) -> Option<Area> {
    let at = draw.next_u64() % u64::try_from(areas.len()).ok()?;
    areas.get(usize::try_from(at).ok()?).copied()
}

fn moment(draw: &mut ChaCha8Rng) -> anyhow::Result<Timestamp> {
    let milliseconds = draw.next_u64() % (DAYS.unsigned_abs() * 86_400_000);
    Ok(FIRST.parse::<Timestamp>()? + SignedDuration::from_millis(milliseconds.cast_signed()))
}
