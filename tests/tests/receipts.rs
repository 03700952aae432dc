//! What became of each event that was sent, what is asked about reports, and what enters no figure.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use weir_kernel::clickhouse::{self, ClickHouse};
use weir_kernel::keys::{Key, Keys, PlainKey, Role};
use weir_kernel::log::{self, NewRecord};
use weir_kernel::shutdown::Shutdown;
use weir_query::Query;
use weir_schemas::plan::SICHUAN_14;
use weir_tests::events::{self, SOURCE, credit_code};
use weir_tests::{Settings, System, until};

async fn up(data: &Path) -> Result<System> {
    System::up(data, &Settings::new(env!("CARGO_BIN_EXE_tested-weir"))).await
}

fn about(index: u32, id: &str, kind: &str, data: &Value) -> Value {
    events::event(id, kind, &credit_code(index), data)
}

/// The same event, of another bureau.
fn of_bureau(mut event: Value, area: &str) -> Value {
    event["source"] = json!(format!("/bureaus/{area}"));
    event
}

fn with_id(mut event: Value, id: &str) -> Value {
    event["id"] = json!(id);
    event
}

fn on_report(verb: &str, revision: u32, rest: &Value) -> Value {
    let mut data = json!({"form": "107-2", "period": "2021", "revision": revision});
    if let (Some(data), Some(rest)) = (data.as_object_mut(), rest.as_object()) {
        data.extend(rest.clone());
    }
    about(1, &format!("{verb}-{revision}"), &format!("weir.report.{verb}.v1"), &data)
}

fn returned(revision: u32) -> Value {
    let review = json!({"level": "city", "verdict": "returned", "rules": [], "area": "510700"});
    on_report("reviewed", revision, &review)
}

/// The receipts of an event, which must be of one subject.
async fn receipt(system: &System, source: &str, id: &str) -> Result<Value> {
    let answer = system.get(&format!("/v1/receipts?source={source}&id={id}")).await?;
    ensure!(answer["receipts"].as_array().map(Vec::len) == Some(1), "not one receipt: {answer}");
    Ok(answer["receipts"][0].clone())
}

/// What an event's standing is, and the id of the event that decided it.
async fn standing(system: &System, id: &str) -> Result<(String, Value)> {
    let receipt = receipt(system, SOURCE, id).await?;
    Ok((receipt["standing"].as_str().unwrap_or_default().to_owned(), receipt["by"]["id"].clone()))
}

fn stands(word: &str, by: &str) -> (String, Value) {
    (word.to_owned(), if by.is_empty() { Value::Null } else { json!(by) })
}

