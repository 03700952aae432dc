//! Findings in force at a moment: of each the row of the greatest version, if it is live.

use clickhouse::Row;
use jiff::Timestamp;
use serde::Deserialize;
use weir_kernel::clickhouse::{Error, Generation};
use weir_schemas::finding::FindingKind;

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Row, Deserialize)]
pub(crate) struct Found {
    /// Where the unit was, or the area that is touched; 0 where that is not known.
    pub(crate) area: u32,
    pub(crate) rule: String,
    /// Empty for what is about no report.
    pub(crate) form: String,
    pub(crate) period: String,
    pub(crate) revision: u32,
    /// The subject.
    pub(crate) entity: String,
    pub(crate) partition: i32,
    /// The event it is about.
    pub(crate) event_offset: i64,
    pub(crate) pointer: String,
    /// Since when it stands without a break, in milliseconds.
    pub(crate) raised: i64,
    pub(crate) is_open: bool,
    /// The event that explained it.
    pub(crate) explained_offset: Option<i64>,
    pub(crate) sentence: String,
    pub(crate) made_up: bool,
}

/// What findings are ordered by: since when they stand, partition and offset of their event, rule and pointer.
pub(crate) type Raised = (i64, i32, i64, String, String);

impl Found {
    /// Its place in the order.
    pub(crate) fn key(&self) -> Raised {
        (self.raised, self.partition, self.event_offset, self.rule.clone(), self.pointer.clone())
    }
}

/// Which findings are asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Of this kind.
    pub(crate) kind: FindingKind,
    /// In force at this moment.
    pub(crate) at: Timestamp,
    /// With codes of areas in these ranges.
    pub(crate) inside: Vec<(u32, u32)>,
    /// Open or not; either if not said.
    pub(crate) open: Option<bool>,
    /// Of this form.
    pub(crate) form: Option<String>,
    /// Of this period.
    pub(crate) period: Option<String>,
}

const IN_FORCE: &str = "
SELECT area, toString(rule) AS rule, toString(form) AS form, toString(period) AS period, revision, entity, partition,
       event_offset, pointer, raised, newest.2 AS is_open, newest.3 AS explained_offset, newest.4 AS sentence,
       newest.5 AS made_up
FROM
(
    SELECT area, rule, form, period, revision, entity, partition, event_offset, pointer,
           argMax((live, open, explained_by, detail, synthetic), version) AS newest,
           maxIf(version + 1, NOT live) AS lapsed,
           groupArray((version, toUnixTimestamp64Milli(recorded))) AS versions,
           arrayMin(arrayMap(row -> row.2, arrayFilter(row -> row.1 >= lapsed, versions))) AS raised
    FROM findings
    WHERE CONDITION
    GROUP BY area, kind, rule, form, period, entity, revision, partition, event_offset, pointer
)
WHERE newest.1";

const BY_AREA: &str = "kind = ? AND arrayExists(span -> area BETWEEN span.1 AND span.2, ?) \
                       AND (? = '' OR form = ?) AND (? = '' OR period = ?) \
                       AND recorded <= fromUnixTimestamp64Milli(?, 'UTC')";

#[derive(Row, Deserialize)]
struct CountRow {
    records: u64,
}

impl Wanted {
    fn bind(&self, query: clickhouse::query::Query) -> clickhouse::query::Query {
        let form = self.form.as_deref().unwrap_or_default();
        let period = self.period.as_deref().unwrap_or_default();
        let query = query.bind(self.kind.as_str()).bind(&self.inside).bind(form).bind(form);
        query.bind(period).bind(period).bind(self.at.as_millisecond())
    }

    fn in_force(&self) -> String {
        let open = match self.open {
            None => "",
            Some(true) => " AND is_open",
            Some(false) => " AND NOT is_open",
        };
        format!("{}{open}", IN_FORCE.replace("CONDITION", BY_AREA))
    }
}

/// The findings that follow a place in the order: at most `most`.
pub(crate) async fn findings(
    generation: &Generation,
    wanted: &Wanted,
    after: Option<Raised>,
    most: usize,
) -> Result<Vec<Found>, Error> {
    let select = format!(
        "{} AND (raised, partition, event_offset, rule, pointer) > ? \
         ORDER BY raised, partition, event_offset, rule, pointer LIMIT ?",
        wanted.in_force()
    );
    let after = after.unwrap_or((-1, -1, -1, String::new(), String::new()));
    generation.select(&select, |query| wanted.bind(query).bind(after).bind(most)).await
}

/// How many findings there are.
pub(crate) async fn count_findings(generation: &Generation, wanted: &Wanted) -> Result<u64, Error> {
    let select = format!("SELECT count() AS records FROM ({})", wanted.in_force());
    let rows: Vec<CountRow> = generation.select(&select, |query| wanted.bind(query)).await?;
    Ok(rows.first().map_or(0, |row| row.records))
}

/// All findings of some subjects that stand now, of whatever kind.
pub(crate) async fn of_subjects(generation: &Generation, subjects: &[String]) -> Result<Vec<Found>, Error> {
    let select = format!(
        "{} ORDER BY raised, partition, event_offset, rule, pointer",
        IN_FORCE.replace("CONDITION", "entity IN ?")
    );
    generation.select(&select, |query| query.bind(subjects)).await
}
