//! The classifications figures are cut by: areas, industries, fields. Each is one dated version, compiled in.

mod area;
mod error;
mod field;
mod high_tech;
mod industry;
mod table;

use std::fmt::Write as _;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

pub use area::{Area, AreaLevel};
pub use error::{AreaError, FieldError, IndustryError};
pub use field::Field;
pub use high_tech::HighTechClass;
pub use industry::{Industry, IndustryLevel};

const AREAS: &str = include_str!("../../codelists/areas.csv");
const FIELDS: &str = include_str!("../../codelists/fields.csv");
const HIGH_TECH_MANUFACTURING: &str = include_str!("../../codelists/high_tech_manufacturing.csv");
const INDUSTRIES: &str = include_str!("../../codelists/industries.csv");
const INDUSTRY_FIELDS: &str = include_str!("../../codelists/industry_fields.csv");
const RETIRED_AREAS: &str = include_str!("../../codelists/retired_areas.csv");

/// The editions of the lists that figures are cut by, as they are cited: areas, industries, and what leads from an industry to a field.
pub const EDITIONS: [(&str, &str); 3] =
    [("areas", "GB/T 2260, 2024-12-31"), ("industries", "GB/T 4754-2017"), ("industry_fields", "version 1")];

/// Twelve hexadecimal digits that change with any byte of any code list.
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let mut hash = Sha256::new();
        for list in [AREAS, FIELDS, HIGH_TECH_MANUFACTURING, INDUSTRIES, INDUSTRY_FIELDS, RETIRED_AREAS] {
            // The length separates the lists, so that a line moved between two of them shows.
            hash.update((list.len() as u64).to_be_bytes());
            hash.update(list.as_bytes());
        }
        hash.finalize().iter().take(6).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    });
    &VERSION
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_are_those_of_the_lists() {
        for ((_, edition), list) in EDITIONS.iter().zip([AREAS, INDUSTRIES, INDUSTRY_FIELDS]) {
            let head: String = list.lines().take_while(|line| line.starts_with('#')).collect();
            for part in edition.split(", ") {
                assert!(head.contains(part), "{part} of {head}");
            }
        }
    }

    #[test]
    fn version_is_twelve_hexadecimal_digits() {
        let version = version();
        assert_eq!(version.len(), 12);
        assert!(version.bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