#[tokio::test]
async fn an_event_is_logged_stored_aggregated_and_stands_until_another_takes_its_place() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = up(data.path()).await?;
    let report = events::rd_report(1, 2021, 1, 1_000);
    let mut other = report.clone();
    other["data"]["items"]["rd_internal"] = json!("2000");
    let pushed = system.push(&[events::unit(1, "510704"), report.clone()]).await?;
    system.accept(&[report]).await?;
    system.accept(&[other]).await?;
    system.settled().await?;

    let shown = receipt(&system, SOURCE, "rd-1-2021-1").await?;
    let place = &pushed.body["results"][1];
    assert_eq!((&shown["subject"], &shown["type"]), (&json!(credit_code(1)), &json!("weir.report.filed.v1")));
    let logged = shown["logged"].as_array().context("no copies")?;
    assert_eq!((&logged[0]["partition"], &logged[0]["offset"]), (&place["partition"], &place["offset"]));
    let outcomes: Vec<&str> = logged.iter().filter_map(|copy| copy["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["stored", "duplicate", "conflict"]);
    for copy in logged {
        assert_eq!((&copy["aggregated"], &copy["reflected"]), (&json!(true), &json!(true)), "{copy}");
    }
    assert_eq!(shown["conflicts"].as_array().map(Vec::len), Some(1));
    assert_eq!(shown["conflicts"][0]["offset"], logged[2]["offset"]);
    assert_eq!(standing(&system, "rd-1-2021-1").await?, stands("in_force", ""));

    system.accept(&[returned(1)]).await?;
    system.settled().await?;
    assert_eq!(standing(&system, "rd-1-2021-1").await?, stands("returned", "reviewed-1"));
    system.accept(&[events::rd_report(1, 2021, 2, 7)]).await?;
    system.settled().await?;
    assert_eq!(standing(&system, "rd-1-2021-1").await?, stands("superseded", "rd-1-2021-2"));
    let withdrawn = on_report("withdrawn", 2, &json!({"reason": "in error"}));
    let void =
        json!({"voided_source": SOURCE, "voided_id": "reviewed-1", "reason": "another firm", "author": "a"});
    let ignored = of_bureau(with_id(events::rd_report(1, 2021, 3, 8), "far"), "510100");
    system
        .accept(&[
            withdrawn,
            about(1, "void", "weir.event.voided.v1", &void),
            ignored,
            events::rd_report(2, 2021, 1, 5),
        ])
        .await?;
    system.settled().await?;
    assert_eq!(standing(&system, "rd-1-2021-2").await?, stands("withdrawn", "withdrawn-2"));
    assert_eq!(standing(&system, "reviewed-1").await?, stands("voided", "void"));
    assert_eq!(standing(&system, "rd-2-2021-1").await?, stands("no_area", ""));
    let far = receipt(&system, "/bureaus/510100", "far").await?;
    assert_eq!(
        (&far["standing"], &far["findings"][0]["rule"]),
        (&json!("ignored"), &json!("W-IGNORED-SOURCE"))
    );
    system.leave().await
}

#[tokio::test]
async fn one_id_may_stand_under_several_subjects() -> Result<()> {
    let data = tempfile::tempdir()?;
    let settings = Settings::new(env!("CARGO_BIN_EXE_tested-weir")).with("--page").with("2");
    let system = System::up(data.path(), &settings).await?;
    let units = [1, 2, 3].map(|index| with_id(events::unit(index, "510704"), "same"));
    system.accept(&units[..2]).await?;
    system.settled().await?;
    let path = format!("/v1/receipts?source={SOURCE}&id=same");
    let answer = system.get(&path).await?;
    assert_eq!(answer["receipts"].as_array().map(Vec::len), Some(2));
    system.accept(&units[2..]).await?;
    system.settled().await?;
    let refused = system.get(&path).await.expect_err("three subjects are too many").to_string();
    assert!(refused.contains("the id stands under more than 2 subjects; name one"), "{refused}");
    let one = system.get(&format!("{path}&subject={}", credit_code(3))).await?;
    assert_eq!(one["receipts"][0]["subject"], credit_code(3));
    system.leave().await
}

/// A unit's revenue of 2024 up to a month, in yuan.
fn revenue(index: u32, month: u32, items: &Value) -> Value {
    let data = json!({"form": "B203", "period": format!("2024-{month:02}"), "revision": 1, "area": "510704", "items": items});
    about(index, &format!("b203-{index}-{month}"), "weir.report.filed.v1", &data)
}

fn rules(answer: &Value) -> Vec<(String, String)> {
    let queries = answer["queries"].as_array().cloned().unwrap_or_default();
    let text = |query: &Value, member: &str| query[member].as_str().unwrap_or_default().to_owned();
    queries.iter().map(|query| (text(query, "rule"), text(query, "period"))).collect()
}

fn of(rules: &[(&str, &str)]) -> Vec<(String, String)> {
    rules.iter().map(|(rule, period)| ((*rule).to_owned(), (*period).to_owned())).collect()
}

#[tokio::test]
async fn what_the_rules_ask_is_listed_until_it_is_explained() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = up(data.path()).await?;
    // The door warns of one; the others need what was filed before.
    let over = json!({"operating_revenue": "1000", "rd_expense": "600"});
    system.accept(&[events::unit(1, "510704"), events::unit(2, "510104")]).await?;
    let answer = system.push(&[revenue(1, 3, &over)]).await?;
    assert_eq!(answer.body["results"][0]["warnings"][0]["code"], "W-RD-SHARE");
    system.settled().await?;
    system.accept(&[revenue(1, 4, &json!({"operating_revenue": "900"}))]).await?;
    system.settled().await?;
    let before = system.as_of().await?;
    system.accept(&[revenue(1, 5, &json!({"operating_revenue": "1000000"}))]).await?;
    system.settled().await?;

    let (share, fall, slip) =
        (("W-RD-SHARE", "2024-03"), ("W-YTD-FALL", "2024-04"), ("W-UNIT-SLIP", "2024-05"));
    let all = system.get("/v1/queries?area=510700").await?;
    assert_eq!(rules(&all), of(&[share, fall, slip]));
    let first = &all["queries"][0];
    assert_eq!(
        (&first["unit"], &first["form"], &first["revision"]),
        (&json!(credit_code(1)), &json!("B203"), &json!(1))
    );
    assert_eq!(
        (&first["open"], &first["explained"], &first["area"]),
        (&json!(true), &Value::Null, &json!("510704"))
    );
    assert_eq!(
        (&first["pointer"], &first["event"]["id"]),
        (&json!("/data/items/rd_expense"), &json!("b203-1-3"))
    );
    let receipt = receipt(&system, SOURCE, "b203-1-3").await?;
    assert_eq!(
        (&receipt["warnings"][0]["code"], &receipt["findings"][0]["rule"]),
        (&json!("W-RD-SHARE"), &json!("W-RD-SHARE"))
    );

    // In pages, all as of the first.
    let client = reqwest::Client::new();
    let ask = || {
        let request = client.get(format!("{}/v1/queries?limit=2", system.run.query));
        Ok::<_, anyhow::Error>(request.bearer_auth(system.key("official")?))
    };
    let answer = ask()?.send().await?;
    let tag = answer.headers()["etag"].clone();
    let page: Value = answer.json().await?;
    assert_eq!(rules(&page), of(&[share, fall]));
    let next = page["next"].as_str().context("no next page")?;
    let explained = json!({"form": "B203", "period": "2024-05", "revision": 1, "rule": "W-UNIT-SLIP", "explanation": "a large order", "author": "b"});
    system.accept(&[about(1, "explained", "weir.query.explained.v1", &explained)]).await?;
    system.settled().await?;
    // What this page shows is the same, whatever moment the next one would be as of.
    assert_eq!(ask()?.header("if-none-match", tag).send().await?.status(), 304);
    let last = system.get(&format!("/v1/queries?limit=2&cursor={next}")).await?;
    assert_eq!((rules(&last), &last["next"]), (of(&[slip]), &Value::Null));
    assert_eq!(last["queries"][0]["open"], true, "it was not explained then");

    assert_eq!(rules(&system.get("/v1/queries?open=true").await?), of(&[share, fall]));
    let closed = system.get("/v1/queries?open=false").await?;
    assert_eq!(rules(&closed), of(&[slip]));
    let by = &closed["queries"][0]["explained"];
    assert_eq!(
        (&by["author"], &by["explanation"], &by["event"]["id"]),
        (&json!("b"), &json!("a large order"), &json!("explained"))
    );
    // By form, period and area; and as of then.
    assert_eq!(rules(&system.get("/v1/queries?form=B203&period=2024-04").await?), of(&[fall]));
    assert_eq!(rules(&system.get("/v1/queries?form=TORCH").await?), of(&[]));
    assert_eq!(rules(&system.get("/v1/queries?area=510100").await?), of(&[]));
    assert_eq!(rules(&system.get(&format!("/v1/queries?as_of={before}")).await?), of(&[share, fall]));
    // A corrected report is asked nothing.
    let mut corrected = with_id(revenue(1, 4, &json!({"operating_revenue": "1900"})), "corrected");
    corrected["data"]["revision"] = json!(2);
    corrected["data"]["reason"] = json!("a digit was missing");
    system.accept(&[corrected]).await?;
    system.settled().await?;
    let left = rules(&system.get("/v1/queries?open=true").await?);
    assert!(!left.contains(&of(&[fall])[0]), "{left:?}");
    system.leave().await
}

