//! Histories at random: a few subjects of every kind, each event at its place; duplicates, conflicts and voids among them.

use std::collections::BTreeMap;
use std::fmt;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use weir_schemas::event::{Event, Form, Item};

use crate::words::{amount, area, day, field, filing, party, pick, status};

/// By subject, its events by their offsets.
#[derive(Clone, Default)]
pub(crate) struct History(pub(crate) BTreeMap<String, Vec<(i64, Event)>>);

impl fmt::Debug for History {
    /// A line an event.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (subject, events) in &self.0 {
            writeln!(f, "{subject}")?;
            for (offset, event) in events {
                let (source, id, kind) = (event.source, &event.id, event.data.event_type());
                let made_up = if event.synthetic { "synthetic " } else { "" };
                let data = serde_json::to_string(&event.data).map_err(|_| fmt::Error)?;
                writeln!(f, "  {offset} {source} {id} {made_up}{kind} {data}")?;
            }
        }
        Ok(())
    }
}

type Said = (&'static str, Value);

const UNITS: &[&str] = &["91510700MA6C000256", "91510700765063310E"];

/// How often they stand in the list that subjects are drawn from; twenty-two others stand there once.
const UNITS_AMONG_SUBJECTS: usize = 14;

/// What may be said of a unit.
fn unit() -> BoxedStrategy<Said> {
    let registered = (day(), area(), field()).prop_map(|(day, area, field)| {
        let data = json!({"name": "n", "kind": "enterprise", "area": area, "industry": "2710", "field": field,
            "effective_from": day});
        ("unit.registered", data)
    });
    let reason = pick(&["moved", "moved", "reclassified", "renamed", "merged", "split"]);
    let industry = prop::option::of(pick(&["3962", "0111"]));
    let changed = (day(), reason, prop::option::of(area()), field(), industry).prop_map(
        |(day, reason, area, field, industry)| {
            let data = json!({"effective_from": day, "reason": reason, "area": area, "field": field,
                "industry": industry});
            ("unit.changed", data)
        },
    );
    let closed = day().prop_map(|day| ("unit.closed", json!({"effective_from": day, "reason": "r"})));
    let number = || pick(&["x", "y", "z"]);
    let granted = (status(), number(), day(), prop::option::of(day()), prop::option::of(area()), field())
        .prop_map(|(status, number, from, to, area, field)| {
            let to = to.filter(|to| *to >= from);
            let data = json!({"status": status, "number": number, "valid_from": from, "valid_to": to, "area": area,
                "field": field});
            ("status.granted", data)
        });
    let revoked = (status(), number(), day()).prop_map(|(status, number, day)| {
        let data = json!({"status": status, "number": number, "effective_from": day, "reason": "r"});
        ("status.revoked", data)
    });
    prop_oneof![3 => registered, 3 => changed, 1 => closed, 6 => granted, 2 => revoked, 8 => report()].boxed()
}

/// What may be said of a unit's reports.
fn report() -> BoxedStrategy<Said> {
    let filed = (filing(), 1_u32..4, prop::collection::vec((any::<prop::sample::Index>(), amount()), 1..4))
        .prop_map(|((form, period), revision, values)| {
            // Of the items of research the three parts would have to add up, and persons exceed person-years.
            let free = |item: &&Item| !matches!(item, Item::RdExperimental | Item::RdHeadcount);
            let of_form: Vec<&Item> =
                Form::from_word(form).unwrap().items().iter().filter(free).collect();
            let values = values.into_iter().map(|(at, value)| (at.get(&of_form).to_string(), json!(value)));
            let items: Map<String, Value> = values.collect();
            let data = json!({"form": form, "period": period, "revision": revision, "area": "510703", "reason": "r",
                "items": items});
            ("report.filed", data)
        });
    let withdrawn = (filing(), 1_u32..3).prop_map(|((form, period), revision)| {
        let data = json!({"form": form, "period": period, "revision": revision, "reason": "r"});
        ("report.withdrawn", data)
    });
    let verdict = pick(&["accepted", "accepted", "accepted", "returned", "rejected"]);
    let reviewed = (filing(), 1_u32..4, pick(&["county", "city", "province"]), verdict).prop_map(
        |((form, period), revision, level, verdict)| {
            let data = json!({"form": form, "period": period, "revision": revision, "level": level,
                "verdict": verdict, "area": "510000"});
            ("report.reviewed", data)
        },
    );
    prop_oneof![5 => filed, 1 => withdrawn, 4 => reviewed].boxed()
}

fn patent() -> BoxedStrategy<Said> {
    let class = || pick(&["pledged", "awarded"]);
    let filed = || pick(&["2011-06-30", "2012-02-29", "2002-01-31", "2019-01-01"]);
    let granted = (
        filed(),
        day(),
        prop::collection::vec(party(), 1..3),
        prop::collection::vec(class(), 0..2),
        prop::option::of(day()),
        field(),
    )
        .prop_map(|(filed, grant, holders, classes, end, field)| {
            let end = end.filter(|end| *end >= grant);
            let data = json!({"filing_date": filed, "grant_date": grant, "holders": holders, "classes": classes,
                "term_end": end, "field": field});
            ("patent.granted", data)
        });
    let change = pick(&["transferred", "lapsed", "restored", "class_added", "class_removed", "invalidated"]);
    let changed = (day(), change, class(), prop::collection::vec(party(), 1..3)).prop_map(
        |(day, change, class, holders)| {
            let mut data = json!({"effective_from": day, "change": change});
            match change {
                "transferred" => data["holders"] = json!(holders),
                "class_added" | "class_removed" => data["class"] = json!(class),
                _ => {}
            }
            ("patent.changed", data)
        },
    );
    prop_oneof![1 => granted, 3 => changed].boxed()
}

fn contract() -> BoxedStrategy<Said> {
    let buyer = json!({"name": "buyer", "area": "110101"});
    let registered = (day(), party(), 1_u32..9, field()).prop_map(move |(day, seller, amount, field)| {
        let data = json!({"kind": "service", "registered_on": day, "seller": seller, "buyer": buyer,
            "amount": amount, "technology_amount": "1", "field": field});
        ("contract.registered", data)
    });
    let amended = (2_u32..5, prop::option::of(1_u32..9), day()).prop_map(|(revision, amount, day)| {
        let data = json!({"revision": revision, "effective_from": day, "amount": amount, "reason": "r"});
        ("contract.amended", data)
    });
    let cancelled =
        day().prop_map(|day| ("contract.cancelled", json!({"effective_from": day, "reason": "r"})));
    prop_oneof![4 => registered, 3 => amended, 1 => cancelled].boxed()
}

fn entry(register: &'static str, entry: &'static str) -> BoxedStrategy<Said> {
    let about = move |day: String, more: Value| {
        let mut data = json!({"register": register, "entry": entry, "effective_from": day});
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        data
    };
    let entered = (day(), prop::option::weighted(0.8, area()), field()).prop_map(move |(day, area, field)| {
        let data = json!({"register": register, "entry": entry, "area": area, "field": field, "entered_on": day});
        ("register.entered", data)
    });
    let changed = (day(), prop::option::of(area())).prop_map(move |(day, area)| {
        ("register.changed", about(day, json!({"area": area, "level": "national"})))
    });
    let removed = day().prop_map(move |day| ("register.removed", about(day, json!({"reason": "r"}))));
    prop_oneof![3 => entered, 2 => changed, 1 => removed].boxed()
}

/// A value of a series. Those that the contract names are held to their units at the door, others may come in any.
fn reference(
    series: &'static str,
    period: &'static str,
    units: &'static [&'static str],
) -> BoxedStrategy<Said> {
    let vintage = pick(&["preliminary", "verified", "revised", "census_revised"]);
    (day(), vintage, amount(), pick(units))
        .prop_map(move |(day, vintage, value, unit)| {
            let data = json!({"series": series, "area": "510000", "period": period, "value": value, "unit": unit,
                "vintage": vintage, "published_on": day, "source": "s"});
            ("reference.published", data)
        })
        .boxed()
}

