//! Reads what was written in each format, as its users do.

use std::collections::BTreeMap;
use std::io::Cursor;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_schema::DataType;
use axum::body::Bytes;
use calamine::{Data, Reader, Xlsx};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use crate::http::format::Format;

/// The values of each column.
pub(in crate::http) type Columns = BTreeMap<String, Vec<Option<String>>>;

/// The columns of what was written in a format; nulls where there is nothing.
pub(in crate::http) fn columns(format: Format, bytes: &[u8]) -> Columns {
    match format {
        Format::Json => unreachable!("it is no table"),
        Format::Csv => csv(bytes),
        Format::CsvExcel => {
            let text = bytes.strip_prefix("\u{feff}".as_bytes()).expect("a byte-order mark");
            let plain = |text: String| match text.strip_prefix('\'') {
                Some(rest) if !rest.is_empty() => rest.to_owned(),
                _ => text,
            };
            let columns = csv(text).into_iter();
            columns
                .map(|(name, values)| (name, values.into_iter().map(|one| one.map(plain)).collect()))
                .collect()
        }
        Format::Xlsx => sheet(bytes),
        Format::JsonStat => cube(&serde_json::from_slice(bytes).unwrap()),
        Format::Arrow => {
            batches(StreamReader::try_new(Cursor::new(bytes), None).unwrap().map(Result::unwrap))
        }
        Format::Parquet => {
            let file = ParquetRecordBatchReaderBuilder::try_new(Bytes::copy_from_slice(bytes)).unwrap();
            batches(file.build().unwrap().map(Result::unwrap))
        }
    }
}

/// Columns of rows of which the first has the names.
fn rows(mut rows: impl Iterator<Item = Vec<Option<String>>>) -> Columns {
    let names: Vec<String> = rows.next().unwrap().into_iter().map(Option::unwrap).collect();
    let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); names.len()];
    for row in rows {
        assert_eq!(row.len(), names.len());
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
    }
    names.into_iter().zip(columns).collect()
}

fn csv(bytes: &[u8]) -> Columns {
    let mut lines = ::csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let value = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    rows(lines.records().map(|line| line.unwrap().iter().map(value).collect()))
}

fn sheet(bytes: &[u8]) -> Columns {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = workbook.worksheet_range("data").unwrap();
    let value = |value: &Data| match value {
        Data::Empty => None,
        other => Some(other.to_string()),
    };
    rows(sheet.rows().map(|row| row.iter().map(value).collect()))
}

fn batches(batches: impl Iterator<Item = RecordBatch>) -> Columns {
    let mut columns = Columns::new();
    for batch in batches {
        for (field, values) in batch.schema().fields().iter().zip(batch.columns()) {
            let column = columns.entry(field.name().clone()).or_default();
            column.extend((0..values.len()).map(|row| values.is_valid(row).then(|| shown(values, row))));
        }
    }
    columns
}

fn shown(values: &dyn Array, row: usize) -> String {
    match values.data_type() {
        DataType::Utf8 => values.as_string::<i32>().value(row).to_owned(),
        DataType::Int64 => values.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Boolean => values.as_boolean().value(row).to_string(),
        DataType::Decimal128(38, 6) => values.as_primitive::<Decimal128Type>().value_as_string(row),
        other => panic!("{other} is none of our types"),
    }
}

/// A data set's metrics and attributes, and the codes of its dimensions, row by row.
fn cube(set: &Value) -> Columns {
    let codes = |dimension: &str| -> Vec<String> {
        let index = set["dimension"][dimension]["category"]["index"].as_array().unwrap();
        index.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    };
    let (ids, metrics) = (["area", "field", "period"], codes("metric"));
    assert_eq!(set["id"], serde_json::json!(["area", "field", "period", "metric"]));
    let sizes = ids.map(|id| codes(id).len());
    let rows: usize = sizes.iter().product();
    assert_eq!(set["value"].as_array().unwrap().len(), rows * metrics.len());
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        number => Some(number.to_string()),
    };
    let mut columns = Columns::new();
    for row in 0..rows {
        let mut push = |name: &str, value| columns.entry(name.to_owned()).or_default().push(value);
        let places = [row / (sizes[1] * sizes[2]), row / sizes[2] % sizes[1], row % sizes[2]];
        for (id, place) in ids.iter().zip(places) {
            push(id, Some(codes(id)[place].clone()));
        }
        for (at, metric) in metrics.iter().enumerate() {
            push(metric, text(&set["value"][row * metrics.len() + at]));
        }
        push("status", text(&set["status"][row * metrics.len()]));
        for (name, values) in set["extension"]["attributes"].as_object().unwrap() {
            push(name, text(&values[row]));
        }
    }
    columns
}
