//! The formats that an answer can be asked for in, and how one is chosen.
//!
//! An answer says once what table it is ([`Tabular`]), and every writer writes from that.

mod arrow;
mod csv;
mod json_stat;
mod parquet;
mod reply;
mod table;
mod xlsx;

use axum::http::{HeaderMap, StatusCode};
use serde_json::json;
use weir_kernel::problem::ProblemDetails;

pub(super) use self::reply::Reply;
pub(super) use self::table::{Axis, Cube, Dimension, Metric, Rows, Table, Title};
use super::accept::{Range, preferred};

/// The parameter that names a format.
pub(super) const FORMAT: &str = "format";

/// What can be shown as a table.
pub(super) trait Tabular {
    /// The table.
    fn table(&self) -> Table<'_>;

    /// The cursor of the next page, where this is one page of a list.
    fn next(&self) -> Option<&str> {
        None
    }
}

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// As docs/contract.md has it.
    Json,
    /// Comma-separated values, without a byte-order mark.
    Csv,
    /// The same for Excel, which takes a text for UTF-8 only with a byte-order mark.
    CsvExcel,
    /// An Office Open XML workbook.
    Xlsx,
    /// JSON-stat 2.0, of what is a cube.
    JsonStat,
    /// An Arrow IPC stream.
    Arrow,
    /// A Parquet file.
    Parquet,
}

impl Format {
    /// What figures are offered in; the first is what a reader gets that asks for none.
    pub(super) const FIGURES: &[Self] =
        &[Self::Json, Self::Csv, Self::CsvExcel, Self::Xlsx, Self::JsonStat, Self::Arrow, Self::Parquet];
    /// What lists are offered in: they are no cubes.
    pub(super) const LISTS: &[Self] =
        &[Self::Json, Self::Csv, Self::CsvExcel, Self::Xlsx, Self::Arrow, Self::Parquet];

    /// The word that asks for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::CsvExcel => "csv-excel",
            Self::Xlsx => "xlsx",
            Self::JsonStat => "json-stat",
            Self::Arrow => "arrow",
            Self::Parquet => "parquet",
        }
    }

    /// Its media type, by which `Accept` asks for it. Both kinds of CSV have one: `Accept` gets the one without a mark.
    /// JSON-stat's is registered with nobody.
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv | Self::CsvExcel => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::JsonStat => "application/vnd.json-stat+json",
            Self::Arrow => "application/vnd.apache.arrow.stream",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// The media type with its parameters, as an answer says it.
    const fn content_type(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvExcel => "text/csv; charset=utf-8; header=present",
            other => other.media_type(),
        }
    }

    /// What its files end in, where it is one to be kept.
    const fn extension(self) -> Option<&'static str> {
        match self {
            Self::Json | Self::JsonStat => None,
            Self::Csv | Self::CsvExcel => Some("csv"),
            Self::Xlsx => Some("xlsx"),
            Self::Arrow => Some("arrows"),
            Self::Parquet => Some("parquet"),
        }
    }

    /// What writes a table in it; JSON is no table.
    fn writer(self) -> Option<Writer> {
        match self {
            Self::Json => None,
            Self::Csv => Some(csv::write),
            Self::CsvExcel => Some(csv::write_for_excel),
            Self::Xlsx => Some(xlsx::write),
            Self::JsonStat => Some(json_stat::write),
            Self::Arrow => Some(arrow::write),
            Self::Parquet => Some(parquet::write),
        }
    }

    /// The format that a request asks for: by its word, else by `Accept`.
    ///
    /// # Errors
    /// 406 with what is offered.
    fn asked(word: Option<&str>, headers: &HeaderMap, offered: &[Self]) -> Result<Self, ProblemDetails> {
        match word {
            Some(word) => offered
                .iter()
                .find(|format| format.word() == word)
                .copied()
                .ok_or_else(|| not_acceptable(&format!("format={word}"), offered)),
            None => {
                let names = |range: &Range, format: &Self| range.names(format.media_type());
                let preferred = preferred(headers, offered.iter().copied(), names);
                preferred.map(|(format, _)| format).ok_or_else(|| not_acceptable("Accept", offered))
            }
        }
    }
}

/// 406: what is asked for is not to be had here.
fn not_acceptable(asked: &str, offered: &[Format]) -> ProblemDetails {
    let words: Vec<&str> = offered.iter().map(|format| format.word()).collect();
    let formats: Vec<_> = offered
        .iter()
        .map(|format| json!({"format": format.word(), "media_type": format.media_type()}))
        .collect();
    let detail = format!("{asked} asks for what is not offered here; format= can be {}", words.join(", "));
    ProblemDetails::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", detail).with("formats", formats)
}

/// Writes a table.
type Writer = fn(&Table<'_>) -> Result<Vec<u8>, WriteError>;

/// Why an answer can't be written in a format.
#[derive(Debug, thiserror::Error)]
enum WriteError {
    /// A decimal is longer than the format's.
    #[error("{column} holds {value}, which does not fit; ask for csv")]
    TooLong {
        /// Where.
        column: &'static str,
        /// What.
        value: String,
    },
    /// What is asked for as a cube is none.
    #[error("{0} is no cube")]
    NoCube(String),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Csv(#[from] ::csv::Error),
    #[error(transparent)]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    #[error(transparent)]
    Arrow(#[from] arrow_schema::ArrowError),
    #[error(transparent)]
    Parquet(#[from] ::parquet::errors::ParquetError),
}

impl From<WriteError> for ProblemDetails {
    fn from(error: WriteError) -> Self {
        if let WriteError::TooLong { .. } = error {
            return Self::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", error.to_string());
        }
        tracing::error!(%error, "an answer can't be written");
        Self::internal()
    }
}

#[cfg(test)]
pub(super) mod tests;