/// A query service of its own on a system's data, with keys of areas; they are called by role and area.
struct Scoped {
    url: String,
    keys: Vec<(String, PlainKey)>,
    shutdown: Shutdown,
}

impl Scoped {
    async fn start(data: &Path, system: &System) -> Result<Self> {
        let access: Value = serde_json::from_slice(&std::fs::read(data.join("clickhouse/access.json"))?)?;
        let text = |member: &str| access["reader"][member].as_str().unwrap_or_default().to_owned();
        let (mut shown, mut kept) = (Vec::new(), Vec::new());
        for role in [Role::Bureau, Role::Official, Role::Operator] {
            for area in ["510700", "510100", "510000"] {
                let (name, key) = (format!("{role} {area}"), PlainKey::generate(role)?);
                kept.push(Key { areas: vec![area.parse()?], ..Key::new(&*name, role, key.hash()) });
                shown.push((name, key));
            }
        }
        let query = Query {
            log: log::open(&log::Settings::Embedded(log::embedded::Settings::new(data.join("log")))).await?,
            clickhouse: ClickHouse::new(&clickhouse::Settings {
                url: system.run.clickhouse.clone(),
                user: text("name"),
                password: text("password"),
                request_timeout: clickhouse::Settings::REQUEST_TIMEOUT,
            }),
            plan: SICHUAN_14.to_owned(),
            keys: Keys::new(kept)?.into(),
            settings: weir_query::Settings {
                page: NonZeroUsize::MIN.saturating_add(1),
                ..Default::default()
            },
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shutdown = Shutdown::new();
        tokio::spawn(query.run(listener, Query::readiness(), shutdown.clone(), Duration::from_secs(5)));
        let scoped = Self { url, keys: shown, shutdown };
        until("the query service answers", || async {
            let (status, _) = scoped.ask("official 510000", "/v1/exceptions").await?;
            Ok((status == 200).then_some(()))
        })
        .await?;
        Ok(scoped)
    }

    async fn ask(&self, key: &str, path: &str) -> Result<(u16, Value)> {
        let (_, plain) = self.keys.iter().find(|(name, _)| name == key).context("no such key")?;
        let request = reqwest::Client::new().get(format!("{}{path}", self.url)).bearer_auth(plain.expose());
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok((status, answer.json().await?))
    }
}

impl Drop for Scoped {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

/// Units in two prefectures, and of each kind of exception one or two.
async fn exceptional(data: &Path, system: &System) -> Result<()> {
    let patent = of_bureau(events::patent(1, "510704"), "510700");
    let mut conflict = patent.clone();
    conflict["data"]["holders"][0]["area"] = json!("510705");
    let report = |index, area: &str| of_bureau(events::rd_report(index, 2021, 1, 10), area);
    system
        .accept(&[
            of_bureau(events::unit(1, "510704"), "510700"),
            of_bureau(events::unit(2, "510104"), "510100"),
            report(1, "510700"),
            with_id(report(2, "510700"), "far"),
            report(3, "510100"),
            patent,
        ])
        .await?;
    system.settled().await?;
    system.accept(&[conflict]).await?;
    let misplaced = of_bureau(with_id(events::patent(2, "510704"), "misplaced"), "510700");
    let poison = [
        NewRecord::new("poison", "no JSON"),
        NewRecord::new("elsewhere", misplaced.to_string().into_bytes()),
    ];
    weir_tests::log::append(data, 4, poison.into()).await?;
    system.settled().await
}

#[tokio::test]
async fn what_enters_no_figure_is_counted_and_listed() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = up(data.path()).await?;
    let none = system.get("/v1/exceptions").await?;
    assert_eq!(
        none["totals"],
        json!({"conflict": 0, "set_aside": 0, "ignored": 0, "unplaced": 0, "foreign": 0})
    );
    exceptional(data.path(), &system).await?;
    let counted = system.get("/v1/exceptions").await?;
    assert_eq!(
        counted["totals"],
        json!({"conflict": 1, "set_aside": 2, "ignored": 1, "unplaced": 1, "foreign": 0})
    );
    assert_eq!(counted["exceptions"], json!([]), "no kind is asked for");
    let list = async |query: &str| {
        let answer = system.get(&format!("/v1/exceptions?{query}")).await?;
        anyhow::Ok(answer["exceptions"].as_array().context("no list")?.clone())
    };
    let conflict = list("kind=conflict").await?.remove(0);
    assert_eq!((&conflict["id"], &conflict["source"]), (&json!("patent-1"), &json!("/bureaus/510700")));
    assert_eq!(conflict["partition"], conflict["first"]["partition"]);
    assert!(conflict["first"]["offset"].as_i64() < conflict["offset"].as_i64(), "{conflict}");
    let codes: Vec<Value> =
        list("kind=set_aside").await?.into_iter().map(|one| one["code"].clone()).collect();
    assert!(codes.contains(&json!("E-JSON")) && codes.contains(&json!("E-SUBJECT")), "{codes:?}");
    let ignored = list("kind=ignored").await?.remove(0);
    assert_eq!(
        (&ignored["subject"], &ignored["code"], &ignored["event"]["id"]),
        (&json!(credit_code(2)), &json!("W-IGNORED-SOURCE"), &json!("far"))
    );
    let unplaced = list("kind=unplaced").await?.remove(0);
    assert_eq!(
        (&unplaced["subject"], &unplaced["area"], &unplaced["code"]),
        (&json!(credit_code(3)), &Value::Null, &json!("W-NO-AREA"))
    );
    // What was set aside comes in pages of one.
    let page = system.get("/v1/exceptions?kind=set_aside&limit=1").await?;
    let next = page["next"].as_str().context("no next page")?;
    let last = system.get(&format!("/v1/exceptions?kind=set_aside&limit=1&cursor={next}")).await?;
    assert_eq!(last["next"], Value::Null);
    assert_ne!(page["exceptions"][0]["code"], last["exceptions"][0]["code"]);
    // What a bureau outside the plan's area sends enters no figure either.
    let outside = of_bureau(with_id(events::patent(9, "110105"), "outside"), "110105");
    let mut other = outside.clone();
    other["data"]["field"] = json!("F02");
    let records = [outside, other].iter().map(weir_tests::log::record).collect::<Result<_>>()?;
    weir_tests::log::append(data.path(), 4, records).await?;
    system.settled().await?;
    assert_eq!(system.get("/v1/exceptions").await?["totals"]["conflict"], 2);
    let ids: Vec<Value> = list("kind=conflict").await?.into_iter().map(|one| one["id"].clone()).collect();
    assert!(ids.contains(&json!("outside")), "{ids:?}");
    // Once the unit is registered, its report has an area.
    system.accept(&[events::unit(3, "510104")]).await?;
    system.settled().await?;
    assert_eq!(system.get("/v1/exceptions").await?["totals"]["unplaced"], 0);
    // What another's bureau ends is ended, and listed where it was.
    let closed = json!({"effective_from": "2022-01-01", "reason": "r"});
    let closed = events::event("closed", "weir.unit.closed.v1", &credit_code(1), &closed);
    system.accept(&[of_bureau(closed, "510100")]).await?;
    system.settled().await?;
    let foreign = list("kind=foreign&area=510700").await?.remove(0);
    assert_eq!(
        (&foreign["subject"], &foreign["area"], &foreign["code"], &foreign["event"]["id"]),
        (&json!(credit_code(1)), &json!("510704"), &json!("W-FOREIGN-SOURCE"), &json!("closed"))
    );
    assert_eq!(system.get("/v1/exceptions?area=510100").await?["totals"]["foreign"], 0);
    let receipt = system.get("/v1/receipts?source=/bureaus/510100&id=closed").await?;
    assert_eq!(receipt["receipts"][0]["findings"][0]["rule"], "W-FOREIGN-SOURCE", "{receipt}");
    system.leave().await
}

#[tokio::test]
async fn keys_see_what_is_theirs_and_the_rest_is_not_there() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = up(data.path()).await?;
    exceptional(data.path(), &system).await?;
    let scoped = Scoped::start(data.path(), &system).await?;
    let path = |source: &str, id: &str| format!("/v1/receipts?source=/bureaus/{source}&id={id}");
    let (status, absent) = scoped.ask("bureau 510700", &path("510700", "never-sent")).await?;
    assert_eq!(status, 404);
    for (key, source, id, expected) in [
        ("bureau 510700", "510700", "unit-1", 200),
        ("bureau 510000", "510700", "unit-1", 200),
        ("official 510700", "510700", "unit-1", 200),
        ("bureau 510100", "510700", "unit-1", 404),
        ("official 510100", "510700", "unit-1", 404),
        ("official 510700", "510000", "unit-1", 404),
        ("bureau 510700", "510700", "misplaced", 200),
        ("official 510100", "510700", "misplaced", 404),
        ("operator 510000", "510700", "unit-1", 403),
    ] {
        let (status, answer) = scoped.ask(key, &path(source, id)).await?;
        assert_eq!(status, expected, "{key} {source} {id}: {answer}");
        if status == 404 {
            assert_eq!(answer, absent, "{key} {source} {id}");
        }
    }
    let (_, aside) = scoped.ask("bureau 510700", &path("510700", "misplaced")).await?;
    assert_eq!((&aside["receipts"], &aside["set_aside"][0]["code"]), (&json!([]), &json!("E-SUBJECT")));
    // What the province's bureau filed for Mianyang is for Mianyang's officials, not for its bureau.
    system.accept(&[with_id(events::rd_report(1, 2022, 1, 5), "of-province")]).await?;
    let seen = path("510000", "of-province");
    until("the official's key sees it", || async {
        Ok((scoped.ask("official 510700", &seen).await?.0 == 200).then_some(()))
    })
    .await?;
    assert_eq!(scoped.ask("bureau 510700", &seen).await?.0, 404);
    // Subjects that an official may not see are passed over, also where they fill a page, and not counted.
    let areas = ["510104", "510104", "510104", "510704"];
    let unit = |(index, area): (u32, &str)| with_id(events::unit(index, area), "common");
    system.accept(&(11..).zip(areas).map(unit).collect::<Vec<_>>()).await?;
    system.settled().await?;
    let common = path("510000", "common");
    until("the official's key sees its own", || async {
        let (status, answer) = scoped.ask("official 510700", &common).await?;
        ensure!(status == 404 || answer["receipts"][0]["subject"] == credit_code(14), "{answer}");
        Ok((status == 200 && answer["receipts"].as_array().map(Vec::len) == Some(1)).then_some(()))
    })
    .await?;
    assert_eq!(scoped.ask("official 510100", &common).await?.0, 400, "three of two at most");
    assert_eq!(scoped.ask("bureau 510700", &common).await?.0, 404);

