//! Histories at random: of one subject of any kind, few days, places and numbers, so that events meet.

use proptest::prelude::*;
use serde_json::{Value, json};
use weir_schemas::event::Event;

use crate::log::{UNIT, event, granted, registered, void};

const PATENT: &str = "202110000001.6";
const CONTRACT: &str = "2023510704000042";

fn pick(of: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(of)
}

fn day() -> impl Strategy<Value = String> {
    (2021_i16..=2022, 1_i8..=12, pick(&["01", "15"]))
        .prop_map(|(year, month, day)| format!("{year}-{month:02}-{day}"))
}

fn area() -> impl Strategy<Value = &'static str> {
    pick(&["510703", "510704", "510104", "110101"])
}

fn period() -> impl Strategy<Value = &'static str> {
    pick(&["2021-09", "2021-10", "2021-11", "2021-12", "2022-11"])
}

/// A form and a period that it is filed for.
fn report() -> impl Strategy<Value = (&'static str, &'static str)> {
    let annual = (Just("107-2"), pick(&["2020", "2021", "2022"]));
    prop_oneof![2 => (pick(&["B203", "TORCH"]), period()), 1 => annual]
}

/// Items of finance, few values, some a thousand times others; any of them may be left out.
fn items() -> impl Strategy<Value = Value> {
    let name = pick(&["operating_revenue", "operating_revenue_prior", "rd_expense"]);
    let value = prop::sample::select(vec![1_u32, 2, 3, 1_000, 2_000, 3_000]);
    prop::collection::btree_map(name, value, 1..=3).prop_map(|items| json!(items))
}

/// A query rule.
fn rule() -> impl Strategy<Value = &'static str> {
    pick(&["W-YTD-FALL", "W-UNIT-SLIP", "W-PRIOR-MISMATCH", "W-PRIOR-YEAR", "W-AREA-DIFFERS"])
}

fn rules() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(rule(), 0..2)
}

/// The type and data of an event about a unit.
fn unit() -> BoxedStrategy<(&'static str, Value)> {
    let reason = pick(&["moved", "reclassified", "merged"]);
    let status = || pick(&["gazelle", "above_scale_industrial", "high_tech_enterprise"]);
    let field = || prop::option::of(pick(&["F01", "F02"]));
    prop_oneof![
        1 => (day(), area(), field()).prop_map(|(day, area, field)| ("unit.registered", json!({
            "name": "n", "kind": "enterprise", "area": area, "industry": "2710", "field": field, "effective_from": day}))),
        1 => (day(), reason, prop::option::of(area()), field()).prop_map(|(day, reason, area, field)| ("unit.changed", json!({
            "effective_from": day, "reason": reason, "area": area, "field": field}))),
        1 => day().prop_map(|day| ("unit.closed", json!({"effective_from": day, "reason": "r"}))),
        1 => (status(), pick(&["a", "b"]), day(), prop::option::of(area())).prop_map(|(status, number, day, area)| (
            "status.granted", json!({"status": status, "number": number, "valid_from": day, "area": area}))),
        1 => (status(), pick(&["a", "b"]), day()).prop_map(|(status, number, day)| (
            "status.revoked", json!({"status": status, "number": number, "effective_from": day, "reason": "r"}))),
        2 => (pick(&["B203", "TORCH"]), period(), 1_u32..4, items()).prop_map(|(form, period, revision, items)| (
            "report.filed", json!({"form": form, "period": period, "revision": revision, "area": "510703",
                "reason": "r", "items": items}))),
        1 => (pick(&["2020", "2021", "2022"]), 1_u32..3, 1_u32..9).prop_map(|(year, revision, spent)| ("report.filed",
            json!({"form": "107-2", "period": year, "revision": revision, "area": "510703", "reason": "r",
                "items": {"rd_internal": spent}}))),
        1 => (report(), 1_u32..3).prop_map(|((form, period), revision)| (
            "report.withdrawn", json!({"form": form, "period": period, "revision": revision, "reason": "r"}))),
        1 => (report(), 1_u32..4, pick(&["county", "province"]), pick(&["accepted", "accepted", "returned"]), rules())
            .prop_map(|((form, period), revision, level, verdict, rules)| ("report.reviewed", json!({"form": form,
                "period": period, "revision": revision, "level": level, "verdict": verdict, "rules": rules,
                "area": "510000"}))),
        1 => (report(), 1_u32..4, rule()).prop_map(|((form, period), revision, rule)| ("query.explained", json!({
            "form": form, "period": period, "revision": revision, "rule": rule, "explanation": "e", "author": "a"}))),
    ]
    .boxed()
}

/// What is said of reports of one form alone, so that each is held against others.
fn reports() -> BoxedStrategy<(&'static str, Value)> {
    let key = || (period(), 1_u32..3);
    prop_oneof![
        6 => (key(), items()).prop_map(|((period, revision), items)| ("report.filed", json!({"form": "B203",
            "period": period, "revision": revision, "area": "510703", "reason": "r", "items": items}))),
        1 => key().prop_map(|(period, revision)| ("report.withdrawn", json!({"form": "B203", "period": period,
            "revision": revision, "reason": "r"}))),
        2 => (key(), pick(&["accepted", "returned"])).prop_map(|((period, revision), verdict)| ("report.reviewed",
            json!({"form": "B203", "period": period, "revision": revision, "level": "city", "verdict": verdict,
                "rules": [], "area": "510000"}))),
    ]
    .boxed()
}

