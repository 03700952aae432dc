//! Which projection a set of tables holds: named by the hash of all it follows from besides the log.

use sha2::{Digest, Sha256};

use crate::{clickhouse, codelist};

/// Raised with every change of code that changes contributions or cells, so that they are made anew.
const PROJECTION_VERSION: u32 = 2;

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

#[cfg(test)]
mod tests {
    #[test]
    fn another_plan_is_another_generation() {
        assert_eq!(super::name("a"), super::name("a"));
        assert_ne!(super::name("a"), super::name("b"));
    }
}
