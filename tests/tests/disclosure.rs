//! What is kept from analysts: what few units report, and what changed by few.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use weir_tests::{Settings, System, events};

const WEIR: &str = env!("CARGO_BIN_EXE_tested-weir");

/// A month's revenue of a unit of industry above scale, year to date.
fn month(index: u32, month: u32, revenue: u32) -> Value {
    let report = json!({"form": "B203", "period": format!("2023-{month:02}"), "revision": 1, "area": "510704",
        "items": {"operating_revenue": revenue.to_string()}});
    let id = format!("month-{month}-{index}");
    events::event(&id, "weir.report.filed.v1", &events::credit_code(index), &report)
}

/// What a unit says of a month later, year to date.
fn corrected(index: u32, period: &str, revenue: &str) -> Value {
    let report = json!({"form": "B203", "period": period, "revision": 2, "reason": "r", "area": "510704",
        "items": {"operating_revenue": revenue}});
    let id = format!("corrected-{period}-{index}");
    events::event(&id, "weir.report.filed.v1", &events::credit_code(index), &report)
}

fn above_scale(index: u32) -> Value {
    let held = json!({"status": "above_scale_industrial", "number": "a", "valid_from": "2020-01-01"});
    events::event(&format!("held-{index}"), "weir.status.granted.v1", &events::credit_code(index), &held)
}

/// Of each observation of a path the status and the value, `–` where there is none.
async fn shown(system: &System, role: &str, path: &str) -> Result<String> {
    let answer = system.get_as(role, path).await?;
    let observations = answer["observations"].as_array().cloned().unwrap_or_default();
    let one = |seen: &Value| {
        let value = seen["value"].as_str().and_then(|value| value.split('.').next()).unwrap_or("–");
        if seen["status"] == "Q" {
            for (name, member) in seen.as_object().into_iter().flatten() {
                let told = ["area", "period", "status", "growth_reason"].contains(&name.as_str());
                ensure!(told || member.is_null(), "{name} of a suppressed figure is {member}");
            }
        }
        Ok(format!("{}{value}", seen["status"].as_str().unwrap_or_default()))
    };
    Ok(observations.iter().map(one).collect::<Result<Vec<_>>>()?.join(" "))
}

#[tokio::test]
async fn analysts_see_no_figure_that_tells_of_few_units() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    // Five units of about one size, and one ten times as large in another county.
    let mut feed: Vec<Value> = (1..=6).map(above_scale).collect();
    feed.extend((1..=5).map(|index| events::unit(index, "510704")));
    feed.push(events::unit(6, "510703"));
    // All five grow in February; in March one alone does, in April nobody, in May all.
    for (number, revenues) in (1..).zip([[100; 5], [200; 5], [200, 200, 200, 200, 300]]) {
        feed.extend((1..).zip(revenues).map(|(index, revenue)| month(index, number, revenue)));
    }
    for number in [4, 5] {
        let more = if number == 5 { 100 } else { 0 };
        feed.extend(
            (1..).zip([200, 200, 200, 200, 300]).map(|(index, revenue)| month(index, number, revenue + more)),
        );
    }
    feed.push(month(6, 1, 9_000));
    system.accept(&feed).await?;
    system.settled().await?;

    let path =
        |area: &str| format!("/v1/measures/industrial_revenue?area={area}&freq=M&from=2023-01&to=2023-05");
    let all = shown(&system, "official", &path("510704")).await?;
    assert_eq!(all, "V500 V1000 V1100 V1100 V1600");
    let kept = "V500 V1000 Q– Q– V1600";
    assert_eq!(
        shown(&system, "analyst", &path("510704")).await?,
        kept,
        "March by one unit alone; April tells of March"
    );
    // One unit of a county, and a prefecture in which it is nine tenths of all; of what nobody reports nothing is kept.
    assert_eq!(shown(&system, "analyst", &path("510703")).await?, "Q– O– O– O– O–");
    let prefecture = shown(&system, "analyst", &path("510700")).await?;
    assert!(prefecture.starts_with("Q–"), "{prefecture}");
    assert_eq!(shown(&system, "analyst", &path("510105")).await?, "O– O– O– O– O–");

    // The past keeps the same, at every frequency and however much of it is asked for.
    for (area, query) in [
        ("510704", "freq=M&from=2023-01&to=2023-05"),
        ("510704", "freq=M&from=2023-04&to=2023-04"),
        ("510704", "freq=Q&from=2023-Q1&to=2023-Q2"),
        ("510700", "freq=M&from=2023-01&to=2023-05"),
        ("510700", "freq=A&from=2023&to=2023"),
    ] {
        let path = format!("/v1/measures/industrial_revenue?area={area}&{query}");
        let now = shown(&system, "analyst", &path).await?;
        let then = shown(&system, "analyst", &format!("{path}&as_of=2100-01-01")).await?;
        assert_eq!(now, then, "{path}");
    }
    let growth = system.get_as("analyst", &format!("{}&growth=panel", path("510703"))).await?;
    assert_eq!(growth["observations"][0]["growth"], Value::Null);

    // A late correction of February by one unit is told by March, which shows nothing before and after it.
    system.accept(&[corrected(1, "2023-02", "260")]).await?;
    system.settled().await?;
    let corrected = shown(&system, "analyst", &path("510704")).await?;
    assert_eq!(corrected, "V500 V1060 Q– Q– V1600");
    system.leave().await
}

