//! Releases of a simulated province, and an attack on all that they ever showed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use jiff::Timestamp;
use serde_json::{Value, json};
use weir_kernel::log::{EventLog, Limits, NewRecord, partition_of};
use weir_kernel::topics;
use weir_release::{Judged, Policy, Reading, cell, judge, protected, showed};
use weir_schemas::entity::Place;
use weir_schemas::event::{Event, day};
use weir_schemas::plan::{Measure, Plan, SICHUAN_14};
use weir_schemas::release::{Part, Record, Released, Releases};
use weir_tests::attack::{Found, Knowledge, attack, facts};
use weir_tests::log::{record, records};
use weir_tests::{PATIENCE, Settings, System, events, until};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");
/// As few as can be simulated: most are told from others by where they lie.
const UNITS: &str = "100";

/// A release a quarter, for as long as the plan runs.
fn moments() -> Result<Vec<(String, Timestamp)>> {
    let quarters =
        (2021..=2026).flat_map(|year| ["02", "05", "08", "11"].map(|month| format!("{year}-{month}")));
    let moment = |name: String| {
        let moment = format!("{name}-20T00:00:00Z").parse()?;
        Ok((name, moment))
    };
    quarters.skip(1).take(20).map(moment).collect()
}

/// A simulated history with late filers, corrections and units that leave, as it was recorded.
async fn history(data: &Path) -> Result<Vec<Value>> {
    let weir = |arguments: Vec<String>| async move {
        let output = tokio::process::Command::new(WEIR).args(&arguments).output().await?;
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "weir {arguments:?}: {complaint}");
        anyhow::Ok(output.stdout)
    };
    let arguments = ["simulate", "--units", UNITS, "--history"].map(str::to_owned);
    let feed = weir(arguments.to_vec()).await?;
    let path = data.join("feed.ndjson");
    std::fs::write(&path, &feed)?;
    let log = data.join("log").display().to_string();
    weir(vec!["import".to_owned(), "--log-dir".to_owned(), log, path.display().to_string()]).await?;
    feed.split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).context("an event"))
        .collect()
}

/// Waits until a release is cut; answers its cells, as the log has them.
async fn cut(data: &Path, name: &str) -> Result<Vec<Released>> {
    let log = log_of(data).await?;
    let partitions = i32::try_from(log.ends(topics::RELEASES).await?.len())?;
    let partition = partition_of(&Plan::parse(SICHUAN_14)?.id, partitions);
    let mut reader = log.reader(topics::RELEASES, partition, 0).await?;
    let (mut releases, mut cells, mut silent) = (Releases::default(), Vec::new(), 0);
    while releases.named(name).is_none() {
        let records = reader.read(Limits { wait: Duration::from_secs(1), ..Limits::default() }).await?;
        silent = if records.is_empty() { silent + 1 } else { 0 };
        ensure!(silent < PATIENCE.as_secs(), "{name} is not cut");
        for record in records {
            let read: Record = serde_json::from_slice(&record.value)?;
            match &read {
                Record::Refused(refused) => bail!("{} is refused: {}", refused.asked.name, refused.reason),
                Record::Part(part) if part.release.asked.name == name => cells.extend(part.cells.clone()),
                _ => {}
            }
            releases.take(read, record.offset);
        }
    }
    Ok(cells)
}

/// A unit's report of R&D in 2021, accepted by the province.
fn accepted(index: u32, revision: u32, internal: u64) -> [Value; 2] {
    let review = json!({"form": "107-2", "period": "2021", "revision": revision, "level": "province",
        "verdict": "accepted", "rules": [], "area": "510000"});
    let review_id = format!("review-{index}-{revision}");
    let review = events::event(&review_id, "weir.report.reviewed.v1", &events::credit_code(index), &review);
    [events::rd_report(index, 2021, revision, internal), review]
}

