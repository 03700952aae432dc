//! Rejected lines of NDJSON: each with its number, its problems and itself, as `/v1/rejected` shows it.

use std::collections::BTreeMap;

use serde::Serialize;
use weir_schemas::problem::Problem;

use crate::push::input::Input;
use crate::push::table::Told;

#[derive(Serialize)]
struct Shown<'a> {
    line: u64,
    problems: Vec<&'a Problem>,
    record: String,
}

/// The rejected lines of a file.
///
/// # Errors
/// When it can't be read again.
pub(super) fn lines(input: &Input<'_>, rejected: &BTreeMap<u64, Vec<Told>>) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for line in input.some(&rejected.keys().copied().collect())? {
        let told = rejected.get(&line.number).into_iter().flatten();
        let problems = told.map(|told| &told.problem).collect();
        let record = String::from_utf8_lossy(&line.text).into_owned();
        serde_json::to_writer(&mut bytes, &Shown { line: line.number, problems, record })?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}
