//! Registers: entries stand from the day they enter until they are removed.

use serde_json::{Value, json};

use crate::log::{Log, standing};

fn with(mut data: Value, name: &str, value: Value) -> Value {
    data[name] = value;
    data
}

fn entered(register: &str, on: &str, field: Option<&str>) -> Value {
    json!({"register": register, "entry": "e", "area": "510703", "field": field, "entered_on": on})
}

#[test]
fn an_entry_stands_until_it_is_removed_and_its_latest_change_places_it() {
    let subject = "talent_youth:e";
    let about = |from: &str| json!({"register": "talent_youth", "entry": "e", "effective_from": from});
    let log = Log::default()
        .and("register.entered", subject, entered("talent_youth", "2021-03-10", Some("F02")))
        .and("register.changed", subject, with(about("2022-01-01"), "area", json!("510104")))
        .and("register.changed", subject, with(about("2022-02-01"), "level", json!("national")))
        .and("register.removed", subject, with(about("2022-06-30"), "reason", json!("r")));
    let stock = ["2021-02", "2021-03", "2021", "2022-02", "2022-06"];
    let stock = stock.map(|period| log.shows("stock_talent_youth", period));
    assert_eq!(stock, ["", "510703 F02 1", "510703 F02 1", "510104 F02 1", ""]);
    let flow = ["2021-02", "2021-03", "2021", "2022-02"].map(|period| log.shows("flow_talent_youth", period));
    assert_eq!(flow, ["", "510703 F02 1", "510703 F02 1", ""]);
    let total = ["2021", "2022-05", "2022-06"].map(|period| log.shows("total_talent_youth", period));
    assert_eq!(total, ["510703 F02 1", "510104 F02 1", ""]);
    let again = log.and("register.entered", subject, entered("talent_youth", "2023-01-01", None));
    assert_eq!(again.shows("flow_talent_youth", "2023"), "510703 _U 1");
    assert_eq!(again.shows("stock_talent_youth", "2022"), "");
    let before = Log::default().and("register.entered", subject, entered("talent_youth", "2020-12-31", None));
    assert_eq!(before.shows("stock_talent_youth", "2021"), "510703 _U 1");
    assert_eq!(before.shows("total_talent_youth", "2021"), "");
}

#[test]
fn a_roadmap_counts_its_field_and_one_without_a_field_none() {
    let road = |field| {
        Log::default().and(
            "register.entered",
            "field_roadmap:e",
            entered("field_roadmap", "2022-01-01", field),
        )
    };
    let shown = standing(&road(Some("F07")).state(), "fields_with_roadmap", "2022");
    assert_eq!(shown.iter().map(|(_, stands)| &*stands.contributor).collect::<Vec<_>>(), ["F07"]);
    assert_eq!(road(None).shows("fields_with_roadmap", "2022"), "");
}

#[test]
fn an_entry_without_an_area_enters_no_figure() {
    let nowhere = with(entered("incubator", "2022-01-01", None), "area", json!(null));
    assert_eq!(
        Log::default().and("register.entered", "incubator:e", nowhere).shows("stock_incubator", "2022"),
        ""
    );
}
