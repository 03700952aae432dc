//! Explanations on a real system: what a figure is made of, and whose effect a change was.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use insta::assert_snapshot;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use weir_tests::{Settings, System, events};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");
const RATIO: &str = "/v1/indicators/RD_GDP_RATIO/explain?period=2021";

/// GDP of 2021, published again on a later day.
fn gdp(id: &str, value: &str, vintage: &str, published_on: &str) -> Value {
    let data = json!({
        "series": "gdp", "area": "510000", "period": "2021", "value": value, "unit": "100MCNY", "vintage": vintage,
        "published_on": published_on, "source": "synthetic",
    });
    events::event(id, "weir.reference.published.v1", "gdp:510000:2021", &data)
}

fn supplement() -> Value {
    let data = json!({
        "measure": "rd_internal", "area": "510000", "period": "2021", "value": "500000000", "unit": "CNY", "method": "survey",
        "published_on": "2022-06-01", "source": "synthetic",
    });
    events::event("supplement", "weir.supplement.published.v1", "rd_internal:510000:2021", &data)
}

fn decimal(value: &Value) -> Result<Decimal> {
    Ok(value.as_str().with_context(|| format!("{value} is no decimal"))?.parse()?)
}

/// That a change adds up as shown: before and both effects to after.
fn adds_up(change: &Value) -> Result<()> {
    let [before, after] = [&change["before"]["value"], &change["after"]["value"]].map(decimal);
    let [change, numerator, denominator] =
        ["change", "numerator_effect", "denominator_effect"].map(|member| decimal(&change[member]));
    let (numerator, denominator) = (numerator?, denominator?);
    assert_eq!(numerator + denominator, change?);
    assert_eq!(before? + numerator + denominator, after?);
    Ok(())
}

