//! Events: where each copy of one is, what became of it, and what else its subject's history holds.

use clickhouse::Row;
use serde::Deserialize;
use weir_kernel::clickhouse::{Error, Generation};

use super::exceptions::SetAside;

/// What tells an event from others of its subject.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    /// The bureau, `/bureaus/` and its area.
    pub(crate) source: String,
    /// Its id.
    pub(crate) id: String,
}

/// A place in the log: subject, partition and offset. A subject lies in one partition.
pub(crate) type Place = (String, i32, i64);

/// One copy of an event.
#[derive(Debug, Clone, PartialEq, Eq, Row, Deserialize)]
pub(crate) struct Copy {
    pub(crate) subject: String,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    /// In milliseconds.
    pub(crate) recorded: i64,
    pub(crate) disposition: String,
    pub(crate) payload: String,
}

/// An event at a place.
#[derive(Debug, Clone, PartialEq, Eq, Row, Deserialize)]
pub(crate) struct Entry {
    pub(crate) subject: String,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    /// In milliseconds.
    pub(crate) recorded: i64,
    pub(crate) source: String,
    pub(crate) id: String,
    pub(crate) r#type: String,
    pub(crate) payload: String,
}

#[derive(Row, Deserialize)]
struct SubjectRow {
    subject: String,
}

/// The first `most` subjects after one that have an event of the identity, in order, or that one of them that is named.
pub(crate) async fn subjects(
    generation: &Generation,
    event: &Identity,
    named: Option<&str>,
    after: &str,
    most: usize,
) -> Result<Vec<String>, Error> {
    let select = "SELECT DISTINCT subject FROM events WHERE source = ? AND id = ? AND (? = '' OR subject = ?) \
                  AND subject > ? ORDER BY subject LIMIT ?";
    let named = named.unwrap_or_default();
    let bind = |query: clickhouse::query::Query| {
        query.bind(&event.source).bind(&event.id).bind(named).bind(named).bind(after).bind(most)
    };
    let rows: Vec<SubjectRow> = generation.select(select, bind).await?;
    Ok(rows.into_iter().map(|row| row.subject).collect())
}

/// All copies of an event under some subjects, in order.
pub(crate) async fn copies(
    generation: &Generation,
    event: &Identity,
    subjects: &[String],
) -> Result<Vec<Copy>, Error> {
    let select = "SELECT ?fields FROM events WHERE subject IN ? AND source = ? AND id = ? \
                  ORDER BY subject, partition, offset LIMIT 1 BY subject, partition, offset";
    generation.select(select, |query| query.bind(subjects).bind(&event.source).bind(&event.id)).await
}

/// All events of some subjects that count, each subject's in order.
pub(crate) async fn history(generation: &Generation, subjects: &[String]) -> Result<Vec<Entry>, Error> {
    let select = "SELECT ?fields FROM events WHERE subject IN ? AND disposition = 'stored' \
                  ORDER BY subject, partition, offset LIMIT 1 BY subject, partition, offset";
    generation.select(select, |query| query.bind(subjects)).await
}

/// The events at some places.
pub(crate) async fn entries(generation: &Generation, places: &[Place]) -> Result<Vec<Entry>, Error> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let select = "SELECT ?fields FROM events WHERE (subject, partition, offset) IN ? \
                  ORDER BY subject, partition, offset LIMIT 1 BY subject, partition, offset";
    generation.select(select, |query| query.bind(places)).await
}

/// The records that were set aside and say to be the event, as far as they can be read: the first `most`.
pub(crate) async fn lost(
    generation: &Generation,
    event: &Identity,
    most: usize,
) -> Result<Vec<SetAside>, Error> {
    let select = "SELECT ?fields FROM set_aside WHERE JSONExtractString(payload, 'source') = ? \
                  AND JSONExtractString(payload, 'id') = ? ORDER BY partition, offset \
                  LIMIT 1 BY partition, offset LIMIT ?";
    generation.select(select, |query| query.bind(&event.source).bind(&event.id).bind(most)).await
}
