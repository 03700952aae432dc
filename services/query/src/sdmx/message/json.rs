//! SDMX-JSON 2.0.0.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Map, Number, Value, json};

use super::header::{id, time};
use super::labels::Labels;
use super::{Message, StructureMessage};
use crate::sdmx::answer::Unwritten;
use crate::sdmx::data::{Action, DataSet, Observation};
use crate::sdmx::model::{Attribute, Component, DIMENSIONS, Flow, Kind, OBS_VALUE, TIME_PERIOD};
use crate::sdmx::structure::{names, write_json};

const DATA_SCHEMA: &str = "https://json.sdmx.org/2.0.0/sdmx-json-data-schema.json";
const STRUCTURE_SCHEMA: &str = "https://json.sdmx.org/2.0.0/sdmx-json-structure-schema.json";

/// A structure message.
pub(super) fn structure(message: &StructureMessage<'_>, prepared: Timestamp) -> Result<Vec<u8>, Unwritten> {
    let data = write_json(message.agency, message.language, message.artefacts);
    Ok(serde_json::to_vec(&json!({
        "$schema": STRUCTURE_SCHEMA,
        "meta": meta(STRUCTURE_SCHEMA, message.agency, prepared),
        "data": data,
    }))?)
}

/// A data message.
pub(super) fn data(message: &Message<'_>, prepared: Timestamp) -> Result<Vec<u8>, Unwritten> {
    let mut structures: Vec<Structure<'_>> = Vec::new();
    let mut sets = Vec::new();
    for (at, set) in message.sets.iter().enumerate() {
        let of = structures.iter().position(|structure| structure.flow == set.flow).unwrap_or_else(|| {
            structures.push(Structure::new(set.flow, message));
            structures.len() - 1
        });
        let Some(structure) = structures.get_mut(of) else { continue };
        structure.sets.push(at);
        sets.push(structure.data_set(of, set));
    }
    let structures: Vec<Value> = structures.into_iter().map(Structure::written).collect();
    Ok(serde_json::to_vec(&json!({
        "$schema": DATA_SCHEMA,
        "meta": meta(DATA_SCHEMA, message.agency, prepared),
        "data": {"structures": structures, "dataSets": sets},
    }))?)
}

fn meta(schema: &str, sender: &str, prepared: Timestamp) -> Value {
    json!({
        "schema": schema,
        "id": id(prepared),
        "test": false,
        "prepared": time(prepared),
        "contentLanguages": ["en", "zh"],
        "sender": {"id": sender},
    })
}

/// The values of a component, in the order they were met; data refers to them by their places.
#[derive(Default)]
struct Values {
    places: HashMap<String, usize>,
    values: Vec<Value>,
}

impl Values {
    fn place(&mut self, of: &str, value: impl FnOnce() -> Value) -> usize {
        if let Some(place) = self.places.get(of) {
            return *place;
        }
        self.values.push(value());
        self.places.insert(of.to_owned(), self.values.len() - 1);
        self.values.len() - 1
    }
}

/// What the data sets of one flow are made of.
struct Structure<'a> {
    flow: Flow,
    message: &'a Message<'a>,
    labels: Labels<'a>,
    sets: Vec<usize>,
    /// Of the dimensions, then of time.
    dimensions: Vec<Values>,
    attributes: Vec<(Attribute, Values)>,
}

impl<'a> Structure<'a> {
    fn new(flow: Flow, message: &'a Message<'a>) -> Self {
        let attributes = message.shape.attributes(flow);
        Self {
            flow,
            message,
            labels: Labels::new(message.plan),
            sets: Vec::new(),
            dimensions: (0..=DIMENSIONS.len()).map(|_| Values::default()).collect(),
            attributes: attributes.into_iter().map(|attribute| (attribute, Values::default())).collect(),
        }
    }

    fn data_set(&mut self, structure: usize, set: &DataSet) -> Value {
        let (mut series, mut flat) = (Map::new(), Map::new());
        for one in &set.series {
            let codes = one.key.codes();
            let places: Vec<String> = DIMENSIONS
                .iter()
                .zip(&codes)
                .enumerate()
                .map(|(at, (dimension, code))| self.coded(at, dimension, code).to_string())
                .collect();
            let key = places.join(":");
            let mut observations = Map::new();
            for observation in &one.observations {
                let period = observation.period;
                let time = self.dimensions[DIMENSIONS.len()].place(&period.to_string(), || {
                    let (start, end) = (period.first_day(), period.last_day());
                    json!({
                        "value": period.to_string(),
                        "start": format!("{start}T00:00:00Z"),
                        "end": format!("{end}T23:59:59Z"),
                    })
                });
                let told = Value::Array(self.told(observation));
                if self.message.shape.flat {
                    flat.insert(format!("{key}:{time}"), told);
                } else {
                    observations.insert(time.to_string(), told);
                }
            }
            series.insert(key, json!({"observations": observations}));
        }
        let mut value = json!({"structure": structure, "links": self.links(), "action": action(set.action)});
        if self.message.shape.flat {
            value["observations"] = Value::Object(flat);
        } else {
            value["series"] = Value::Object(series);
        }
        if let Some(since) = set.since {
            let name = if set.action == Action::Delete { "validTo" } else { "validFrom" };
            value[name] = json!(time(since));
        }
        value
    }

