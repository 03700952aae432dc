//! Keys that `weir key` makes hold in a running system, for what they name and nothing else, until they are renewed or revoked.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use weir_tests::{Settings, System, events, until};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

/// What `weir key` prints.
fn key(data: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(WEIR).arg("key").args(arguments).arg("--data").arg(data).output()?;
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "weir key {arguments:?}: {complained}");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// What ingestion answers to an event sent with a key: its status, and the body.
async fn sent(system: &System, key: &str, event: &Value) -> Result<(u16, Value)> {
    let request = reqwest::Client::new().post(format!("{}/v1/events", system.run.ingest)).bearer_auth(key);
    let request = request.header("content-type", "application/cloudevents+json").body(event.to_string());
    let answer = request.send().await?;
    Ok((answer.status().as_u16(), answer.json().await?))
}

/// The event, as the bureau of an area sends it.
fn of(area: &str, mut event: Value) -> Value {
    event["source"] = json!(format!("/bureaus/{area}"));
    event
}

#[tokio::test]
async fn a_key_holds_for_what_it_names_until_it_is_revoked() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path();
    let system = System::up(data, &Settings::new(WEIR)).await?;
    let made = key(data, &["create", "--bureau", "510700", "--events", "unit,report"])?;
    ensure!(made.starts_with("weir_bureau_") && made.lines().count() == 1, "{made}");

    let unit = of("510700", events::unit(1, "510704"));
    until("the key is known", || async { Ok((sent(&system, &made, &unit).await?.0 == 202).then_some(())) })
        .await?;
    let refused = async |event: &Value| {
        let (status, answer) = sent(&system, &made, event).await?;
        let problem = &answer["results"][0]["problems"][0];
        let text = |member: &str| problem[member].as_str().unwrap_or_default().to_owned();
        anyhow::Ok((status, text("code"), text("pointer"), text("detail")))
    };
    let scope =
        |pointer: &str, detail: &str| (422, "E-SCOPE".to_owned(), pointer.to_owned(), detail.to_owned());
    assert_eq!(
        refused(&of("510700", events::unit(2, "510104"))).await?,
        scope("/data/area", "the key does not cover 510104")
    );
    assert_eq!(
        refused(&of("510700", events::patent(1, "510704"))).await?,
        scope("/type", "the key does not cover weir.patent.granted.v1")
    );
    let review = |level: &str| {
        let data = json!({"form": "107-2", "period": "2021", "revision": 1, "level": level, "verdict": "accepted",
            "rules": [], "area": "510704"});
        of("510700", events::event(level, "weir.report.reviewed.v1", &events::credit_code(1), &data))
    };
    assert_eq!(
        refused(&review("province")).await?,
        scope("/data/level", "the key does not speak for 510700 at the level province")
    );
    assert_eq!(sent(&system, &made, &review("city")).await?.0, 202);

    let twice = key(data, &["create", "--bureau", "510700"]).expect_err("a name is there once").to_string();
    ensure!(twice.contains("bureau-510700"), "{twice}");
    let nameless =
        key(data, &["create", "--role", "official"]).expect_err("that is weir up's own").to_string();
    ensure!(nameless.contains("--name"), "{nameless}");
    for (name, why) in [("a\u{1b}[2J", "control characters"), (" ", "blank")] {
        let unfit = key(data, &["create", "--bureau", "510700", "--name", name]).expect_err("no name");
        ensure!(unfit.to_string().contains(why), "{unfit}");
    }
    let reader = key(data, &["create", "--role", "official", "--name", "reader"])?;
    until("the reader's key is known", || async {
        let asked =
            reqwest::Client::new().get(format!("{}/v1/queries", system.run.query)).bearer_auth(&reader);
        Ok((asked.send().await?.status().as_u16() == 200).then_some(()))
    })
    .await?;
    let listed = key(data, &["list"])?;
    let line = listed.lines().find(|line| line.starts_with("bureau-510700")).context("it is not listed")?;
    ensure!(line.contains("510700") && line.contains("unit,report") && line.ends_with('-'), "{line}");

    let renewed = key(data, &["renew", "bureau-510700"])?;
    ensure!(
        renewed.starts_with("weir_bureau_") && renewed.lines().count() == 1 && renewed != made,
        "{renewed}"
    );
    until("the other key is known", || async {
        Ok((sent(&system, &renewed, &unit).await?.0 == 202).then_some(()))
    })
    .await?;
    let (status, answer) = sent(&system, &made, &unit).await?;
    assert_eq!((status, &answer["detail"]), (401, &json!("the key is not known")));
    let (before, made) = (made, renewed);
    let (status, answer) = sent(&system, &made, &of("510700", events::patent(1, "510704"))).await?;
    assert_eq!((status, &answer["results"][0]["problems"][0]["code"]), (422, &json!("E-SCOPE")));
    let asked = reqwest::Client::new().get(format!("{}/v1/rejected", system.run.ingest)).bearer_auth(&made);
    let told: Value = asked.send().await?.error_for_status()?.json().await?;
    ensure!(told["rejected"].as_array().is_some_and(|rejected| rejected.len() == 4), "{told}");
    key(data, &["create", "--client", "office", "--bureau", "510700", "--name", "office"])?;
    let tokens = key(data, &["renew", "office"]).expect_err("a client has no key").to_string();
    ensure!(tokens.contains("the client \"office\""), "{tokens}");

    key(data, &["revoke", "bureau-510700"])?;
    until("the key is refused", || async {
        let (status, answer) = sent(&system, &made, &unit).await?;
        let told =
            answer["detail"].as_str().is_some_and(|detail| detail.starts_with("the key was revoked at "));
        Ok((status == 401 && told).then_some(()))
    })
    .await?;
    let (status, answer) = sent(&system, "weir_bureau_0123", &unit).await?;
    assert_eq!((status, &answer["detail"]), (401, &json!("the key is not known")));
    for command in ["revoke", "renew"] {
        for (name, why) in [("bureau-510700", "was revoked at 20"), ("none", "no key of the name")] {
            let refused =
                key(data, &[command, name]).expect_err("it holds no more, or never did").to_string();
            ensure!(refused.contains(why), "{refused}");
        }
    }
    system.leave().await?;

    for file in ["weir.log", "keys.json"] {
        let text = std::fs::read_to_string(data.join(file))?;
        ensure!(!text.contains(&made) && !text.contains(&before), "{file} shows the key");
    }
    Ok(())
}
