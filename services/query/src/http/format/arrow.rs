//! An Arrow IPC stream, and the batch that it and Parquet hold.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Decimal128Array, Int64Array, RecordBatch, RecordBatchOptions, StringArray,
};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema};

use super::WriteError;
use super::table::{Column, Table, Values};

/// The digits of a figure. With [`SCALE`], what ClickHouse holds: 32 before the point.
const PRECISION: u8 = 38;
/// The decimal places of a figure: those that are kept of what is stored, and shown of what is computed.
const SCALE: i8 = 6;

/// The table as one batch.
pub(super) fn write(table: &Table<'_>) -> Result<Vec<u8>, WriteError> {
    let batch = batch(table)?;
    let mut stream = StreamWriter::try_new(Vec::new(), &batch.schema())?;
    if batch.num_rows() > 0 {
        stream.write(&batch)?;
    }
    Ok(stream.into_inner()?)
}

/// What a schema says of its table besides the columns.
pub(super) fn metadata(table: &Table<'_>) -> [(String, String); 4] {
    [
        ("weir.id".into(), table.id.clone().into_owned()),
        ("weir.title.zh".into(), table.title.zh.clone().into_owned()),
        ("weir.title.en".into(), table.title.en.clone().into_owned()),
        ("weir.synthetic".into(), table.synthetic.to_string()),
    ]
}

/// The table in Arrow's memory.
pub(super) fn batch(table: &Table<'_>) -> Result<RecordBatch, WriteError> {
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    for column in &table.columns {
        let values = array(column)?;
        fields.push(Field::new(column.name, values.data_type().clone(), true));
        columns.push(values);
    }
    let schema = Schema::new(fields).with_metadata(HashMap::from(metadata(table)));
    let rows = RecordBatchOptions::new().with_row_count(Some(table.rows));
    Ok(RecordBatch::try_new_with_options(Arc::new(schema), columns, &rows)?)
}

fn array(column: &Column<'_>) -> Result<ArrayRef, WriteError> {
    Ok(match &column.values {
        Values::Text(values) => Arc::new(values.iter().map(Option::as_deref).collect::<StringArray>()),
        Values::Whole(values) => Arc::new(values.iter().collect::<Int64Array>()),
        Values::Flag(values) => Arc::new(values.iter().collect::<BooleanArray>()),
        Values::Decimal(values) => {
            let too_long = |text: &str| WriteError::TooLong { column: column.name, value: text.to_owned() };
            let unscaled = |text: &str| unscaled(text).ok_or_else(|| too_long(text));
            let values: Result<Decimal128Array, _> =
                values.iter().map(|value| value.as_deref().map(unscaled).transpose()).collect();
            Arc::new(values?.with_data_type(DataType::Decimal128(PRECISION, SCALE)))
        }
    })
}

/// A decimal in millionths; `None` where it has more places, or digits, than the type.
fn unscaled(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.trim_end_matches('0');
    let width = usize::from(SCALE.unsigned_abs());
    let fits = whole.ends_with(|digit: char| digit.is_ascii_digit()) && fraction.len() <= width;
    let value: i128 = fits.then(|| format!("{whole}{fraction:0<width$}").parse().ok()).flatten()?;
    (value.unsigned_abs() < 10_u128.pow(PRECISION.into())).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_is_taken_whole_or_not_at_all() {
        for (text, value) in [
            ("0", Some(0)),
            ("-0.000001", Some(-1)),
            ("121450000000.50", Some(121_450_000_000_500_000)),
            ("4.0400140000", Some(4_040_014)),
            ("0.0000001", None),
            ("1e3", None),
            ("", None),
        ] {
            assert_eq!(unscaled(text), value, "{text}");
        }
        let (most, over) = ("9".repeat(32) + ".999999", "1".to_owned() + &"0".repeat(32));
        assert_eq!(unscaled(&most), Some(10_i128.pow(38) - 1));
        assert_eq!(unscaled(&over), None);
    }
}
