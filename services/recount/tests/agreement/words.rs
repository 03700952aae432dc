//! Few days, places and numbers, so that the events of a history meet.

use proptest::prelude::*;
use serde_json::{Value, json};

pub(crate) fn pick(of: &'static [&'static str]) -> BoxedStrategy<&'static str> {
    prop::sample::select(of).boxed()
}

/// A day of the plan's first years: mostly one at which something turns.
pub(crate) fn day() -> BoxedStrategy<String> {
    let turning = pick(&[
        "2019-12-31",
        "2020-02-29",
        "2020-12-31",
        "2021-01-01",
        "2021-06-30",
        "2021-07-01",
        "2021-12-31",
        "2022-01-01",
        "2022-02-28",
    ]);
    let any = (2020_i16..=2022, 1_i8..=12, pick(&["01", "15"]))
        .prop_map(|(year, month, day)| format!("{year}-{month:02}-{day}"));
    prop_oneof![1 => turning.prop_map(str::to_owned), 1 => any].boxed()
}

/// Two counties of a prefecture, that prefecture itself, another's county, and one of another province.
pub(crate) fn area() -> BoxedStrategy<&'static str> {
    pick(&["510703", "510703", "510704", "510700", "510104", "110101"])
}

pub(crate) fn field() -> BoxedStrategy<Option<&'static str>> {
    prop::option::of(pick(&["F01", "F02"])).boxed()
}

pub(crate) fn status() -> BoxedStrategy<&'static str> {
    pick(&[
        "high_tech_enterprise",
        "high_tech_enterprise",
        "high_tech_industry",
        "above_scale_industrial",
        "above_scale_industrial",
        "sci_tech_sme",
        "sci_tech_service",
        "gazelle",
    ])
}

/// A form, and a period that it is filed for.
pub(crate) fn filing() -> BoxedStrategy<(&'static str, &'static str)> {
    let annual = (pick(&["B103-1", "107-2", "RD-HE"]), pick(&["2021", "2022"]));
    let monthly =
        (pick(&["B203", "B203", "F203", "TORCH"]), pick(&["2021-11", "2021-12", "2022-02", "2022-07"]));
    prop_oneof![annual, monthly].boxed()
}

/// A sum of money, as a decimal of yuan, not negative.
pub(crate) fn amount() -> BoxedStrategy<String> {
    prop_oneof![
        (1_u32..9).prop_map(|yuan| yuan.to_string()),
        pick(&["0", "0.01", "12.500000", "1e3"]).prop_map(|text| if text == "1e3" {
            "1000.000001".to_owned()
        } else {
            text.to_owned()
        })
    ]
    .boxed()
}

/// A party; two of them share an area, and one has a code.
pub(crate) fn party() -> BoxedStrategy<Value> {
    let named = (pick(&["a", "b"]), area()).prop_map(|(name, area)| json!({"name": name, "area": area}));
    let coded =
        area().prop_map(|area| json!({"name": "a", "credit_code": "91510700MA6C000256", "area": area}));
    prop_oneof![named, coded].boxed()
}
