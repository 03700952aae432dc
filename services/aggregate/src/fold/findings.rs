//! What the fold writes of findings: a row for each version of one.

use std::collections::BTreeMap;

use clickhouse::Row;
use serde::{Deserialize, Serialize};
use weir_schemas::codelist::Area;
use weir_schemas::entity::Place;
use weir_schemas::finding::{Finding, FindingKey, FindingKind};

/// The findings of an entity within a scope.
pub(super) type Findings = BTreeMap<FindingKey, Finding>;

/// A row of `findings`: immutable, keyed by entity, version and what the finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Row, Serialize, Deserialize)]
pub(crate) struct FindingRow {
    area: u32,
    kind: String,
    rule: String,
    form: String,
    period: String,
    entity: String,
    revision: u32,
    partition: i32,
    event_offset: i64,
    pointer: String,
    version: i64,
    recorded: i64,
    live: bool,
    open: bool,
    explained_by: Option<i64>,
    detail: String,
    synthetic: bool,
}

impl FindingRow {
    /// The finding stands from `place` on.
    fn of(key: &FindingKey, finding: &Finding, entity: &str, partition: i32, place: Place) -> Self {
        let report = key.report;
        Self {
            area: key.area.map_or(0, Area::as_u32),
            kind: FindingKind::of(key.rule).map_or("", FindingKind::as_str).to_owned(),
            rule: key.rule.as_str().to_owned(),
            form: report.map(|report| report.form.to_string()).unwrap_or_default(),
            period: report.map(|report| report.period.to_string()).unwrap_or_default(),
            entity: entity.to_owned(),
            revision: report.map_or(0, |report| report.revision),
            partition,
            event_offset: key.event,
            pointer: key.pointer.clone(),
            version: place.offset,
            recorded: place.recorded.as_millisecond(),
            live: true,
            open: finding.is_open(key.rule),
            explained_by: finding.explained,
            detail: finding.detail.clone(),
            synthetic: finding.synthetic,
        }
    }

    /// What an event at `place` changed: a row for each finding that lapsed, came or changed.
    pub(super) fn changed<'a>(
        before: &'a Findings,
        after: &'a Findings,
        entity: &'a str,
        partition: i32,
        place: Place,
    ) -> impl Iterator<Item = Self> + 'a {
        let lapsed = before.iter().filter(|(key, _)| !after.contains_key(key)).map(move |(key, finding)| {
            let stood = Self::of(key, finding, entity, partition, place);
            Self { live: false, open: false, explained_by: None, detail: String::new(), ..stood }
        });
        let came = after.iter().filter(|(key, finding)| before.get(key) != Some(finding));
        lapsed.chain(came.map(move |(key, finding)| Self::of(key, finding, entity, partition, place)))
    }
}

/// What tells findings apart: area, rule, form, period and entity, revision, event and pointer.
#[cfg(test)]
pub(crate) type FindingId = (u32, String, [String; 3], u32, i64, String);

#[cfg(test)]
impl FindingRow {
    pub(crate) fn key(&self) -> FindingId {
        let report = [self.form.clone(), self.period.clone(), self.entity.clone()];
        (self.area, self.rule.clone(), report, self.revision, self.event_offset, self.pointer.clone())
    }

    pub(crate) fn is_live(&self) -> bool {
        self.live
    }

    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }
}