/// An explanation without what is another in each run: moments, places in the log, and hashes.
fn lasting(mut told: Value) -> Value {
    const OTHERS: [&str; 7] =
        ["as_of", "recorded", "partition", "offset", "plan_hash", "generation", "code_lists"];
    match &mut told {
        Value::Object(members) => {
            for (name, member) in members {
                let value = member.take();
                let is_one = value.is_string() || value.is_number();
                *member = if OTHERS.contains(&name.as_str()) && is_one {
                    json!(format!("[{name}]"))
                } else {
                    lasting(value)
                };
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| *value = lasting(value.take())),
        _ => {}
    }
    told
}

#[tokio::test]
async fn a_revised_denominator_is_named_with_its_effect() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let mut all: Vec<Value> =
        (1..=4).map(|unit| events::unit(unit, ["510704", "510104"][unit as usize % 2])).collect();
    all.extend((1..=4).map(|unit| events::rd_report(unit, 2021, 1, u64::from(unit) * 300_000_000)));
    all.extend([supplement(), gdp("gdp-1", "1000", "preliminary", "2022-01-20")]);
    system.accept(&all).await?;
    system.settled().await?;
    let before = system.get(RATIO).await?;
    assert_eq!(before["observation"]["value"], "3.500000");
    system.accept(&[gdp("gdp-2", "1100", "revised", "2022-11-01")]).await?;
    system.settled().await?;

    let told = system.get(RATIO).await?;
    assert_eq!(told["observation"]["value"], "3.181818");
    let change = &told["changes"]["since_previous_figure"];
    assert_eq!(change["altered"], json!(["denominator"]));
    assert_eq!(
        (&change["before"]["value"], &change["after"]["value"], &change["change"]),
        (&json!("3.500000"), &json!("3.181818"), &json!("-0.318182"))
    );
    assert_eq!(
        (&change["numerator_effect"], &change["denominator_effect"]),
        (&json!("0.000000"), &json!("-0.318182"))
    );
    assert_eq!(change["before"]["denominator_vintage"], "preliminary");
    assert_eq!(change["after"]["denominator_vintage"], "revised");
    adds_up(change)?;
    let denominator = &told["denominator"];
    assert_eq!((&denominator["measure"], &denominator["vintage"]), (&json!("ref_gdp"), &json!("revised")));
    assert_eq!((&denominator["value"], &denominator["period"]), (&json!("110000000000"), &json!("2021")));

    // The parts of each kind add up to the numerator.
    let numerator = decimal(&told["numerator"]["value"])?;
    for parts in ["forms", "areas", "fields"] {
        let parts =
            told["numerator"]["parts"][parts].as_array().with_context(|| format!("no {parts}: {told}"))?;
        let sum = parts.iter().map(|part| decimal(&part["value"])).sum::<Result<Decimal>>()?;
        assert_eq!(sum, numerator, "{parts:?}");
    }
    let areas: Vec<&Value> = told["numerator"]["parts"]["areas"].as_array().into_iter().flatten().collect();
    assert_eq!(
        areas.iter().map(|part| part["area"].as_str()).collect::<Vec<_>>(),
        [Some("510100"), Some("510700"), Some("510000")]
    );
    assert_eq!(areas[2]["value"], "500000000", "the supplement is placed at the province itself");
    assert_eq!(told["versions"]["plan"], "sichuan_14");
    assert_eq!(told["rules"]["numerator"]["section"], "§1, §3");
    ensure!(told["synthetic"] == true);

    assert_snapshot!("to_an_official", format!("{:#}", lasting(told.clone())));

    // Analysts are shown what four units make, and not by areas, where two make each.
    let url = format!("{}{RATIO}", system.run.query);
    let asked = reqwest::Client::new().get(&url).bearer_auth(system.key("analyst")?);
    let theirs: Value = asked.send().await?.json().await?;
    assert_snapshot!("to_an_analyst", format!("{:#}", lasting(theirs.clone())));
    assert_eq!(theirs["observation"], told["observation"]);
    assert_eq!(theirs["changes"]["since_previous_figure"]["denominator_effect"], "-0.318182");
    let (theirs_by, by) = (&theirs["numerator"]["parts"], &told["numerator"]["parts"]);
    assert_eq!(theirs_by["forms"], by["forms"], "there is one form alone, which is the figure itself");
    ensure!(theirs_by["areas"].is_null() && theirs["events"].is_null(), "{theirs}");

    // As of just before the revision it is what it was.
    let then = change["before"]["as_of"].as_str().context("no moment")?;
    let past = system.get(&format!("{RATIO}&as_of={then}")).await?;
    assert_eq!(past["observation"]["value"], "3.500000");
    assert_eq!(past["denominator"]["vintage"], "preliminary");

    // A report and the year before: both move.
    system
        .accept(&[
            events::reference("gdp", "510000", 2020, "900", "100MCNY"),
            events::rd_report(1, 2020, 1, 900_000_000),
        ])
        .await?;
    system.accept(&[events::rd_report(4, 2021, 2, 1_300_000_000)]).await?;
    system.settled().await?;
    let told = system.get(RATIO).await?;
    let change = &told["changes"]["since_previous_figure"];
    assert_eq!(change["altered"], json!(["numerator"]));
    assert_eq!(
        (&change["numerator_effect"], &change["denominator_effect"]),
        (&json!("0.090909"), &json!("0.000000"))
    );
    adds_up(change)?;
    let yearly = &told["changes"]["since_previous_period"];
    assert_eq!(yearly["altered"], json!(["numerator", "denominator"]));
    assert_eq!(
        (&yearly["before"]["period"], &yearly["before"]["value"]),
        (&json!("2020"), &json!("1.000000"))
    );
    adds_up(yearly)?;

    let output = Command::new(WEIR)
        .args(["explain", "RD_GDP_RATIO", "--area", "510000", "--period", "2021", "--data"])
        .arg(data.path())
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for line in ["made-up data", "ref_gdp", "revised", "of it by the numerator", "rd-4-2021-2", "510700"] {
        ensure!(text.contains(line), "{line} is not in\n{text}");
    }
    let refused = Command::new(WEIR)
        .args(["explain", "NONE", "--period", "2021", "--data"])
        .arg(data.path())
        .output()?;
    ensure!(!refused.status.success());
    ensure!(String::from_utf8_lossy(&refused.stderr).contains("the plan has no indicator"));
    system.leave().await
}

