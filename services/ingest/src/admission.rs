//! Whether a record may enter the log, and as which bytes.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use weir_kernel::keys::Key;
use weir_schemas::event::{Event, ID_MOST, read_json};
use weir_schemas::problem::{Code, Problem};

/// Checks one record that is received (or, in an imported history, was recorded) at the moment `at`.
///
/// # Errors
///
/// All problems found, each with its place.
pub fn validate(bytes: &[u8], at: Timestamp) -> Result<Event, Vec<Problem>> {
    let event = Event::from_slice(bytes)?;
    let problems = event.problems_at(at);
    if problems.is_empty() { Ok(event) } else { Err(problems) }
}

/// A record that may enter the log.
#[derive(Debug, Clone)]
pub(crate) struct Admitted {
    /// What it says.
    pub(crate) event: Event,
    /// What the log keeps of it: the JSON as sent, compact, the subject in its canonical form.
    pub(crate) value: Bytes,
}

/// Why a record may not enter.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    /// The sender's id, where it could be read.
    pub(crate) id: Option<String>,
    /// What is wrong with it; at least one.
    pub(crate) problems: Vec<Problem>,
}

/// Checks one record that the holder of `key` sends at the moment `now`.
pub(crate) fn admit(bytes: &[u8], key: &Key, now: Timestamp) -> Result<Admitted, Refused> {
    let mut value = read_json(bytes).map_err(|problem| Refused { id: None, problems: vec![problem] })?;
    let id = value.get("id").and_then(Value::as_str);
    let id = id.filter(|id| id.chars().count() <= ID_MOST).map(str::to_owned);
    let mut problems = Vec::new();
    if value.get("recordedtime").is_some_and(|time| !time.is_null()) {
        problems.push(Problem::new(Code::RecordedTime, "/recordedtime", "is the log's to say"));
    }
    let event = match Event::from_value(&value) {
        Ok(event) => event,
        Err(found) => {
            // A recorded time that is no time is complained of once.
            problems.extend(found.into_iter().filter(|problem| problem.pointer != "/recordedtime"));
            return Err(Refused { id, problems });
        }
    };
    problems.extend(event.problems_at(now));
    problems.extend(outside(&event, key));
    if !problems.is_empty() {
        return Err(Refused { id, problems });
    }
    if let Some(subject) = value.get_mut("subject") {
        *subject = Value::from(event.subject.as_str());
    }
    Ok(Admitted { value: Bytes::from(value.to_string()), event })
}

/// Where the event reaches beyond the areas of the key.
fn outside(event: &Event, key: &Key) -> Vec<Problem> {
    let source = (event.source.area, "/source");
    let places = std::iter::once(source).chain(event.area());
    places
        .filter(|(area, _)| !key.covers(*area))
        .map(|(area, place)| Problem::new(Code::Scope, place, format!("the key does not cover {area}")))
        .collect()
}
