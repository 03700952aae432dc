//! What is told of a record, as far as there is room for it.

use weir_schemas::problem::Problem;

use crate::limits::Limits;
use crate::memory::{Held, Memory};

/// Of a record's problems those that are told: the first, for which the record counts itself, and the others, up to as many as are told of
/// one record, where there is room for them. Who mends the first is told the next when the record comes again.
pub(super) fn told(
    mut problems: Vec<Problem>,
    limits: &Limits,
    memory: &Memory,
    held: &mut Held,
) -> Vec<Problem> {
    problems.truncate(limits.max_problems.max(1));
    if !held.grow_by_spare(memory, problems.iter().skip(1).map(size).sum()) {
        problems.truncate(1);
    }
    // There may have been many more.
    problems.shrink_to_fit();
    problems
}

fn size(problem: &Problem) -> usize {
    size_of::<Problem>() + problem.pointer.capacity() + problem.detail.capacity()
}

#[cfg(test)]
mod tests {
    use weir_schemas::problem::Code;

    use super::*;

    #[test]
    fn what_there_is_no_room_for_is_not_told() {
        let limits = Limits {
            held_bytes: 0,
            max_body_bytes: 100_000,
            max_batch_records: 0,
            ndjson_bytes: 0,
            zstd_window: 0,
            rejected_bytes: 0,
            ndjson_lines: 0,
            max_problems: 10,
            ..Limits::default()
        };
        let (memory, mut held) = (Memory::new(&limits).share(&limits), Held::default());
        let found: Vec<Problem> =
            (0..500).map(|_| Problem::new(Code::Item, "/data", "a".repeat(400))).collect();
        let records: Vec<Vec<Problem>> =
            (0..100).map(|_| told(found.clone(), &limits, &memory, &mut held)).collect();
        assert_eq!((records[0].len(), records[0].capacity()), (10, 10));
        assert_eq!((records[99].len(), records[99].capacity()), (1, 1));
        let told: usize = records.iter().flat_map(|problems| problems.iter().skip(1)).map(size).sum();
        assert!(memory.hold(101_024 - told, 0).is_some() && memory.hold(101_025 - told, 0).is_none());
    }
}
