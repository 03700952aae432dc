//! SDMX over HTTP: what changed, and every dissemination, are exactly what was to be seen at each moment.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use serde_json::json;
use weir_tests::{Settings, System, events};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

/// Observations by their keys, each with its attributes.
type State = BTreeMap<String, String>;

/// A row of SDMX-CSV: what is to be done, with which observation, and since when.
struct Row {
    action: String,
    key: String,
    told: String,
    since: Option<Timestamp>,
}

/// The status of an answer to an official, and its rows.
async fn ask(system: &System, path: &str) -> Result<(u16, Vec<Row>)> {
    ask_as(system, "official", path).await
}

/// The same to a reader of some role.
async fn ask_as(system: &System, role: &str, path: &str) -> Result<(u16, Vec<Row>)> {
    let request = reqwest::Client::new().get(format!("{}/sdmx/data/{path}", system.run.query));
    let request = request.bearer_auth(system.key(role)?).header("accept", "text/csv");
    let answer = request.send().await?;
    let (status, text) = (answer.status().as_u16(), answer.text().await?);
    if status != 200 {
        return Ok((status, Vec::new()));
    }
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().context("no head")?.split(',').collect();
    let dated = head.last() == Some(&"VALID_FROM");
    let row = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        ensure!(cells.len() == head.len(), "{line}");
        let since = if dated { cells.pop().map(str::parse).transpose()? } else { None };
        let (key, told) = (cells[3..9].join("."), cells[9..].join(","));
        Ok(Row { action: cells[2].to_owned(), key, told, since })
    };
    Ok((status, lines.map(row).collect::<Result<_>>()?))
}

/// What is to be seen now, or was at a moment.
async fn state(system: &System, path: &str, at: Option<Timestamp>) -> Result<State> {
    state_for(system, "official", path, at).await
}

/// The same for a reader of some role.
async fn state_for(system: &System, role: &str, path: &str, at: Option<Timestamp>) -> Result<State> {
    let at = at.map(|at| format!("&asOf={at}")).unwrap_or_default();
    let (status, rows) = ask_as(system, role, &format!("{path}{at}")).await?;
    ensure!(status == 200 || status == 204, "{path}{at} answered {status}");
    ensure!(rows.iter().all(|row| row.action == "I"));
    Ok(rows.into_iter().map(|row| (row.key, row.told)).collect())
}

/// What who had `state` has after doing what rows say.
fn replay<'a>(mut state: State, rows: impl IntoIterator<Item = &'a Row>) -> Result<State> {
    for row in rows {
        match row.action.as_str() {
            "R" => drop(state.insert(row.key.clone(), row.told.clone())),
            "D" => {
                let held = state.remove(&row.key);
                ensure!(held.is_some() && row.told.chars().all(|c| c == ','), "{} is gone", row.key);
            }
            other => anyhow::bail!("{other} changes nothing"),
        }
    }
    Ok(state)
}

/// A series that is filed, corrected twice, withdrawn and revived: each step a moment.
async fn revised(system: &System) -> Result<Vec<Timestamp>> {
    let withdrawn = json!({"form": "107-2", "period": "2021", "revision": 3, "reason": "in error"});
    let withdrawn =
        events::event("withdrawn", "weir.report.withdrawn.v1", &events::credit_code(1), &withdrawn);
    let steps = [
        vec![events::unit(1, "510704"), events::rd_report(1, 2021, 1, 1_000)],
        vec![events::rd_report(1, 2021, 2, 2_000)],
        vec![events::reference("gdp", "510000", 2021, "50000", "CNY"), events::rd_report(1, 2022, 1, 7)],
        vec![events::rd_report(1, 2021, 3, 3_000)],
        vec![withdrawn],
        vec![events::rd_report(1, 2021, 4, 4_000)],
    ];
    let mut moments = vec![system.as_of().await?];
    for step in steps {
        system.accept(&step).await?;
        system.settled().await?;
        moments.push(system.as_of().await?);
    }
    Ok(moments)
}