#[tokio::test]
async fn nor_one_that_changed_by_few_since_the_quarter_before() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let mut feed: Vec<Value> = (1..=5).map(above_scale).collect();
    feed.extend((1..=5).map(|index| events::unit(index, "510704")));
    // In April one says much, in May nobody anything; in June the four others grow a little, which could be shown by itself.
    let said = [[1000; 5], [11_000, 1000, 1000, 1000, 1000], [11_000, 1010, 1010, 1010, 1010]];
    for (number, revenues) in [(3, said[0]), (4, said[1]), (5, said[1]), (6, said[2])] {
        feed.extend((1..).zip(revenues).map(|(index, revenue)| month(index, number, revenue)));
    }
    // Another quarter, in which all grow alike.
    feed.extend((1..).zip(said[2]).map(|(index, revenue)| month(index, 9, revenue + 1000)));
    system.accept(&feed).await?;
    system.settled().await?;

    let path = |area: &str, query: &str| format!("/v1/measures/industrial_revenue?area={area}&{query}");
    let quarters = "freq=Q&from=2023-Q1&to=2023-Q3";
    for area in ["510704", "510700", "510000"] {
        assert_eq!(shown(&system, "official", &path(area, quarters)).await?, "V5000 V15040 V20040");
        let kept = shown(&system, "analyst", &path(area, quarters)).await?;
        assert_eq!(kept, "V5000 Q– V20040", "from quarter to quarter it was nearly one alone");
        let then = shown(&system, "analyst", &path(area, &format!("{quarters}&as_of=2100-01-01"))).await?;
        assert_eq!(kept, then);
    }

    // What March says decides what June shows: with more of it there already, less of the change is of one.
    system.accept(&[corrected(1, "2023-03", "10900"), corrected(2, "2023-03", "900")]).await?;
    system.settled().await?;
    let corrected = shown(&system, "analyst", &path("510704", quarters)).await?;
    assert_eq!(corrected, "V14800 V15040 V20040", "beside March as it is now, June grew by all five");
    system.leave().await
}

#[tokio::test]
async fn growth_tells_of_no_few_units_either() -> Result<()> {
    let data = tempfile::tempdir()?;
    let system = System::up(data.path(), &Settings::new(WEIR)).await?;
    let mut feed: Vec<Value> = (1..=13).map(above_scale).collect();
    let grows = |index: u32, area: &str, revenue: u32, prior: Option<u32>| {
        let mut items = json!({"operating_revenue": revenue.to_string()});
        if let Some(prior) = prior {
            items["operating_revenue_prior"] = prior.to_string().into();
        }
        let report =
            json!({"form": "B203", "period": "2023-03", "revision": 1, "area": area, "items": items});
        events::event(&format!("grows-{index}"), "weir.report.filed.v1", &events::credit_code(index), &report)
    };
    // In one county one of four says the year before; in the other all three do, of which one was nearly all.
    for index in 1..=4 {
        feed.push(events::unit(index, "510704"));
        feed.push(grows(index, "510704", 100, (index == 1).then_some(80)));
    }
    for (index, prior) in [(5, 1000), (6, 1), (7, 1)] {
        feed.push(events::unit(index, "510703"));
        feed.push(grows(index, "510703", 100, Some(prior)));
    }
    for index in 8..=10 {
        feed.push(events::unit(index, "510722"));
        feed.push(grows(index, "510722", 110, Some(100)));
    }
    system.accept(&feed).await?;
    system.settled().await?;
    for query in ["", "&as_of=2100-01-01"] {
        let path = format!(
            "/v1/measures/industrial_revenue?area=510703,510704,510722&freq=M&from=2023-03&to=2023-03&growth=panel{query}"
        );
        let told = async |role: &str| -> Result<Vec<String>> {
            let answer = system.get_as(role, &path).await?;
            let observations = answer["observations"].as_array().cloned().unwrap_or_default();
            let text = |one: &Value, name: &str| one[name].as_str().unwrap_or("–").to_owned();
            Ok(observations
                .iter()
                .map(|one| text(one, "growth") + " " + &text(one, "growth_reason"))
                .collect())
        };
        assert_eq!(told("official").await?, ["-0.700599 –", "0.250000 –", "0.100000 –"]);
        let kept = "– the comparable panel is confidential";
        assert_eq!(told("analyst").await?, [kept, kept, "0.100000 –"]);
    }
    system.leave().await
}
