//! Histories at random of few subjects, so that events meet; ids recur, so that duplicates and conflicts arise; facts
//! are taken back in every way there is, so that contributions leave.

use proptest::prelude::*;
use serde_json::{Value, json};

const UNIT: &str = "91510700MA6C000256";
const PATENT: &str = "202110000001.6";
const CONTRACT: &str = "2021510000000001";
const SOURCE: &str = "/bureaus/510000";

/// What an event at random is made of.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    /// Even and odd codes, in the plan's area and outside it.
    area: &'static str,
    year: i16,
    revision: u32,
    value: u32,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let area = prop::sample::select(vec!["510703", "510704", "510722", "510104", "440305"]);
    (area, 2020_i16..2023, 1..4_u32, 0..50_u32).prop_map(|(area, year, revision, value)| Drawn {
        area,
        year,
        revision,
        value,
    })
}

/// The type and data of an event about a unit.
fn unit(kind: u8, drawn: Drawn) -> (&'static str, Value) {
    let Drawn { area, year, revision, value } = drawn;
    let from = format!("{year}-03-0{revision}");
    let (form, period, item) = match value % 2 {
        0 => ("B203", format!("{year}-12"), "operating_revenue"),
        _ => ("107-2", year.to_string(), "rd_internal"),
    };
    match kind {
        0 => (
            "unit.registered",
            json!({"name": "u", "kind": "enterprise", "area": area, "industry": "3914", "effective_from": from}),
        ),
        1 => ("unit.changed", json!({"effective_from": from, "reason": "moved", "area": area})),
        2 => ("unit.closed", json!({"effective_from": from, "reason": "r"})),
        3 => (
            "status.granted",
            json!({"status": "high_tech_enterprise", "number": format!("GR{revision}"), "valid_from": from}),
        ),
        4 => (
            "status.revoked",
            json!({"status": "high_tech_enterprise", "number": format!("GR{revision}"), "effective_from": from,
            "reason": "r"}),
        ),
        5 => {
            ("report.withdrawn", json!({"form": form, "period": period, "revision": revision, "reason": "r"}))
        }
        6 => (
            "report.reviewed",
            json!({"form": form, "period": period, "revision": revision, "level": "province",
            "verdict": if value < 25 { "returned" } else { "accepted" }, "rules": [], "area": "510000"}),
        ),
        _ => {
            let mut items = json!({item: value.to_string()});
            // Some of revenue say the year before, and so are in the panel.
            if value % 4 == 0 {
                items["operating_revenue_prior"] = json!((value / 2).to_string());
            }
            let filed = json!({"form": form, "period": period, "revision": revision, "area": area, "reason": "r",
                "items": items});
            ("report.filed", filed)
        }
    }
}

fn patent(kind: u8, drawn: Drawn) -> (&'static str, Value) {
    let Drawn { area, year, revision, .. } = drawn;
    let holders = json!([{"name": "h", "area": area}]);
    let from = format!("{year}-0{revision}-01");
    match kind {
        0 => ("patent.changed", json!({"effective_from": from, "change": "transferred", "holders": holders})),
        1 => ("patent.changed", json!({"effective_from": from, "change": "lapsed"})),
        2 => {
            ("patent.changed", json!({"effective_from": from, "change": "class_removed", "class": "pledged"}))
        }
        _ => (
            "patent.granted",
            json!({"filing_date": "2011-05-31", "grant_date": from, "holders": holders,
            "classes": ["pledged"]}),
        ),
    }
}

fn contract(kind: u8, drawn: Drawn) -> (&'static str, Value) {
    let Drawn { area, year, revision, value } = drawn;
    let party = json!({"name": "p", "area": area});
    match kind {
        0 => ("contract.cancelled", json!({"effective_from": format!("{year}-02-03"), "reason": "r"})),
        1 => (
            "contract.amended",
            json!({"revision": revision + 1, "effective_from": format!("{year}-02-03"),
            "amount": value.to_string(), "reason": "r"}),
        ),
        _ => (
            "contract.registered",
            json!({"kind": "service", "registered_on": format!("{year}-02-03"), "seller": party,
            "buyer": party, "amount": value.to_string(), "technology_amount": "0"}),
        ),
    }
}

/// Of the type and data of an event, the event; its id recurs.
fn event(subject: &str, id: &str, kind: &str, data: &Value) -> (String, Value) {
    let event = json!({"specversion": "1.0", "id": id, "source": SOURCE, "type": format!("weir.{kind}.v1"),
                       "subject": subject, "time": "2022-01-10T08:00:00Z", "data": data});
    (subject.to_owned(), event)
}

/// A log of up to forty events, each with its key; some void one before or after them.
pub(super) fn log() -> impl Strategy<Value = Vec<(String, Value)>> {
    let subject = prop_oneof![6 => Just(UNIT), 2 => Just(PATENT), 1 => Just(CONTRACT)];
    let one = (subject, 0..11_u8, drawn(), prop::option::weighted(0.1, any::<prop::sample::Index>()));
    prop::collection::vec(one, 1..40).prop_map(|drawn| {
        let events = drawn.iter().enumerate().map(|(place, (subject, kind, drawn, _))| {
            let (kind, data) = match *subject {
                UNIT => unit(*kind, *drawn),
                PATENT => patent(*kind, *drawn),
                _ => contract(*kind, *drawn),
            };
            // One in four takes an id that others take as well.
            let id = if place % 4 == 0 { format!("{}", drawn.value % 8) } else { format!("p{place}") };
            let (key, mut event) = event(subject, &id, kind, &data);
            if drawn.value % 3 == 0 {
                event["synthetic"] = json!(true);
            }
            (key, event)
        });
        let events: Vec<_> = events.collect();
        let void = |(subject, voided): &(String, Value)| {
            let id = voided["id"].as_str().unwrap_or_default();
            let data = json!({"voided_source": SOURCE, "voided_id": id, "reason": "r", "author": "a"});
            event(subject, &format!("v{id}"), "event.voided", &data)
        };
        let places = drawn.iter().zip(&events);
        places
            .map(|((.., voids), event)| {
                voids.as_ref().map_or_else(|| event.clone(), |other| void(other.get(&events)))
            })
            .collect()
    })
}