    let totals = async |key: &str, area: &str| {
        let (_, answer) = scoped.ask(key, &format!("/v1/exceptions?area={area}")).await?;
        anyhow::Ok(answer["totals"].clone())
    };
    let (mianyang, chengdu) =
        (totals("official 510700", "510700").await?, totals("official 510100", "510100").await?);
    assert_eq!(
        mianyang,
        json!({"conflict": 1, "set_aside": null, "ignored": 0, "unplaced": null, "foreign": 0})
    );
    assert_eq!(
        chengdu,
        json!({"conflict": 0, "set_aside": null, "ignored": 1, "unplaced": null, "foreign": 0})
    );
    assert_eq!(scoped.ask("official 510700", "/v1/exceptions?area=510100").await?.0, 403);
    assert_eq!(scoped.ask("official 510700", "/v1/queries?area=510100").await?.0, 403);
    // Operators see where and why, and nothing of units.
    for (kind, code) in
        [("conflict", Value::Null), ("ignored", json!("W-IGNORED-SOURCE")), ("unplaced", json!("W-NO-AREA"))]
    {
        let (_, answer) = scoped.ask("operator 510000", &format!("/v1/exceptions?kind={kind}")).await?;
        let one = answer["exceptions"][0].as_object().context("no exception")?;
        assert_eq!(one.keys().collect::<Vec<_>>(), ["code", "offset", "partition", "recorded"], "{kind}");
        assert_eq!((&one["code"], one["recorded"].is_string()), (&code, true));
    }
    drop(scoped);
    system.leave().await
}
