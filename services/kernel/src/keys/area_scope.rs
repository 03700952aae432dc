//! The areas a key covers, written as the first digits of their codes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use weir_schemas::codelist::{Area, AreaError, AreaLevel};
use weir_schemas::event::Level;

/// An area with all that lies inside: `51` a province, `5107` a prefecture, `510704` a county; `510700` is `5107`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AreaScope(Area);

impl AreaScope {
    /// The level at which its office works.
    pub fn level(self) -> Level {
        match self.0.level() {
            AreaLevel::Province => Level::Province,
            AreaLevel::Prefecture => Level::City,
            AreaLevel::County => Level::County,
        }
    }

    /// Whether `area` lies inside.
    pub fn contains(self, area: Area) -> bool {
        self.0.contains(area)
    }
}

impl FromStr for AreaScope {
    type Err = AreaError;

    fn from_str(text: &str) -> Result<Self, AreaError> {
        let whole = match text.len() {
            2 | 4 => format!("{text:0<6}"),
            _ => text.to_owned(),
        };
        Area::parse(&whole).map(Self)
    }
}

impl fmt::Display for AreaScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for AreaScope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AreaScope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_mean_the_whole_area() {
        let scope = |text: &str| text.parse::<AreaScope>().map(|scope| scope.to_string());
        assert_eq!(scope("51").unwrap(), "510000");
        assert_eq!(scope("5107").unwrap(), "510700");
        assert_eq!(scope("510704").unwrap(), "510704");
        assert!(scope("517").is_err() && scope("99").is_err() && scope("").is_err());
    }
}
