//! Records: as JSON, as events, and through ingestion's door.

use arbitrary::Unstructured;
use jiff::Timestamp;
use weir_ingest::fuzzing::admit;
use weir_schemas::event::{Event, Json, read_json};

use crate::{examples, mutation, told};

/// The most changes to one example.
const MUTATIONS: u8 = 12;

/// JSON that was read is written and read again as it was; what was not is told in bounds.
pub fn json(data: &[u8]) {
    match read_json(data) {
        Ok(value) => assert_eq!(read_json(value.to_string().as_bytes()).as_ref(), Ok(&value)),
        Err(problem) => told::problem(&problem),
    }
}

/// An event that was read is, under the subject that the log keeps it by, written and read again as it was.
pub fn event(data: &[u8]) {
    let Ok(mut value) = read_json(data) else { return };
    match Event::from_json(&value) {
        Ok(event) => {
            kept(&mut value, &event);
            event.problems_at(Timestamp::UNIX_EPOCH).iter().for_each(told::problem);
        }
        Err(problems) => told::problems(&problems),
    }
    admitted(data);
}

/// The same of good examples that were changed in a few places, which random bytes would hardly ever be.
pub fn mutated_event(data: &[u8]) {
    let mut source = Unstructured::new(data);
    let Ok(example) = source.choose(examples::valid()) else { return };
    let mut value = example.clone();
    for _ in 0..source.int_in_range(1..=MUTATIONS).unwrap_or(1) {
        let _ = mutation::mutate(&mut source, &mut value);
    }
    event(value.to_string().as_bytes());
}

fn kept(value: &mut Json<'_>, event: &Event) {
    if let Json::Object(attributes) = value {
        attributes.insert("subject", Json::String(event.subject.clone().into()));
    }
    let again = Event::from_slice(value.to_string().as_bytes());
    assert_eq!(again.as_ref(), Ok(event));
    assert_eq!(again.map(|again| again.content()), Ok(event.content()));
}

/// What ingestion lets in is the event that was sent, and is told in bounds where it is not.
fn admitted(data: &[u8]) {
    let now = Timestamp::from_second(1_750_000_000).expect("a moment of 2025");
    match admit(data, now) {
        Ok((event, bytes)) => {
            let again = Event::from_slice(&bytes);
            assert_eq!(again.as_ref(), Ok(&event));
        }
        Err(problems) => told::problems(&problems),
    }
}
