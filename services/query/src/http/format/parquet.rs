//! A Parquet file.

use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::WriteError;
use super::arrow::{batch, metadata};
use super::table::Table;

/// The table, of the same types as in Arrow.
pub(super) fn write(table: &Table<'_>) -> Result<Vec<u8>, WriteError> {
    let said = metadata(table).into_iter().map(|(key, value)| KeyValue::new(key, value));
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(said.collect()))
        .build();
    let batch = batch(table)?;
    let mut file = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))?;
    file.write(&batch)?;
    Ok(file.into_inner()?)
}
