//! Why a code is refused, in words for the bureau that sent it.

use thiserror::Error;

use super::Area;
use super::Industry;

/// Why a text is no area.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AreaError {
    /// Not the form of a GB/T 2260 code.
    #[error("area code '{0}' is not six digits")]
    Form(String),
    /// A well-formed code that the list does not hold.
    #[error("area code {0:06} is not in GB/T 2260 as of {version}", version = Area::VERSION)]
    Unknown(u32),
    /// A code that was valid once.
    #[error("area code {code:06} is retired since {year}{}", replacement(successors))]
    Retired {
        /// The code.
        code: u32,
        /// The year since which it is not valid.
        year: &'static str,
        /// The codes in its place, separated by spaces; empty where its parts went their own ways.
        successors: &'static str,
    },
}

fn replacement(successors: &str) -> String {
    if successors.is_empty() { String::new() } else { format!(": use {}", successors.replace(' ', " or ")) }
}

/// Why a text is no industry.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IndustryError {
    /// Not the form of a GB/T 4754 division, group or class.
    #[error("industry code '{0}' is not two to four digits")]
    Form(String),
    /// A well-formed code that the list does not hold.
    #[error("industry code {0} is not in {version}", version = Industry::VERSION)]
    Unknown(String),
}

/// Why a text is no field.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FieldError {
    /// Neither a field of the plan nor one of the two codes for none and all.
    #[error("field '{0}' is not one of F01 to F10, _U, _T")]
    Unknown(String),
    /// `_U` or `_T` where only a field of the plan can stand.
    #[error("field '{0}' is not one of the plan's fields F01 to F10")]
    NotInPlan(String),
}
