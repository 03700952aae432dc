//! JSON-stat 2.0: a table that is a cube, as a data set.
//!
//! Numbers are written from the exact decimals' digits. Labels are Chinese; each dimension's extension has the English ones.

use std::collections::HashMap;

use serde_json::{Map, Number, Value, json};

use super::WriteError;
use super::table::{Axis, Cube, Dimension, Table, Title, Values};

/// The dimension of what is measured.
const METRIC: &str = "metric";

const MADE_UP: [&str; 2] = ["合成数据 Synthetic data", "不反映任何真实单位 No real unit is behind it"];

/// The table as a data set: one number for each metric of each row, with the row's status; what else a row says is in the
/// extension, row by row.
pub(super) fn write(table: &Table<'_>) -> Result<Vec<u8>, WriteError> {
    let cube = table.cube.as_ref().ok_or_else(|| WriteError::NoCube(table.id.clone().into_owned()))?;
    let axes: Vec<Codes<'_>> = cube.dimensions.iter().map(|dimension| Codes::of(table, dimension)).collect();
    let sizes: Vec<usize> = axes.iter().map(|axis| axis.codes.len()).chain([cube.metrics.len()]).collect();
    let (places, metrics) = (sizes.iter().product(), cube.metrics.len());
    let (mut values, mut statuses) = (vec![Value::Null; places], vec![Value::Null; places]);
    let status = table.column(cube.status);
    for row in 0..table.rows {
        let place =
            axes.iter().fold(0, |place, axis| place * axis.codes.len() + axis.place_of(row)) * metrics;
        for (metric, at) in cube.metrics.iter().zip(place..) {
            let text = table.column(metric.column).and_then(|column| column.text(row));
            values[at] =
                text.map(|text| text.parse::<Number>()).transpose()?.map_or(Value::Null, Value::Number);
            statuses[at] =
                status.and_then(|status| status.text(row)).map_or(Value::Null, |status| json!(status));
        }
    }
    let ids: Vec<&str> = cube.dimensions.iter().map(|dimension| dimension.column).chain([METRIC]).collect();
    let mut dimensions: Map<String, Value> = cube
        .dimensions
        .iter()
        .zip(&axes)
        .map(|(one, axis)| (one.column.to_owned(), axis.shown(table, one)))
        .collect();
    dimensions.insert(METRIC.to_owned(), measured(cube));
    let mut data_set = json!({
        "version": "2.0",
        "class": "dataset",
        "label": table.title.zh,
        "id": ids,
        "size": sizes,
        "role": roles(cube),
        "dimension": dimensions,
        "value": values,
        "status": statuses,
        "extension": {
            "id": table.id,
            "label_en": table.title.en,
            "synthetic": table.synthetic,
            "attributes": attributes(table, cube),
        },
    });
    if table.synthetic {
        data_set["note"] = json!(MADE_UP);
    }
    Ok(serde_json::to_vec(&data_set)?)
}

/// The codes of a dimension, in the order in which rows have them.
struct Codes<'t> {
    codes: Vec<String>,
    /// A row for each code.
    rows: Vec<usize>,
    places: HashMap<String, usize>,
    column: Option<&'t Values<'t>>,
}

impl<'t> Codes<'t> {
    fn of(table: &'t Table<'_>, dimension: &Dimension) -> Self {
        let mut axis = Self {
            codes: Vec::new(),
            rows: Vec::new(),
            places: HashMap::new(),
            column: table.column(dimension.column),
        };
        for row in 0..table.rows {
            let code = axis.code(row);
            if !axis.places.contains_key(&code) {
                axis.places.insert(code.clone(), axis.codes.len());
                axis.codes.push(code);
                axis.rows.push(row);
            }
        }
        axis
    }

    fn code(&self, row: usize) -> String {
        self.column.and_then(|column| column.text(row)).unwrap_or_default().into_owned()
    }

    fn place_of(&self, row: usize) -> usize {
        self.places.get(&self.code(row)).copied().unwrap_or_default()
    }

    fn shown(&self, table: &Table<'_>, dimension: &Dimension) -> Value {
        let mut category = Map::new();
        category.insert("index".to_owned(), json!(self.codes));
        let mut extension = Map::new();
        extension.insert("label_en".to_owned(), json!(dimension.title.en));
        if let Some([zh, en]) = dimension.names {
            category.insert("label".to_owned(), self.named(table.column(zh)));
            extension.insert("category_label_en".to_owned(), self.named(table.column(en)));
        }
        json!({"label": dimension.title.zh, "category": category, "extension": extension})
    }

    fn named(&self, names: Option<&Values<'_>>) -> Value {
        let name = |row| names.and_then(|names| names.text(row)).unwrap_or_default().into_owned();
        self.codes
            .iter()
            .zip(&self.rows)
            .map(|(code, row)| (code.clone(), Value::String(name(*row))))
            .collect()
    }
}

/// The dimension of what is measured, with the units.
fn measured(cube: &Cube<'_>) -> Value {
    let each = |shown: fn(&Title<'_>, &Title<'_>) -> Value| -> Map<String, Value> {
        cube.metrics.iter().map(|one| (one.column.to_owned(), shown(&one.title, &one.unit))).collect()
    };
    json!({
        "label": "指标项",
        "category": {
            "index": cube.metrics.iter().map(|metric| metric.column).collect::<Vec<_>>(),
            "label": each(|title, _| json!(title.zh)),
            "unit": each(|_, unit| json!({"label": unit.zh})),
        },
        "extension": {
            "label_en": "Metric",
            "category_label_en": each(|title, _| json!(title.en)),
            "category_unit_en": each(|_, unit| json!(unit.en)),
        },
    })
}

fn roles(cube: &Cube<'_>) -> Value {
    let along = |axis| -> Vec<&str> {
        cube.dimensions.iter().filter(|one| one.axis == axis).map(|one| one.column).collect()
    };
    json!({"time": along(Axis::Time), "geo": along(Axis::Geo), "metric": [METRIC]})
}

/// What rows say in words, in the order of the rows.
fn attributes(table: &Table<'_>, cube: &Cube<'_>) -> Value {
    let said = |name: &'static str| {
        let column = table.column(name)?;
        let values = (0..table.rows).map(|row| column.text(row).map_or(Value::Null, |text| json!(text)));
        Some((name.to_owned(), values.collect()))
    };
    cube.attributes.iter().copied().filter_map(said).collect::<Map<_, _>>().into()
}
