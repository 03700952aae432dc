//! Changes to events that leave most of them as they were: another value, a member less, one more.

use arbitrary::{Result, Unstructured};
use serde_json::{Number, Value, json};

use crate::examples;

/// Texts that mean something somewhere, between bars.
const WORDS: &str = "2024|2024-Q2|2024-06|2024-01|2022-12|2024-06-30|2024-02-29|1900-01-01|2999-12-31|2021-03-01|510000|510700|510704|\
    510104|F01|F10|_T|3914|39|107-2|B203|B103-1|TORCH|F203|RD-INST|CNY|kCNY|wCNY|100MCNY|persons|10k_persons|percent|units|accepted|\
    returned|rejected|county|city|province|moved|merged|split|renamed|transferred|lapsed|restored|invalidated|class_added|\
    class_removed|strategic_emerging|pledged|preliminary|verified|revised|census_revised|gdp|gazelle|high_tech_enterprise|sci_tech_sme|\
    W-UNIT-SLIP|W-PRIOR-YEAR|W-YTD-FALL|91519999000000019H|/bureaus/510000|/bureaus/510700|0|1|-1|0.000001|1e3|1e-400|1e999999999|\
    1000000000000000|0.5|2024-06-30T08:00:00Z|2024-06-30T08:00:00+08:00|||\u{0}|\u{202e}|~1/|名";

/// Numbers, written.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "2",
    "3",
    "4294967295",
    "4294967296",
    "1.50",
    "1e400",
    "1e-400",
    "-1",
    "1E2",
    "100000000000",
];

/// Changes one place of a value.
///
/// # Errors
/// When there are no bytes left to choose by.
pub(crate) fn mutate(source: &mut Unstructured<'_>, value: &mut Value) -> Result<()> {
    let mut places = Vec::new();
    gather(value, String::new(), &mut places);
    let place = source.choose(&places)?.clone();
    let new = match source.int_in_range(0_u8..=8)? {
        0 => return remove(value, &place),
        1 => Value::Null,
        2 => json!(source.int_in_range(0..=5)?),
        3 => source.choose(NUMBERS)?.parse::<Number>().map_or(Value::Null, Value::Number),
        4 => Value::from(source.arbitrary::<&str>()?),
        5 => Value::from("某".repeat(source.int_in_range(0..=1_100)?)),
        6 => match source.choose(examples::valid())?.pointer(&place) {
            Some(other) => other.clone(),
            None => return Ok(()),
        },
        _ => {
            let words: Vec<&str> = WORDS.split('|').collect();
            Value::from(source.choose(&words).copied()?)
        }
    };
    match value.pointer_mut(&place) {
        Some(Value::Array(items)) if source.ratio(1, 2)? => items.push(new),
        Some(Value::Object(members)) => _ = members.insert(source.arbitrary::<&str>()?.to_owned(), new),
        Some(slot) => *slot = new,
        None => {}
    }
    Ok(())
}

fn remove(value: &mut Value, place: &str) -> Result<()> {
    let Some((parent, name)) = place.rsplit_once('/') else { return Ok(()) };
    if let Some(Value::Object(members)) = value.pointer_mut(parent) {
        members.remove(name);
    }
    Ok(())
}

/// The pointers to all that a value holds.
fn gather(value: &Value, place: String, places: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (token, value) in inner {
        gather(value, format!("{place}/{token}"), places);
    }
    places.push(place);
}