fn patent() -> BoxedStrategy<(&'static str, Value)> {
    let holders = |area: &str| json!([{"name": format!("n{area}"), "area": area}]);
    let change = pick(&["transferred", "lapsed", "restored", "class_added", "class_removed", "invalidated"]);
    prop_oneof![
        (day(), area()).prop_map(move |(day, area)| (
            "patent.granted",
            json!({"filing_date": "2011-06-15",
            "grant_date": day, "holders": holders(area), "classes": []})
        )),
        (day(), change, area()).prop_map(move |(day, change, area)| (
            "patent.changed",
            json!({
            "effective_from": day, "change": change, "class": "pledged",
            "holders": if change == "transferred" { holders(area) } else { Value::Null }})
        )),
    ]
    .prop_map(|(kind, mut data)| {
        if data["holders"].is_null() {
            data.as_object_mut().unwrap().remove("holders");
        }
        (kind, data)
    })
    .boxed()
}

fn contract() -> BoxedStrategy<(&'static str, Value)> {
    let party = |area: &str| json!({"name": "n", "area": area});
    prop_oneof![
        3 => (day(), area(), 1_u32..9).prop_map(move |(day, area, amount)| ("contract.registered", json!({
            "kind": "service", "registered_on": day, "seller": party(area), "buyer": party("110101"),
            "amount": amount, "technology_amount": "1"}))),
        3 => (2_u32..5, prop::option::of(1_u32..9)).prop_map(|(revision, amount)| ("contract.amended", json!({
            "revision": revision, "effective_from": "2022-01-01", "amount": amount, "reason": "r"}))),
        1 => Just(("contract.cancelled", json!({"effective_from": "2022-01-01", "reason": "r"}))),
    ]
    .boxed()
}

fn entry() -> BoxedStrategy<(&'static str, Value)> {
    let about = |from: String| json!({"register": "field_roadmap", "entry": "e", "effective_from": from});
    prop_oneof![
        (day(), prop::option::of(area()), prop::option::of(pick(&["F01", "F02"]))).prop_map(|(day, area, field)| (
            "register.entered",
            json!({"register": "field_roadmap", "entry": "e", "area": area, "field": field, "entered_on": day}))),
        (day(), area()).prop_map(move |(day, area)| {
            let mut data = about(day);
            data["area"] = json!(area);
            ("register.changed", data)
        }),
        day().prop_map(move |day| {
            let mut data = about(day);
            data["reason"] = json!("r");
            ("register.removed", data)
        }),
    ]
    .boxed()
}

fn published() -> BoxedStrategy<(&'static str, Value)> {
    let vintage = pick(&["preliminary", "verified"]);
    (day(), vintage, 1_u32..9, pick(&["units", "units", "persons"]))
        .prop_map(|(day, vintage, value, unit)| {
            (
                "reference.published",
                json!({"series": "official_HTE_COUNT", "area": "510000", "period": "2021",
            "value": value, "unit": unit, "vintage": vintage, "published_on": day, "source": "s"}),
            )
        })
        .boxed()
}

fn part() -> BoxedStrategy<(&'static str, Value)> {
    (day(), prop::option::of(pick(&["F01", "F02"])), 1_u32..9, pick(&["units", "units", "persons"]))
        .prop_map(|(day, field, value, unit)| ("supplement.published", json!({"measure": "gazelles", "area": "510700",
            "field": field, "period": "2021", "value": value, "unit": unit, "method": "m", "published_on": day,
            "source": "s"}))).boxed()
}

fn round() -> BoxedStrategy<(&'static str, Value)> {
    let kind = pick(&["period.opened", "period.closed", "period.reopened"]);
    (kind, period(), pick(&["city", "province"]), prop::option::of(day()))
        .prop_map(|(kind, period, level, deadline)| {
            (kind, json!({"form": "B203", "period": period, "level": level, "deadline": deadline}))
        })
        .boxed()
}

/// A history of one subject, each event at its place; some void others, before or after they come.
pub(crate) fn history() -> impl Strategy<Value = Vec<Event>> {
    let kinds: Vec<(&'static str, BoxedStrategy<(&'static str, Value)>)> = vec![
        (UNIT, unit()),
        (UNIT, unit()),
        (UNIT, reports()),
        (UNIT, reports()),
        (PATENT, patent()),
        (CONTRACT, contract()),
        ("field_roadmap:e", entry()),
        ("official_HTE_COUNT:510000:2021", published()),
        ("gazelles:510700:2021", part()),
        ("B203", round()),
    ];
    let source = || pick(&["510000", "510000", "510700"]);
    prop::sample::select(kinds).prop_flat_map(move |(subject, one)| {
        let void = (0_usize..25).prop_map(|place| ("event.voided", void(place)));
        let one = prop_oneof![8 => one, 1 => void];
        prop::collection::vec((source(), one), 1..24).prop_map(move |events| {
            // A unit that nobody knows reports in vain: most of what could go wrong would not show.
            let known = if subject == UNIT { known() } else { Vec::new() };
            let events = known.into_iter().map(|event| ("510000", event)).chain(events).enumerate();
            let event = |(place, (source, (kind, data))): (usize, (&str, (&str, Value)))| {
                event(&place.to_string(), source, kind, subject, data)
            };
            events.map(event).collect()
        })
    })
}

/// The beginning of a unit whose reports count.
fn known() -> Vec<(&'static str, Value)> {
    vec![
        ("unit.registered", registered("2020-01-01")),
        ("status.granted", granted("above_scale_industrial", "c", "2020-01-01")),
    ]
}
