//! The types of events a key may send, written as the beginnings of their names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use weir_schemas::event::Data;

/// Types of events: `report` all of reports, `report.filed` one of them. A type may be spelled out, `weir.report.filed.v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventScope(String);

/// A scope that no type of event lies in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no type of event, nor the beginning of any, such as report or report.filed")]
pub struct NoEvents(String);

impl EventScope {
    /// Whether a type of event lies inside.
    pub fn contains(&self, event_type: &str) -> bool {
        let rest = inner(event_type).strip_prefix(self.0.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// A type without what all of them share.
fn inner(event_type: &str) -> &str {
    match event_type.strip_prefix("weir.") {
        Some(name) => name.strip_suffix(".v1").unwrap_or(name),
        None => event_type,
    }
}

impl FromStr for EventScope {
    type Err = NoEvents;

    fn from_str(text: &str) -> Result<Self, NoEvents> {
        let scope = Self(inner(text).to_owned());
        match Data::EVENT_TYPES.iter().any(|event_type| scope.contains(event_type)) {
            true => Ok(scope),
            false => Err(NoEvents(text.to_owned())),
        }
    }
}

impl fmt::Display for EventScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for EventScope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EventScope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_the_beginning_of_types() {
        let scope = |text: &str| text.parse::<EventScope>();
        let reports = scope("report").unwrap();
        assert!(reports.contains("weir.report.filed.v1") && reports.contains("weir.report.reviewed.v1"));
        assert!(!reports.contains("weir.unit.registered.v1"));
        for one in ["report.filed", "weir.report.filed.v1"] {
            let filed = scope(one).unwrap();
            assert!(filed.contains("weir.report.filed.v1") && !filed.contains("weir.report.withdrawn.v1"));
            assert_eq!(filed.to_string(), "report.filed");
        }
        for none in ["", "repo", "reports", "report.", "weir", "report.v1", "report.filed.v2"] {
            assert!(scope(none).is_err(), "{none}");
        }
    }
}