/// What the public sees of R&D in 2021 in a release: of the province, and of three prefectures.
async fn shown(system: &System, release: &str) -> Result<String> {
    let path = format!(
        "/v1/releases/{release}/measures/rd_internal?area=510000,510100,510700,513200&from=2021&to=2021"
    );
    let answer = system.get_as("public", &path).await?;
    let observations = answer["observations"].as_array().context("no observations")?;
    let one = |seen: &Value| match seen["value"].as_str() {
        Some(value) => value.trim_end_matches(".000000").to_owned(),
        None => seen["status"].as_str().unwrap_or_default().to_owned(),
    };
    Ok(observations.iter().map(one).collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn a_release_stands_until_enough_units_change_it() -> Result<()> {
    let data = tempfile::tempdir()?;
    let settings = Settings::new(WEIR);
    let system = System::up(data.path(), &settings).await?;
    let area = |index| if index <= 5 { "510704" } else { "510105" };
    let mut feed: Vec<Value> = (1..=10).map(|index| events::unit(index, area(index))).collect();
    feed.extend((1..=10).flat_map(|index| accepted(index, 1, 100_000)));
    // Nobody has accepted it.
    feed.extend([events::unit(12, "510704"), events::rd_report(12, 2021, 1, 70_000)]);
    system.accept(&feed).await?;
    let cut = async |name: &str, feed: &[Value]| {
        system.accept(feed).await?;
        system.settled().await?;
        let cut = system.release(name, system.as_of().await?).await?;
        ensure!(cut["status"] == "cut", "{cut}");
        shown(&system, name).await
    };
    assert_eq!(cut("1", &[]).await?, "1000000 500000 500000 O");
    assert_eq!(cut("2", &accepted(1, 2, 150_000)).await?, "1000000 500000 500000 O", "one unit changed");
    let more: Vec<Value> = (2..=4).flat_map(|index| accepted(index, 2, 140_000)).collect();
    assert_eq!(cut("3", &more).await?, "1170000 500000 670000 O", "four did");
    let late = [vec![events::unit(11, "513221")], accepted(11, 1, 300_000).to_vec()].concat();
    assert_eq!(cut("4", &late).await?, "1170000 500000 670000 Q", "one unit of a prefecture, late");

    let early = system.release("early", "2022-01-01T00:00:00Z".parse()?).await?;
    ensure!(early["status"] == "refused", "{early}");
    let list = system.get_as("public", "/v1/releases").await?;
    let rebuilt =
        tokio::process::Command::new(WEIR).args(["rebuild", "--data"]).arg(data.path()).output().await?;
    ensure!(rebuilt.status.success(), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    system.settled().await?;
    assert_eq!(system.get_as("public", "/v1/releases").await?, list, "nothing is cut again");
    system.leave().await?;
    let system = System::up(data.path(), &settings).await?;
    assert_eq!(system.get_as("public", "/v1/releases").await?, list);
    assert_eq!(shown(&system, "2").await?, "1000000 500000 500000 O");
    system.leave().await
}

/// The log of a data folder.
async fn log_of(data: &Path) -> Result<Arc<dyn EventLog>> {
    let settings = weir_kernel::log::embedded::Settings::new(data.join("log"));
    Ok(weir_kernel::log::open(&weir_kernel::log::Settings::Embedded(settings)).await?)
}

/// What the log of a data folder holds of releases, in order.
async fn said_of_releases(data: &Path) -> Result<Vec<Record>> {
    let records = records(log_of(data).await?.as_ref(), topics::RELEASES).await?;
    Ok(records.iter().map(|record| serde_json::from_slice(&record.value)).collect::<Result<_, _>>()?)
}

/// Appends what an aggregation would that cuts at the same time.
async fn also_says(data: &Path, said: &[Record]) -> Result<()> {
    let plan = Plan::parse(SICHUAN_14)?.id;
    let records = said.iter().map(|one| Ok(NewRecord::new(plan.clone(), serde_json::to_vec(one)?)));
    for written in log_of(data).await?.append(topics::RELEASES, records.collect::<Result<_>>()?).await {
        written?;
    }
    Ok(())
}

/// The parts of a release among what is said, as another attempt at it.
fn again(said: &[Record], attempt: &str) -> Vec<Record> {
    let part = |record: &Record| match record {
        Record::Part(part) => Some(Record::Part(Part { attempt: attempt.to_owned(), ..part.clone() })),
        _ => None,
    };
    said.iter().filter_map(part).collect()
}

/// Cells in the order of their places.
fn by_place(mut cells: Vec<Released>) -> Vec<Released> {
    cells.sort_by_cached_key(|Released { cell, .. }| format!("{:?} {}", cell.series, cell.slot.number()));
    cells
}

#[tokio::test]
async fn killed_in_a_cut_or_cut_twice_there_is_one_release_and_the_same() -> Result<()> {
    let (data, undisturbed) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let moment = "2022-05-20T00:00:00Z";
    for data in [&data, &undisturbed] {
        history(data.path()).await?;
        let asked = events::event("1", "weir.release.cut.v1", "1", &json!({"name": "1", "cut": moment}));
        for written in log_of(data.path()).await?.append(topics::EVENTS, vec![record(&asked)?]).await {
            written?;
        }
    }
    let settings = Settings::new(WEIR);
    System::killed(data.path(), &settings.clone().killed_at("release-cut")).await?;
    let system = System::up(undisturbed.path(), &settings).await?;
    let wanted = cut(undisturbed.path(), "1").await?;
    system.leave().await?;
    let parts = again(&said_of_releases(undisturbed.path()).await?, "torn");
    ensure!(parts.len() > 1, "a release of several parts");
    also_says(data.path(), &parts[..1]).await?;

    let system = System::up(data.path(), &settings).await?;
    until("the release is there", || async {
        let list = system.get_as("public", "/v1/releases").await?;
        Ok((list["releases"][0]["status"] == "cut").then_some(()))
    })
    .await?;
    let list = system.get_as("public", "/v1/releases").await?;
    system.leave().await?;
    let said = said_of_releases(data.path()).await?;
    let own = |record: &Record| match record {
        Record::Part(part) if part.attempt != "torn" => part.cells.clone(),
        _ => Vec::new(),
    };
    let cells = by_place(said.iter().flat_map(own).collect());
    let wanted = by_place(wanted);
    assert_eq!(cells.len(), wanted.len());
    for (one, other) in cells.iter().zip(&wanted) {
        assert_eq!(one, other);
    }
    also_says(data.path(), &again(&said, "late")).await?;
    let system = System::up(data.path(), &settings).await?;
    assert_eq!(system.get_as("public", "/v1/releases").await?, list, "it is one release");
    let next = system.release("2", "2022-08-20T00:00:00Z".parse()?).await?;
    assert_eq!((&next["status"], &next["number"]), (&json!("cut"), &json!(2)), "{next}");
    system.leave().await
}

/// What an attacker finds in releases cut at these moments.
fn attacked(history: &[Value], moments: &[Timestamp], releases: &[Vec<Released>]) -> Result<Vec<Found>> {
    let facts = facts(&Plan::parse(SICHUAN_14)?, history, moments)?;
    Ok(Knowledge::of(&facts, releases)?.iter().map(attack).collect())
}

/// How many protected cells releases have, and how many of them they do not show.
fn hidden(plan: &Plan, releases: &[Vec<Released>]) -> (usize, usize) {
    let protected =
        |released: &&Released| plan.measure(&released.cell.series.measure).is_some_and(Measure::is_protected);
    let protected: Vec<&Released> = releases.iter().flatten().filter(protected).collect();
    let hidden = protected.iter().filter(|released| !released.cell.conf_status.is_free()).count();
    (protected.len(), hidden)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_worked_out_from_twenty_releases() -> Result<()> {
    let data = tempfile::tempdir()?;
    let history = history(data.path()).await?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let moments = moments()?;
    let mut releases = Vec::new();
    for (name, moment) in &moments {
        let asked = json!({"name": name, "cut": moment.to_string()});
        system.accept(&[events::event(name, "weir.release.cut.v1", name, &asked)]).await?;
        releases.push(cut(data.path(), name).await?);
    }
    system.leave().await?;

    let (protected, hidden) = hidden(&Plan::parse(SICHUAN_14)?, &releases);
    println!("{hidden} of {protected} protected cells are not shown, {} ‰", hidden * 1_000 / protected);
    assert!(hidden < protected);
    let moments: Vec<Timestamp> = moments.into_iter().map(|(_, moment)| moment).collect();
    let found = tokio::task::spawn_blocking(move || attacked(&history, &moments, &releases)).await??;
    for Found { words, programs, known } in &found {
        println!("{words} words, {programs} programs, {} known", known.len());
        assert!(known.is_empty(), "{known:#?}");
    }
    assert!(found.iter().map(|found| found.words).sum::<usize>() > 1_000, "much is shown");
    Ok(())
}

#[tokio::test]
async fn the_attack_succeeds_where_rules_are_switched_off() -> Result<()> {
    let data = tempfile::tempdir()?;
    let history = history(data.path()).await?;
    let plan = Plan::parse(SICHUAN_14)?;
    let moments: Vec<Timestamp> = moments()?.into_iter().map(|(_, moment)| moment).collect();
    let off = Policy { secondary: false, ..Policy::default() };
    let known = |policy: &Policy| -> Result<usize> {
        let releases = released(&plan, &history, &moments, policy)?;
        Ok(attacked(&history, &moments, &releases)?.iter().map(|found| found.known.len()).sum())
    };
    let without_secondary = known(&off)?;
    let without_either = known(&Policy { changes: false, ..off })?;
    println!(
        "known without secondary suppression {without_secondary}, without the rule on changes {without_either}"
    );
    assert!(without_secondary > 0);
    assert!(without_either > without_secondary);
    Ok(())
}

/// What releases under a policy would show of the protected cells.
fn released(
    plan: &Plan,
    history: &[Value],
    moments: &[Timestamp],
    policy: &Policy,
) -> Result<Vec<Vec<Released>>> {
    let mut subjects: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for event in history {
        let event =
            Event::from_slice(event.to_string().as_bytes()).map_err(|problems| anyhow!("{problems:?}"))?;
        subjects.entry(event.subject.clone()).or_default().push(event);
    }
    let mut releases: Vec<Vec<Released>> = Vec::new();
    for (number, moment) in (1_u32..).zip(moments) {
        let so_far = &moments[..usize::try_from(number)?];
        let mut reading = Reading::new(plan, so_far);
        for (offset, event) in subjects.values().flat_map(|events| (0..).zip(events)) {
            let recorded = event.recorded_time.context("a history says when")?;
            if recorded <= *moment {
                reading.take(event, Place { offset, recorded })?;
            }
        }
        let said = reading.finish()?;
        let earlier: Vec<_> = releases.iter().map(|cells| protected(plan, cells.clone())).collect();
        let showed: Vec<_> = earlier.iter().map(showed).collect();
        let verdict =
            judge(plan, &said.words, day(*moment), &showed, policy, &|| true).context("it goes on")?;
        let of = |judged: &Judged| {
            let before = earlier.last().and_then(|last| last.get(&judged.place));
            cell(plan, judged, said.remarks.get(&judged.place), before, number).transpose()
        };
        releases.push(verdict.cells.iter().filter_map(of).collect::<Result<_, _>>()?);
    }
    Ok(releases)
}
