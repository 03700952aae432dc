//! What the fold says of releases, and the records that a release is written in.

use weir_schemas::event::{Data, Event};
use weir_schemas::plan::Plan;
use weir_schemas::release::{Asked, Header, Part, Record, Released};

/// Cells in one record: some 200 kB, well below the largest record a log takes.
const CELLS_IN_RECORD: usize = 800;

/// The release that an event asks for, if it asks for one. Only a bureau whose area is all of the plan's may; what others
/// ask for is among the findings.
pub(crate) fn asked(event: &Event, plan: &Plan) -> Option<Asked> {
    let Data::ReleaseCut(release) = &event.data else { return None };
    let asked = || Asked { name: release.name.clone(), cut: release.cut, note: release.note.clone() };
    event.source.area.contains(plan.area).then(asked)
}

/// A release as it is written: in parts, of which there is at least one.
pub(super) fn parts(header: &Header, attempt: &str, cells: &[Released]) -> Vec<Record> {
    let mut chunks: Vec<Vec<Released>> = cells.chunks(CELLS_IN_RECORD).map(<[Released]>::to_vec).collect();
    if chunks.is_empty() {
        chunks.push(Vec::new());
    }
    let parts = u32::try_from(chunks.len()).unwrap_or(u32::MAX);
    let part = |(part, cells)| {
        let (release, attempt) = (header.clone(), attempt.to_owned());
        Record::Part(Part { release, attempt, part, parts, cells })
    };
    (0..).zip(chunks).map(part).collect()
}
