//! Where the search starts: the examples of `schemas/events`, and what they are made of.

use std::fs;

use serde_json::Value;
use weir_schemas::plan::SICHUAN_14;

use crate::examples;

/// The seeds of a target.
///
/// # Errors
/// When the examples can't be read.
pub fn seeds(target: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    let compact = |event: &Value| event.to_string().into_bytes();
    let valid = examples::valid();
    Ok(match target {
        "json" => {
            let mut all: Vec<Vec<u8>> = valid.iter().map(compact).collect();
            all.extend(
                [
                    "[[[[1]]]]",
                    "{\"a\":{\"a\":[1e400,-0.0]}}",
                    "\"\\ud83d\\ude00\\u0024\"",
                    "{\"$serde_json::private::Number\":\"1\"}",
                ]
                .map(Into::into),
            );
            all
        }
        "event" => {
            let mut all: Vec<Vec<u8>> = valid.iter().map(compact).collect();
            for kind in ["invalid", "refused"] {
                for file in examples::files(kind)? {
                    let example: Value = serde_json::from_slice(&fs::read(file)?)?;
                    all.push(compact(&example["event"]));
                }
            }
            all
        }
        // They choose among the examples by their bytes, so any bytes do.
        "mutated_event" | "entity" => (0..=255_u8).map(|first| spread(first, 96)).collect(),
        "values" => texts(valid),
        "lines" => {
            let two: Vec<Vec<u8>> = valid.iter().take(4).map(compact).collect();
            vec![
                [b"\xff\x07".as_slice(), &two.join(&b"\r\n"[..])].concat(),
                b"\x03\x01\xef\xbb\xbfa\n\n \n12345\nb".to_vec(),
            ]
        }
        "batch" => vec![
            Value::from(valid[..3].to_vec()).to_string().into_bytes(),
            b" [ ] ".to_vec(),
            b"[1,2,3,4,5]".to_vec(),
        ],
        "binary" => [
            b"\x02ce-idsource/bureaus/510700{\"form\":\"107-2\"}".as_slice(),
            b"\x06{\"a\":1}%E5%B7%9D\"a \\\"b\\\"\"\x08\x02\x04\x01",
        ]
        .map(<[u8]>::to_vec)
        .to_vec(),
        "keys" => {
            let hash = "0123456789abcdef".repeat(4);
            vec![
                format!(r#"[{{"name":"mianyang","role":"bureau","sha256":"{hash}","areas":["5107"],"events":["report","unit.changed"]}}]"#).into_bytes(),
                format!(r#"[{{"name":"a","role":"operator","sha256":"{hash}","created":"2025-01-01T00:00:00Z","revoked":"2025-06-01T00:00:00Z"}}]"#).into_bytes(),
            ]
        }
        "plan" => vec![SICHUAN_14.as_bytes().to_vec()],
        _ => Vec::new(),
    })
}

/// Bytes that differ from seed to seed and within one.
fn spread(first: u8, length: u16) -> Vec<u8> {
    (0..length)
        .map(|at| (at.wrapping_mul(167) >> 3).to_le_bytes()[0].wrapping_mul(29).wrapping_add(first))
        .collect()
}

/// Every text and number of the examples.
fn texts(values: &[Value]) -> Vec<Vec<u8>> {
    let mut texts = std::collections::BTreeSet::new();
    let mut left: Vec<&Value> = values.iter().collect();
    while let Some(value) = left.pop() {
        match value {
            Value::Object(members) => left.extend(members.values()),
            Value::Array(items) => left.extend(items),
            Value::String(text) => _ = texts.insert(text.clone().into_bytes()),
            Value::Number(number) => _ = texts.insert(number.to_string().into_bytes()),
            _ => {}
        }
    }
    texts.into_iter().collect()
}
