//! Patents: valid from grant to lapse or term, high-value by class or age, placed by the first holder.

use serde_json::{Value, json};
use weir_schemas::patent_number::PatentNumber;

use crate::log::Log;

pub(crate) fn holder(area: &str) -> Value {
    json!([{"name": "某大学", "area": area}, {"name": "某公司", "area": "510703"}])
}

/// The number with the check digit that the others demand.
pub(crate) fn patent_number() -> String {
    let numbers = "0123456789X".chars().map(|check| format!("201110000001.{check}"));
    numbers.filter(|number| number.parse::<PatentNumber>().is_ok()).collect()
}

pub(crate) fn patent(area: &str, classes: &[&str]) -> Log {
    let data = json!({"filing_date": "2012-02-29", "grant_date": "2014-05-20", "holders": holder(area),
        "classes": classes});
    Log::default().and("patent.granted", &patent_number(), data)
}

fn changed(log: Log, from: &str, change: &str) -> Log {
    log.and("patent.changed", &patent_number(), json!({"effective_from": from, "change": change}))
}

fn hvp(log: &Log, period: &str) -> String {
    log.shows("high_value_patents", period)
}

#[test]
fn age_makes_a_patent_high_value_after_its_tenth_year() {
    // An anniversary of 29 February falls on 1 March.
    assert_eq!(hvp(&patent("510104", &[]), "2022-02"), "");
    assert_eq!(hvp(&patent("510104", &[]), "2022-03"), "510104 _U 1");
}

#[test]
fn what_ends_a_patent_ends_it_until_it_is_restored() {
    let log = patent("510104", &["awarded"]);
    for change in ["lapsed", "invalidated"] {
        let ended = changed(log.clone(), "2021-06-30", change);
        assert_eq!((hvp(&ended, "2021-05"), hvp(&ended, "2021-06")), ("510104 _U 1".into(), String::new()));
        let restored = changed(ended.clone(), "2021-09-01", "restored");
        assert_eq!(
            (hvp(&restored, "2021-08"), hvp(&restored, "2021-09")),
            (String::new(), "510104 _U 1".into())
        );
        // Days decide, not the order of the log.
        let early = changed(ended, "2021-03-01", "restored");
        assert_eq!(hvp(&early, "2021-06"), "");
    }
    let ends = json!({"filing_date": "2012-02-29", "grant_date": "2014-05-20", "holders": holder("510104"),
        "classes": ["awarded"], "term_end": "2021-06-30"});
    let ends = Log::default().and("patent.granted", &patent_number(), ends);
    assert_eq!((hvp(&ends, "2021-05"), hvp(&ends, "2021-06")), ("510104 _U 1".into(), String::new()));
}

#[test]
fn classes_come_and_go_and_holders_place_it() {
    let class = |log: Log, from: &str, change: &str| {
        let data = json!({"effective_from": from, "change": change, "class": "pledged"});
        log.and("patent.changed", &patent_number(), data)
    };
    let log = class(class(patent("510104", &[]), "2021-02-01", "class_added"), "2021-04-01", "class_removed");
    let months = ["2021-01", "2021-02", "2021-03", "2021-04"].map(|month| hvp(&log, month).is_empty());
    assert_eq!(months, [true, false, false, true]);
    let transfer =
        json!({"effective_from": "2021-03-01", "change": "transferred", "holders": holder("510703")});
    let moved = log.and("patent.changed", &patent_number(), transfer);
    assert_eq!(
        (hvp(&moved, "2021-02"), hvp(&moved, "2021-03")),
        ("510104 _U 1".into(), "510703 _U 1".into())
    );
}
