//! `GET /v1/status`.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use weir_kernel::clickhouse::{Generation, Position};
use weir_kernel::problem::ProblemDetails;
use weir_kernel::topics;

use super::{App, unavailable};
use crate::Error;
use crate::accounts::recounted;
use crate::generation::Present;
use crate::status::{GenerationStatus, MarksStatus, PartitionStatus, Status};

/// What a request may ask for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Whether rows are counted.
    #[serde(default)]
    rows: bool,
}

/// Answers how far each of the plan's generations is.
pub(super) async fn status(
    State(app): State<Arc<App>>,
    query: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    app.authorize(&headers).await?;
    let Query(Asked { rows }) =
        query.map_err(|rejection| ProblemDetails::bad_request("query", rejection.body_text()))?;
    let status = app.status(rows).await.map_err(|error| unavailable(&error))?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(status)).into_response())
}

impl App {
    async fn status(&self, rows: bool) -> Result<Status, Error> {
        let Present { own, live } = self.generations.present().await?;
        let newest = own.last().map(|(number, _)| *number);
        let mut generations = Vec::new();
        for (number, generation) in own {
            let live = live.as_deref() == Some(generation.name());
            // Of what is superseded nothing changes any more, and nobody works on it.
            let rows = rows && (live || Some(number) == newest);
            generations.push(self.of(&generation, live, rows).await?);
        }
        Ok(Status { generations })
    }

    async fn of(&self, generation: &Generation, live: bool, rows: bool) -> Result<GenerationStatus, Error> {
        let mut partitions = Vec::new();
        for (position, records) in self.positions(generation, topics::EVENTS).await? {
            let Position { partition, next, accounts, .. } = position;
            let rows = match rows {
                true => Some(recounted(generation, partition, next).await?),
                false => None,
            };
            let total = u64::try_from(next).unwrap_or(0);
            let balanced = accounts.total() == total && rows.is_none_or(|rows| rows == accounts);
            partitions.push(PartitionStatus { partition, records, position: next, accounts, rows, balanced });
        }
        let marks = self.positions(generation, topics::DIRTY).await?.into_iter();
        let marks = marks.map(|(Position { partition, next, .. }, records)| MarksStatus {
            partition,
            records,
            position: next,
        });
        Ok(GenerationStatus {
            generation: generation.name().to_owned(),
            live,
            closed: generation.closed_at().await?,
            partitions,
            marks: marks.collect(),
        })
    }

    /// Of each partition of a topic how far it is taken in, and its end.
    async fn positions(&self, generation: &Generation, topic: &str) -> Result<Vec<(Position, i64)>, Error> {
        let mut positions = Vec::new();
        for (partition, end) in (0..).zip(self.log.ends(topic).await?) {
            positions.push((generation.position(topic, partition).await?, end));
        }
        Ok(positions)
    }
}