    /// The place of a code among those of a dimension.
    fn coded(&mut self, at: usize, dimension: &Component, code: &str) -> usize {
        let (flow, labels, language) = (self.flow, &mut self.labels, self.message.language);
        self.dimensions[at].place(code, || value_of(labels, language, dimension, flow, code))
    }

    /// The value, and what attributes say.
    fn told(&mut self, observation: &Observation) -> Vec<Value> {
        let Some(shown) = &observation.shown else { return Vec::new() };
        let mut told = Vec::new();
        if self.message.shape.value {
            told.push(shown.value.as_deref().map_or(Value::Null, number));
        }
        let (flow, labels, language) = (self.flow, &mut self.labels, self.message.language);
        for (attribute, values) in &mut self.attributes {
            let component = attribute.component();
            let value = attribute.of(shown);
            told.push(match (value, component.kind) {
                (None, _) => Value::Null,
                (Some(value), Kind::Coded(_) | Kind::Subject) => {
                    json!(values.place(&value, || value_of(labels, language, &component, flow, &value)))
                }
                (Some(value), Kind::Decimal | Kind::Integer) => number(&value),
                (Some(value), Kind::Boolean) => json!(value == "true"),
                (Some(value), Kind::Period | Kind::Text) => json!(value),
            });
        }
        told
    }

    fn links(&self) -> Value {
        json!([{"rel": "dataflow", "urn": self.flow.urn(self.message.agency)}])
    }

    fn written(mut self) -> Value {
        let language = self.message.language;
        let named = |component: &Component| {
            let name = component.name();
            json!({"id": component.id, "name": language.of(&name), "names": names(&name)})
        };
        let mut times = self.dimensions.pop().unwrap_or_default().values;
        let dimensions = DIMENSIONS.iter().zip(std::mem::take(&mut self.dimensions)).zip(0..);
        let dimensions: Vec<Value> = dimensions
            .map(|((dimension, values), position)| {
                let mut value = named(dimension);
                value["keyPosition"] = json!(position);
                value["values"] = Value::Array(values.values);
                value
            })
            .collect();
        let mut time = named(&TIME_PERIOD);
        time["keyPosition"] = json!(DIMENSIONS.len());
        time["roles"] = json!([TIME_PERIOD.id]);
        time["values"] = Value::Array(std::mem::take(&mut times));
        let (series, observation) = if self.message.shape.flat {
            (Vec::new(), dimensions.into_iter().chain([time]).collect())
        } else {
            (dimensions, vec![time])
        };
        let attributes = std::mem::take(&mut self.attributes).into_iter().map(|(attribute, values)| {
            let component = attribute.component();
            let mut value = named(&component);
            value["relationship"] = json!({"observation": {}});
            if component.codelist(self.flow).is_some() && !values.values.is_empty() {
                value["values"] = Value::Array(values.values);
            } else if component.codelist(self.flow).is_none() {
                value["format"] = json!({"dataType": component.data_type()});
            }
            value
        });
        let mut measure = named(&OBS_VALUE);
        measure["format"] = json!({"dataType": OBS_VALUE.data_type()});
        let measures = if self.message.shape.value { vec![measure] } else { Vec::new() };
        let attributes: Vec<Value> = attributes.collect();
        let name = self.flow.name();
        json!({
            "name": language.of(&name),
            "names": names(&name),
            "links": self.links(),
            "dataSets": self.sets,
            "dimensions": {"dataSet": [], "series": series, "observation": observation},
            "measures": {"observation": measures},
            "attributes": {"dataSet": [], "series": [], "observation": attributes},
        })
    }
}

/// A code with its name, or what has none by itself.
fn value_of(
    labels: &mut Labels<'_>,
    language: crate::sdmx::model::Language,
    component: &Component,
    flow: Flow,
    value: &str,
) -> Value {
    match labels.code(component, flow, value) {
        None => json!({"id": value, "name": value}),
        Some(code) => {
            let mut told =
                json!({"id": code.id, "name": language.of(&code.name), "names": names(&code.name)});
            if let Some(parent) = &code.parent {
                told["parent"] = json!(parent);
            }
            told
        }
    }
}

/// An exact decimal as a number, digit by digit.
fn number(text: &str) -> Value {
    text.parse::<Number>().map_or_else(|_| json!(text), Value::Number)
}

const fn action(action: Action) -> &'static str {
    match action {
        Action::Information => "Information",
        Action::Replace => "Replace",
        Action::Delete => "Delete",
    }
}
