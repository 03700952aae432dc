//! Whether a record may enter the log, and as which bytes.

use bytes::Bytes;
use jiff::Timestamp;
use weir_kernel::keys::Key;
use weir_schemas::event::{Data, Event, ID_MOST, Json, read_json};
use weir_schemas::problem::{Code, Problem};

use crate::rounds::Rounds;

/// Checks one record of a history as if it were received at the moment at which it says it was recorded, which it must
/// say and which must not be after `now`; answers that moment too.
///
/// # Errors
///
/// All problems found, each with its place.
pub fn validate(bytes: &[u8], now: Timestamp) -> Result<(Event, Timestamp), Vec<Problem>> {
    let event = Event::from_slice(bytes)?;
    let problem = |code, detail: &str| vec![Problem::new(code, "/recordedtime", detail)];
    let recorded = event.recorded_time.ok_or_else(|| problem(Code::Missing, "is required in a history"))?;
    if recorded > now {
        return Err(problem(Code::RecordedTime, &format!("{recorded} has not come")));
    }
    let problems = event.problems_at(recorded);
    if problems.is_empty() { Ok((event, recorded)) } else { Err(problems) }
}

/// A record that may enter the log.
#[derive(Debug, Clone)]
pub(crate) struct Admitted {
    /// What it says.
    pub(crate) event: Event,
    /// What the log keeps of it: the JSON as sent, compact, the subject in its canonical form, and what it came after if it is late.
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

/// What only the log says of an event.
const OF_THE_LOG: [&str; 2] = ["recordedtime", "late"];

/// Checks one record that the holder of `key` sends at the moment `now`, when the rounds stand so.
pub(crate) fn admit(bytes: &[u8], key: &Key, rounds: &Rounds, now: Timestamp) -> Result<Admitted, Refused> {
    let mut value = read_json(bytes).map_err(|problem| Refused { id: None, problems: vec![problem] })?;
    let id = value.get("id").and_then(Json::as_str);
    let id = id.filter(|id| id.chars().count() <= ID_MOST && !id.contains(char::is_control));
    let id = id.map(str::to_owned);
    let mut problems = Vec::new();
    for name in OF_THE_LOG.into_iter().filter(|name| value.get(name).is_some_and(|said| !said.is_null())) {
        problems.push(Problem::new(Code::RecordedTime, format!("/{name}"), "is the log's to say"));
    }
    let mut event = match Event::from_json(&value) {
        Ok(event) => event,
        Err(found) => {
            // A recorded time that is no time is complained of once.
            problems.extend(found.into_iter().filter(|problem| problem.pointer != "/recordedtime"));
            return Err(Refused { id, problems });
        }
    };
    problems.extend(event.problems_at(now));
    problems.extend(outside(&event, key));
    event.late = rounds.late(&event, now).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    if !problems.is_empty() {
        return Err(Refused { id, problems });
    }
    if event.late.is_none() && value.get("subject").and_then(Json::as_str) == Some(&event.subject) {
        return Ok(Admitted { value: compact(bytes), event });
    }
    if let Json::Object(attributes) = &mut value {
        attributes.insert("subject", Json::String(event.subject.clone().into()));
        if let Some(late) = event.late {
            attributes.insert("late", Json::String(late.as_str().into()));
        }
    }
    Ok(Admitted { value: Bytes::from(value.to_string()), event })
}

/// JSON that was read, without the white space around its tokens.
fn compact(json: &[u8]) -> Bytes {
    let mut kept = Vec::with_capacity(json.len());
    let mut rest = json;
    while let [first, after @ ..] = rest {
        let token = match first {
            b' ' | b'\t' | b'\n' | b'\r' => 0,
            b'"' => 1 + string(after),
            _ => 1,
        };
        kept.extend_from_slice(&rest[..token]);
        rest = &rest[token.max(1)..];
    }
    kept.into()
}

/// How long the rest of a string is, with the quotation mark that ends it.
fn string(rest: &[u8]) -> usize {
    let mut length = 0;
    while let Some(at) = memchr::memchr2(b'"', b'\\', &rest[length..]) {
        length += at + 1;
        if rest[length - 1] == b'"' {
            return length;
        }
        // What a backslash stands before ends nothing.
        length = rest.len().min(length + 1);
    }
    rest.len()
}

/// Where the event reaches beyond the areas, types and levels of the key.
fn outside(event: &Event, key: &Key) -> Vec<Problem> {
    let mut problems = Vec::new();
    let kind = event.data.event_type();
    if !key.sends(kind) {
        problems.push(Problem::new(Code::Scope, "/type", format!("the key does not cover {kind}")));
    }
    let source = (event.source.area, "/source");
    let places = std::iter::once(source).chain(event.area());
    let beyond = places.filter(|(area, _)| !key.covers(*area));
    problems.extend(
        beyond
            .map(|(area, place)| Problem::new(Code::Scope, place, format!("the key does not cover {area}"))),
    );
    // A review is for the bureau that says it, and for the area that it is about; a round for the bureau.
    let (level, about) = match &event.data {
        Data::ReportReviewed(review) => (review.level, Some(review.area)),
        Data::PeriodOpened(round) | Data::PeriodClosed(round) | Data::PeriodReopened(round) => {
            (round.level, None)
        }
        _ => return problems,
    };
    let spoken_for = std::iter::once(event.source.area).chain(about);
    let beyond = spoken_for.into_iter().find(|area| key.covers(*area) && !key.speaks(level, *area));
    problems.extend(beyond.map(|area| {
        let detail = format!("the key does not speak for {area} at the level {level}");
        Problem::new(Code::Scope, "/data/level", detail)
    }));
    problems
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use weir_kernel::keys::{PlainKey, Role};

    use super::*;

    /// Where a review of a report in an area, said by a bureau at a level, is beyond a key of areas.
    fn beyond(areas: &[&str], source: &str, area: &str, level: &str) -> Vec<String> {
        let plain = PlainKey::generate(Role::Bureau).unwrap();
        let areas = areas.iter().map(|area| area.parse().unwrap()).collect();
        let key = Key { areas, ..Key::new("k", Role::Bureau, plain.hash()) };
        let review = format!(
            r#"{{"specversion": "1.0", "id": "a", "source": "/bureaus/{source}", "type": "weir.report.reviewed.v1",
            "subject": "91510100MA6C00017C", "time": "2025-02-10T01:00:00Z",
            "data": {{"form": "107-2", "period": "2024", "revision": 1, "area": "{area}", "level": "{level}",
            "verdict": "accepted", "rules": []}}}}"#
        );
        let now: Timestamp = "2025-06-30T08:00:00Z".parse().unwrap();
        let refused = admit(review.as_bytes(), &key, &Rounds::default(), now).err();
        refused.into_iter().flat_map(|refused| refused.problems).map(|problem| problem.pointer).collect()
    }

    #[test]
    fn a_level_is_that_of_what_covers_the_area() {
        let none: [&str; 0] = [];
        assert_eq!(beyond(&["5107"], "510700", "510704", "city"), none);
        assert_eq!(beyond(&["5107"], "510700", "510704", "province"), ["/data/level"]);
        assert_eq!(beyond(&["51"], "510000", "510704", "province"), none);
        assert_eq!(beyond(&["510704"], "510704", "510704", "city"), ["/data/level"]);
        // A prefecture and one county of another.
        let two = ["5107", "510104"];
        assert_eq!(beyond(&two, "510700", "510104", "city"), ["/data/level"]);
        assert_eq!(beyond(&two, "510104", "510104", "county"), none);
        assert_eq!(beyond(&two, "510700", "510105", "county"), ["/data/area"]);
    }

    proptest! {
        /// Spread out or not, with anything in its strings, JSON is kept in the same bytes.
        #[test]
        fn white_space_goes_and_nothing_else(texts in prop::collection::vec(any::<String>(), 0..5), number: i64) {
            let value = serde_json::json!({"a b": texts, "\"\\": [number, null, {}]});
            prop_assert_eq!(compact(&serde_json::to_vec(&value).unwrap()), value.to_string());
            prop_assert_eq!(compact(&serde_json::to_vec_pretty(&value).unwrap()), value.to_string());
        }
    }

    fn checked(recorded: &str) -> Result<Timestamp, Code> {
        let event = format!(
            r#"{{"specversion": "1.0", "id": "a", "source": "/bureaus/510700", "type": "weir.report.filed.v1",
            "subject": "91510100MA6C00017C", "time": "2025-02-10T01:00:00Z", {recorded}
            "data": {{"form": "107-2", "period": "2025", "revision": 1, "area": "510704", "unit": "kCNY",
            "items": {{"rd_internal": "1"}}}}}}"#
        );
        let now: Timestamp = "2025-06-30T08:00:00Z".parse().unwrap();
        validate(event.as_bytes(), now).map(|(_, at)| at).map_err(|problems| problems[0].code)
    }

    #[test]
    fn a_history_is_checked_at_its_own_moments() {
        assert!(checked(r#""recordedtime": "2025-02-10T01:00:00Z","#).is_ok());
        assert_eq!(checked(r#""recordedtime": "2024-12-31T01:00:00Z","#), Err(Code::PeriodFuture));
        assert_eq!(checked(r#""recordedtime": "2025-07-01T01:00:00Z","#), Err(Code::RecordedTime));
        assert_eq!(checked(""), Err(Code::Missing));
    }
}