#[tokio::test]
async fn changes_and_history_are_what_a_replay_shows() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    system.settled().await?;
    let moments = revised(&system).await?;
    let (first, last) = (moments[0], moments[moments.len() - 1]);
    for path in [
        "dataflow/SCSTAT/HT_NUM/1.0.0/A.510000+.rd_internal._T?c[TIME_PERIOD]=ge:2021+le:2022",
        "dataflow/SCSTAT/HT/1.0.0/A.*.RD_GDP_RATIO.*?c[REF_AREA]=510000,510700&c[FIELD]=_T,F01&c[TIME_PERIOD]=2021",
        "dataflow/SCSTAT/HT,HT_REF/1.0.0/A.510000?c[INDICATOR]=RD_GDP_RATIO,HTE_COUNT,ref_gdp",
    ] {
        let path = path.replace("510000+", "510000");
        let now = state(&system, &path, None).await?;
        let mut states = Vec::new();
        for at in &moments {
            states.push((*at, state(&system, &path, Some(*at)).await?));
        }
        ensure!(states[moments.len() - 1].1 == now, "the last moment is now");
        let mut distinct: Vec<&State> = states.iter().map(|(_, state)| state).collect();
        distinct.dedup();
        ensure!(distinct.len() >= 5, "{path} was revised");
        let steps = states.windows(2).map(|pair| (&pair[0], &pair[1]));
        for ((from, earlier), (to, later)) in
            steps.chain([(&states[0], &states[4]), (&states[3], &states[6])])
        {
            let between = format!("{path}&updatedAfter={from}&asOf={to}");
            let (status, rows) = ask(&system, &between).await?;
            ensure!(status == if earlier == later { 204 } else { 200 }, "{between} answered {status}");
            ensure!(replay(earlier.clone(), &rows)? == *later, "{between}");
        }
        // The whole history, up to each moment; and from one moment on.
        let (_, history) = ask(&system, &format!("{path}&includeHistory=true")).await?;
        ensure!(history.is_sorted_by_key(|row| row.since), "in the order of time");
        for (at, expected) in &states {
            let by_then = history.iter().filter(|row| row.since.is_some_and(|since| since <= *at));
            ensure!(replay(State::new(), by_then)? == *expected, "{path} by {at}");
        }
        let since = format!("{path}&includeHistory=true&updatedAfter={first}&asOf={last}");
        let (_, rows) = ask(&system, &since).await?;
        ensure!(replay(states[0].1.clone(), &rows)? == now, "{since}");
        ensure!(rows.iter().all(|row| row.since.is_some_and(|since| first < since && since <= last)));
    }
    let deleted = format!(
        "dataflow/SCSTAT/HT_NUM/1.0.0/A.510000.rd_internal._T?updatedAfter={}&asOf={}",
        moments[4], moments[5]
    );
    let (_, rows) = ask(&system, &deleted).await?;
    let gone: Vec<&str> = rows.iter().filter(|row| row.action == "D").map(|row| row.key.as_str()).collect();
    ensure!(gone == ["A.510000.rd_internal._T.ANNUAL.2021"], "it was withdrawn: {gone:?}");
    system.leave().await
}

#[tokio::test]
async fn what_is_kept_from_analysts_is_kept_in_history_too() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let path = "dataflow/SCSTAT/HT_NUM/1.0.0/A.510000.rd_internal._T?c[TIME_PERIOD]=2021";
    let mut states = Vec::new();
    for unit in 1..=4 {
        system.accept(&[events::unit(unit, "510704"), events::rd_report(unit, 2021, 1, 1_000)]).await?;
        system.settled().await?;
        let at = system.as_of().await?;
        states.push((at, state_for(&system, "analyst", path, Some(at)).await?));
    }
    // OBS_VALUE, OBS_STATUS, CONF_STATUS, …
    let told: Vec<&str> = states.iter().flat_map(|(_, state)| state.values()).map(String::as_str).collect();
    ensure!(told.len() == 4 && told[..2].iter().all(|told| told.starts_with(",Q,C,")), "{told:?}");
    ensure!(told[3].starts_with("4000,V,F,"), "{told:?}");
    let (_, history) = ask_as(&system, "analyst", &format!("{path}&includeHistory=true")).await?;
    ensure!(history.iter().all(|row| !row.told.contains("1000") && !row.told.contains("2000")));
    for (at, expected) in &states {
        let by_then = history.iter().filter(|row| row.since.is_some_and(|since| since <= *at));
        ensure!(replay(State::new(), by_then)? == *expected, "by {at}");
    }
    ensure!(state_for(&system, "analyst", path, None).await? == states[3].1, "the last moment is now");
    system.leave().await
}

#[tokio::test]
async fn a_history_that_is_too_long_is_refused() -> Result<()> {
    let data = tempfile::tempdir()?;
    let settings = Settings::new(WEIR).with("--sdmx-moments").with("8");
    let system = System::up(data.path(), &settings).await?;
    let before = system.as_of().await;
    system.accept(&[events::unit(1, "510704"), events::rd_report(1, 2021, 1, 1_000)]).await?;
    system.settled().await?;
    let path = "dataflow/SCSTAT/HT_NUM/1.0.0/A.510000.rd_internal._T?includeHistory=true";
    ensure!(ask(&system, path).await?.0 == 200, "six years, and two events");
    let monthly = "dataflow/SCSTAT/HT_NUM/1.0.0/M.510000.high_tech_revenue._T?includeHistory=true";
    ensure!(ask(&system, monthly).await?.0 == 413, "more months than that");
    // From a moment on there is little of it.
    let after = before.unwrap_or(Timestamp::UNIX_EPOCH).max("2026-01-01T00:00:00Z".parse()?);
    let (status, _) = ask(&system, &format!("{monthly}&updatedAfter={after}")).await?;
    ensure!(status == 204, "no revenue was filed: {status}");
    system.leave().await
}