fn part(measure: &'static str, period: &'static str) -> BoxedStrategy<Said> {
    let value = prop_oneof![1 => amount(), 1 => Just("-3.25".to_owned())];
    (day(), field(), value, pick(&["units", "CNY", "kCNY"]))
        .prop_map(move |(day, field, value, unit)| {
            let data = json!({"measure": measure, "area": "510700", "field": field, "period": period,
                "value": value, "unit": unit, "method": "m", "published_on": day, "source": "s"});
            ("supplement.published", data)
        })
        .boxed()
}

fn round(form: &'static str) -> BoxedStrategy<Said> {
    let kind = pick(&["period.opened", "period.closed", "period.closed", "period.reopened"]);
    let period = if form == "107-2" { pick(&["2021", "2022"]) } else { pick(&["2021-12", "2022-02"]) };
    (kind, period, pick(&["city", "province", "province"]), prop::option::of(day()))
        .prop_map(move |(kind, period, level, deadline)| {
            (kind, json!({"form": form, "period": period, "level": level, "deadline": deadline}))
        })
        .boxed()
}

/// What may be said of each subject.
fn subjects() -> Vec<(&'static str, BoxedStrategy<Said>)> {
    // Most of what can be said is said of units.
    let units = UNITS.iter().cycle().take(UNITS_AMONG_SUBJECTS);
    let mut subjects: Vec<(&str, BoxedStrategy<Said>)> = units.map(|code| (*code, unit())).collect();
    subjects.extend([
        ("202110000001.6", patent()),
        ("202110000002.0", patent()),
        ("2023510704000042", contract()),
        ("2023510704000043", contract()),
        ("field_roadmap:e", entry("field_roadmap", "e")),
        ("field_roadmap:f", entry("field_roadmap", "f")),
        ("talent_youth:e", entry("talent_youth", "e")),
        ("gdp:510000:2021", reference("gdp", "2021", &["CNY"])),
        ("gdp:510000:2021-Q2", reference("gdp", "2021-Q2", &["CNY"])),
        ("gdp:510000:2021-06", reference("gdp", "2021-06", &["CNY"])),
        ("enterprise_units:510000:2019", reference("enterprise_units", "2019", &["units"])),
        ("enterprise_units:510000:2022", reference("enterprise_units", "2022", &["units"])),
        (
            "official_HT_REVENUE:510000:2021",
            reference("official_HT_REVENUE", "2021", &["CNY", "100MCNY", "units"]),
        ),
        (
            "official_HTE_PER_10K_ENT:510000:2021",
            reference("official_HTE_PER_10K_ENT", "2021", &["units", "units", "percent"]),
        ),
        (
            "above_scale_industrial_revenue:510000:2021",
            reference("above_scale_industrial_revenue", "2021", &["CNY"]),
        ),
        ("gazelles:510700:2021", part("gazelles", "2021")),
        ("gazelles:510700:2021-Q2", part("gazelles", "2021-Q2")),
        ("gazelles:510700:2021-06", part("gazelles", "2021-06")),
        ("industrial_revenue:510700:2021-12", part("industrial_revenue", "2021-12")),
        ("fields_with_roadmap:510700:2021", part("fields_with_roadmap", "2021")),
        ("B203", round("B203")),
        ("107-2", round("107-2")),
    ]);
    subjects
}

