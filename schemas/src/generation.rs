//! Which projection a set of tables holds: named by the hash of all it follows from besides the log.

use sha2::{Digest, Sha256};

use crate::{clickhouse, codelist};

/// Raised with every change of code that changes contributions, findings or cells, or refuses an event that was taken in before,
/// so that they are made anew.
const PROJECTION_VERSION: u32 = 8;

/// The name of the generation, and of its database, that follows from the text of a plan file.
pub fn name(plan_text: &str) -> String {
    let mut hash = Sha256::new();
    let version = PROJECTION_VERSION.to_string();
    let parts = [version.as_str(), codelist::version(), plan_text];
    for part in parts.iter().chain(clickhouse::GENERATION) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("weir_{hex}")
}

/// What tells a plan file from others: SHA-256 of its text, hexadecimal.
pub fn plan_hash(plan_text: &str) -> String {
    Sha256::digest(plan_text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name of the `nth` generation of a plan: a rebuild fills another one beside the live one. The first bears the
/// plan's own name.
pub fn nth(name: &str, nth: u32) -> String {
    if nth <= 1 { name.to_owned() } else { format!("{name}_{nth}") }
}

/// Which of a plan's generations that one is, if it is one of them at all.
pub fn number(name: &str, generation: &str) -> Option<u32> {
    match generation.strip_prefix(name)? {
        "" => Some(1),
        more => more.strip_prefix('_')?.parse().ok().filter(|nth| *nth > 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_plan_is_another_generation() {
        assert_eq!(name("a"), name("a"));
        assert_ne!(name("a"), name("b"));
    }

    #[test]
    fn generations_of_a_plan_are_numbered() {
        for one in [1, 2, 17] {
            assert_eq!(number("weir_ab", &nth("weir_ab", one)), Some(one));
        }
        for other in ["weir_a", "weir_abc", "weir_ab_", "weir_ab_1", "weir_ab_x", "weir"] {
            assert_eq!(number("weir_ab", other), None, "{other}");
        }
    }
}