#[tokio::test]
async fn officials_are_named_the_events_page_by_page_and_others_none() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let reports: Vec<Value> = (1..=2).map(|unit| events::rd_report(unit, 2021, 1, 1_000)).collect();
    system.accept(&[events::unit(1, "510704"), events::unit(2, "510704")]).await?;
    let answer = system.push(&reports).await?;
    let published = events::reference("official_RD_GDP_RATIO", "510000", 2021, "2.26", "percent");
    system.accept(&[gdp("gdp-1", "1000", "preliminary", "2022-01-20"), published]).await?;
    system.settled().await?;
    let places: Vec<(Value, Value)> = answer.body["results"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (one["partition"].clone(), one["offset"].clone()))
        .collect();
    let mut all = Vec::new();
    let mut path = format!("{RATIO}&limit=2");
    loop {
        let page = system.get(&path).await?;
        let events = page["events"].as_array().context("no events")?;
        ensure!(events.len() <= 2, "{events:?}");
        all.extend(events.iter().cloned());
        match page["next"].as_str() {
            Some(next) => path = format!("{RATIO}&limit=2&cursor={next}"),
            None => break,
        }
    }
    // Of each unit its report and its registration, and the publication of what divides.
    let named =
        |id: &str| all.iter().find(|event| event["id"] == id).with_context(|| format!("{id} of {all:?}"));
    for (unit, place) in (1..=2).zip(&places) {
        let event = named(&format!("rd-{unit}-2021-1"))?;
        assert_eq!(event["source"], events::SOURCE);
        assert_eq!((&event["partition"], &event["offset"]), (&place.0, &place.1));
        assert_eq!((&event["unit"], &event["value"]), (&json!(events::credit_code(unit)), &json!("1000")));
        assert_eq!((&event["measure"], &event["part"]), (&json!("rd_internal"), &json!("107-2")));
        named(&format!("unit-{unit}"))?;
    }
    let published = named("gdp-1")?;
    assert_eq!((&published["measure"], &published["unit"]), (&json!("ref_gdp"), &Value::Null));
    assert_eq!(all.len(), 5, "{all:?}");

    // Analysts see nothing that tells of two units, neither the figure nor anything of it.
    let (client, official) = (reqwest::Client::new(), system.key("official")?.to_owned());
    let url = format!("{}{RATIO}", system.run.query);
    let told: Value =
        reqwest::Client::new().get(&url).bearer_auth(system.key("analyst")?).send().await?.json().await?;
    ensure!(told["events"].is_null() && told["next"].is_null(), "{told}");
    assert_eq!(told["observation"]["status"], "Q");
    // What is published uses none of it.
    assert_eq!(told["observation"]["official"], "2.260000");
    assert_eq!(told["observation"]["official_difference"], Value::Null);
    for (part, member) in [
        ("observation", "value"),
        ("numerator", "value"),
        ("numerator", "parts"),
        ("denominator", "value"),
        ("denominator", "vintage"),
        ("changes", "since_previous_figure"),
        ("changes", "since_previous_period"),
    ] {
        ensure!(told[part][member].is_null(), "{part} {member}: {told}");
    }

    // Later, with nothing changed, it is the same answer, also where it goes on.
    for page in [RATIO.to_owned(), format!("{RATIO}&limit=2")] {
        let ask = || client.get(format!("{}{page}", system.run.query)).bearer_auth(&official);
        let first = ask().send().await?;
        let moment = |answer: &reqwest::Response| answer.headers()["weir-as-of"].clone();
        let (tag, then) = (first.headers()["etag"].clone(), moment(&first));
        system.accept(&[events::unit(9, "510704")]).await?;
        system.settled().await?;
        let again = ask().header("if-none-match", tag).send().await?;
        ensure!(moment(&again) != then, "it is the same moment");
        assert_eq!(again.status(), 304, "{page}");
    }
    for role in ["public", "operator", "bureau"] {
        let refused = reqwest::Client::new().get(&url).bearer_auth(system.key(role)?).send().await?;
        assert_eq!(refused.status(), 403, "{role}");
    }
    system.leave().await
}