/// What is said by somebody under an id: few of both, so that some are duplicates and conflicts.
fn said() -> BoxedStrategy<(&'static str, &'static str, u8, bool, Said)> {
    let source = || pick(&["510000", "510000", "510000", "510700", "510703", "110000"]);
    prop::sample::select(subjects())
        .prop_flat_map(move |(subject, one)| {
            let void = (source(), 0_u8..120).prop_map(|(source, id)| {
                let source = format!("/bureaus/{source}");
                let data = json!({"voided_source": source, "voided_id": id.to_string(), "reason": "r", "author": "a"});
                ("event.voided", data)
            });
            let one = prop_oneof![12 => one, 1 => void];
            (Just(subject), source(), 0_u8..120, prop::bool::weighted(0.2), one)
        })
        .boxed()
}

/// The beginning of a unit that is expected to report, and does.
fn beginning() -> Vec<(&'static str, &'static str, u8, bool, Said)> {
    let registered = json!({"name": "n", "kind": "enterprise", "area": "510703", "industry": "2710",
        "effective_from": "2020-01-01"});
    let granted = json!({"status": "above_scale_industrial", "number": "w", "valid_from": "2020-01-01"});
    let filed = json!({"form": "B203", "period": "2021-12", "revision": 1, "area": "510703",
        "items": {"operating_revenue": "7", "operating_revenue_prior": "5"}});
    let accepted = json!({"form": "B203", "period": "2021-12", "revision": 1, "level": "province",
        "verdict": "accepted", "area": "510000"});
    let said = [
        ("unit.registered", registered),
        ("status.granted", granted),
        ("report.filed", filed),
        ("report.reviewed", accepted),
    ];
    (200..).zip(said).map(|(id, said)| (UNITS[0], "510000", id, false, said)).collect()
}

/// A history.
pub(crate) fn history() -> impl Strategy<Value = History> {
    (any::<bool>(), prop::collection::vec(said(), 1..100)).prop_map(|(known, said)| {
        let mut history = History::default();
        // What a unit reports that nobody knows enters no figure, so in half of the histories one is known.
        let known = if known { beginning() } else { Vec::new() };
        for (offset, (subject, source, id, synthetic, (kind, data))) in
            (0..).zip(known.into_iter().chain(said))
        {
            let event = event(subject, source, id, synthetic, kind, &without_nulls(data));
            // A quarter's publications and its last month's meet.
            history.0.entry(event.subject.clone()).or_default().push((offset, event));
        }
        history
    })
}

fn event(subject: &str, source: &str, id: u8, synthetic: bool, kind: &str, data: &Value) -> Event {
    let event = json!({
        "specversion": "1.0", "id": id.to_string(), "source": format!("/bureaus/{source}"),
        "type": format!("weir.{kind}.v1"), "subject": subject, "time": "2025-01-01T00:00:00Z",
        "synthetic": synthetic, "data": data,
    });
    Event::from_value(&event).unwrap_or_else(|problems| panic!("{event}: {problems:?}"))
}

fn without_nulls(mut data: Value) -> Value {
    data.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    data
}
