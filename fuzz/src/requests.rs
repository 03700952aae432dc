//! What is a request before it is records.

use arbitrary::Unstructured;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use serde_json::value::RawValue;
use weir_ingest::fuzzing;

/// Lines are the same however a body is cut into pieces, and none is longer than the limit.
pub fn lines(data: &[u8]) {
    let Some((head, text)) = data.split_at_checked(2) else { return };
    let (most, size) = (usize::from(head[0]) + 1, usize::from(head[1]) + 1);
    let most_between = most * 8;
    let (whole, stuck) = fuzzing::lines(&[text], most, most_between);
    let pieces: Vec<&[u8]> = text.chunks(size).collect();
    let (cut, cut_stuck) = fuzzing::lines(&pieces, most, most_between);
    if stuck || cut_stuck {
        // Where it is noticed depends on the pieces, not what came before.
        let common = whole.len().min(cut.len()).saturating_sub(1);
        assert_eq!(whole[..common], cut[..common]);
        return;
    }
    assert_eq!(whole, cut);
    let mut last = 0;
    for (place, line) in whole.iter().enumerate() {
        assert_eq!(line.index, place);
        assert!(line.bytes.len() <= most && line.line > last);
        assert!(line.too_long || !line.bytes.is_empty());
        last = line.line;
    }
    if !whole.iter().any(|line| line.too_long) && !text.starts_with(b"\xef\xbb\xbf") {
        let naive = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
        assert!(naive.eq(whole.iter().map(|line| &*line.bytes)));
    }
}

/// A batch is what any reader of JSON takes for an array, up to the number of records that it may hold.
pub fn batch(data: &[u8]) {
    const MOST: usize = 4;
    let array: Result<Vec<&RawValue>, _> = serde_json::from_slice(data);
    match fuzzing::elements(data, MOST) {
        Some(elements) => {
            assert!(elements.len() <= MOST);
            let array = array.expect("a batch is an array");
            assert!(array.into_iter().map(RawValue::get).eq(elements));
        }
        None => assert!(array.is_err() || array.is_ok_and(|array| array.len() > MOST)),
    }
}

/// Headers and a body in binary mode make one object, in which the body is the data and nothing else.
pub fn binary(data: &[u8]) {
    let mut source = Unstructured::new(data);
    let mut headers = HeaderMap::new();
    for _ in 0..source.int_in_range(0_u8..=6).unwrap_or_default() {
        let Ok((name, value)) = source.arbitrary::<(&str, &[u8])>() else { break };
        let name = HeaderName::from_bytes(format!("ce-{name}").as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    let body = source.take_rest();
    let Some(event) = fuzzing::structured(&headers, body) else { return };
    let members: std::collections::BTreeMap<String, &RawValue> =
        serde_json::from_slice(&event).expect("it is an object of JSON");
    for (name, raw) in &members {
        if name == "data" {
            assert_eq!(raw.get().as_bytes(), body.trim_ascii());
            continue;
        }
        let value: Value = serde_json::from_str(raw.get()).expect("it is JSON");
        assert!(value.is_string() || value.is_boolean());
        assert!(name == "datacontenttype" || headers.contains_key(format!("ce-{name}")), "{name}");
    }
    assert_eq!(members.contains_key("data"), !body.trim_ascii().is_empty());
    assert_eq!(members.len(), headers.len() + 1 + usize::from(members.contains_key("data")));
}
