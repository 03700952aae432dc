//! An explanation as text. Codes and figures stand in columns, names come last: they are as wide as they are.

use std::fmt::Write as _;

use serde_json::Value;

/// The text of an answer.
pub(super) fn text(answer: &Value, as_of: &str, events: bool) -> String {
    let mut text = String::new();
    head(&mut text, answer, as_of);
    parts(&mut text, answer);
    rules(&mut text, answer);
    let changes = &answer["changes"];
    change(&mut text, "since the figure before its last change", &changes["since_previous_figure"]);
    change(&mut text, "since the period before", &changes["since_previous_period"]);
    if let Some(growth) = answer["growth"].as_str() {
        let _ = writeln!(text, "\ngrowth on the comparable panel: {growth}");
    }
    if events {
        contributing(&mut text, answer);
    }
    text
}

/// A member as it is printed; what is null is a dash.
fn said(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn named(name: &Value) -> String {
    match (name["zh"].as_str(), name["en"].as_str()) {
        (Some(zh), Some(en)) => format!("{zh} / {en}"),
        _ => String::new(),
    }
}

fn head(text: &mut String, answer: &Value, as_of: &str) {
    let shown = &answer["observation"];
    let _ = writeln!(text, "{}  {}", said(&answer["indicator"]), named(&answer["name"]));
    let unit = said(&answer["unit"]["en"]);
    let (area, area_name) = (said(&shown["area"]), named(&answer["area_name"]));
    let _ =
        writeln!(text, "{area} {area_name}, {}, field {}", said(&shown["period"]), said(&answer["field"]));
    let (display, value, status) = (said(&shown["display"]), said(&shown["value"]), said(&shown["status"]));
    let meaning = meaning(&status);
    let _ = writeln!(text, "{display} {unit}  (value {value}, status {status}{meaning}, as of {as_of})");
    if answer["synthetic"] == true {
        let _ = writeln!(text, "made-up data: synthetic events are behind it");
    }
    let above = &answer["numerator"];
    let _ = writeln!(
        text,
        "\n{:<12} {:<36} {:>24} {}",
        "numerator",
        said(&above["measure"]),
        said(&above["value"]),
        said(&above["unit"])
    );
    let below = &answer["denominator"];
    if !below.is_null() {
        let of = match (below["period"].as_str(), below["vintage"].as_str()) {
            (Some(period), Some(vintage)) => format!(" of {period}, {vintage}"),
            (Some(period), None) => format!(" of {period}"),
            _ => String::new(),
        };
        let unit = below["unit"].as_str().unwrap_or_default();
        let constant = if below["value"].is_null() { "none at hand" } else { "a number of the plan" };
        let measure = below["measure"].as_str().unwrap_or(constant);
        let _ =
            writeln!(text, "{:<12} {measure:<36} {:>24} {unit}{of}", "denominator", said(&below["value"]));
    }
}

/// What a status says, in words (docs/measures.md §4).
fn meaning(status: &str) -> &'static str {
    match status {
        "A" => ": normal",
        "P" => ": provisional",
        "E" => ": over an earlier year's denominator",
        "V" => ": a report in it is not yet accepted",
        "O" => ": missing",
        "Q" => ": withheld, since it would tell what few units report",
        _ => "",
    }
}

fn parts(text: &mut String, answer: &Value) {
    for (list, title, code) in
        [("forms", "by form", "part"), ("areas", "by area", "area"), ("fields", "by field", "field")]
    {
        let Some(parts) = answer["numerator"]["parts"][list].as_array() else { continue };
        let _ = writeln!(text, "\nnumerator {title}");
        for part in parts {
            let behind = match &part["contributors"] {
                Value::Null => named(&part["name"]),
                units => format!("{units} units"),
            };
            let code = match part[code].as_str() {
                Some("") | None => "-",
                Some(code) => code,
            };
            let _ = writeln!(text, "  {code:<12} {:>24}  {behind}", said(&part["value"]));
        }
    }
}

fn rules(text: &mut String, answer: &Value) {
    let (rules, versions) = (&answer["rules"], &answer["versions"]);
    let _ = writeln!(text, "\nrules");
    for part in ["indicator", "numerator", "denominator"] {
        let rule = &rules[part];
        if !rule.is_null() {
            let _ = writeln!(
                text,
                "  {part:<12} {}  (measures.md {})",
                said(&rule["text"]["en"]),
                said(&rule["section"])
            );
            let _ = writeln!(text, "  {:<12} {}", "", said(&rule["text"]["zh"]));
        }
    }
    let _ = writeln!(
        text,
        "  {:<12} {} of {}",
        "plan",
        said(&rules["plan_section"]),
        said(&rules["plan_source"])
    );
    let hash: String = said(&versions["plan_hash"]).chars().take(12).collect();
    let _ = writeln!(
        text,
        "  {:<12} plan {} ({hash}), code lists {} (areas {}; industries {}), generation {}",
        "versions",
        said(&versions["plan"]),
        said(&versions["code_lists"]),
        said(&versions["areas"]),
        said(&versions["industries"]),
        said(&versions["generation"])
    );
}

fn change(text: &mut String, title: &str, change: &Value) {
    if change.is_null() {
        return;
    }
    let recorded = change["recorded"].as_str().map(|at| format!(", recorded {at}")).unwrap_or_default();
    let altered: Vec<String> = change["altered"].as_array().into_iter().flatten().map(said).collect();
    let altered = if altered.is_empty() { "nothing altered".to_owned() } else { altered.join(" and ") };
    let _ = writeln!(text, "\n{title}: {altered}{recorded}");
    let _ = writeln!(text, "  {:<12} {:>24} {:>24}", "", "before", "after");
    for (member, row) in [
        ("as_of", "as of"),
        ("period", "period"),
        ("value", "value"),
        ("numerator", "numerator"),
        ("denominator", "denominator"),
        ("denominator_period", "  of"),
        ("denominator_vintage", "  vintage"),
        ("status", "status"),
    ] {
        let (before, after) = (&change["before"][member], &change["after"][member]);
        if !before.is_null() || !after.is_null() {
            let _ = writeln!(text, "  {row:<12} {:>24} {:>24}", said(before), said(after));
        }
    }
    for (member, row) in [
        ("change", "change"),
        ("numerator_effect", "of it by the numerator"),
        ("denominator_effect", "of it by the denominator"),
    ] {
        if !change[member].is_null() {
            let _ = writeln!(text, "  {row:<37} {:>24}", said(&change[member]));
        }
    }
}

fn contributing(text: &mut String, answer: &Value) {
    let Some(events) = answer["events"].as_array() else { return };
    let more = if answer["next"].is_null() { "" } else { ", the first of more" };
    let _ = writeln!(text, "\nevents behind it{more}");
    let _ = writeln!(
        text,
        "  {:<28} {:<18} {:>24} {:>9} {:>10}  {:<16} id",
        "measure", "unit", "value", "partition", "offset", "source"
    );
    for event in events {
        let _ = writeln!(
            text,
            "  {:<28} {:<18} {:>24} {:>9} {:>10}  {:<16} {} ({})",
            said(&event["measure"]),
            said(&event["unit"]),
            said(&event["value"]),
            said(&event["partition"]),
            said(&event["offset"]),
            said(&event["source"]),
            said(&event["id"]),
            said(&event["type"])
        );
    }
}
