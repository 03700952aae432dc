//! SDMX-CSV 2.0.0.

use csv::{QuoteStyle, Terminator, WriterBuilder};
use weir_schemas::period::Period;

use super::Message;
use super::header::time;
use super::labels::Labels as Names;
use crate::sdmx::data::{Action, DataSet, Observation, SeriesKey};
use crate::sdmx::model::{Attribute, Component, DIMENSIONS, Flow, OBS_VALUE, TIME_PERIOD, VERSION};
use crate::sdmx::query::{CsvOptions, Keys, Labels};

/// A data message: a line for each observation, with the columns of all flows in it.
pub(super) fn data(message: &Message<'_>, options: CsvOptions) -> Result<Vec<u8>, csv::Error> {
    let mut to = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::Any(b'\n'))
        .from_writer(Vec::new());
    let mut table = Table { message, options, names: Names::new(message.plan), attributes: columns(message) };
    to.write_record(table.head())?;
    for set in message.sets {
        for series in &set.series {
            for observation in &series.observations {
                to.write_record(table.line(set, &series.key, observation))?;
            }
        }
    }
    to.into_inner().map_err(|error| error.into_error().into())
}

/// The attributes of all flows, each once.
fn columns(message: &Message<'_>) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    for attribute in message.sets.iter().flat_map(|set| message.shape.attributes(set.flow)) {
        if !attributes.contains(&attribute) {
            attributes.push(attribute);
        }
    }
    attributes
}

struct Table<'a> {
    message: &'a Message<'a>,
    options: CsvOptions,
    names: Names<'a>,
    attributes: Vec<Attribute>,
}

impl Table<'_> {
    fn head(&self) -> Vec<String> {
        let mut head = vec!["STRUCTURE".to_owned(), "STRUCTURE_ID".to_owned()];
        if self.options.labels == Labels::Name {
            head.push("STRUCTURE_NAME".to_owned());
        }
        head.push("ACTION".to_owned());
        if matches!(self.options.keys, Keys::Series | Keys::Both) {
            head.push("SERIES_KEY".to_owned());
        }
        if matches!(self.options.keys, Keys::Obs | Keys::Both) {
            head.push("OBS_KEY".to_owned());
        }
        let measure = self.message.shape.value.then_some(OBS_VALUE);
        let attributes = self.attributes.iter().map(|attribute| attribute.component());
        let components = DIMENSIONS.into_iter().chain([TIME_PERIOD]).chain(measure).chain(attributes);
        for component in components {
            let name = component.name();
            let name = self.message.language.of(&name);
            match self.options.labels {
                Labels::Id => head.push(component.id.to_owned()),
                Labels::Name => head.extend([component.id.to_owned(), name.to_owned()]),
                Labels::Both => head.push(format!("{}: {name}", component.id)),
            }
        }
        // A column of our own, after all of the standard's: without it a history could not be told apart.
        if self.message.history {
            head.push("VALID_FROM".to_owned());
        }
        head
    }

    fn line(&mut self, set: &DataSet, key: &SeriesKey, observation: &Observation) -> Vec<String> {
        let flow = set.flow;
        let id = format!("{}:{}({VERSION})", self.message.agency, flow.id());
        let name = flow.name();
        let name = self.message.language.of(&name);
        let mut line = vec!["dataflow".to_owned()];
        match self.options.labels {
            Labels::Id => line.push(id),
            Labels::Name => line.extend([id, name.to_owned()]),
            Labels::Both => line.push(format!("{id}: {name}")),
        }
        line.push(action(set.action).to_owned());
        let codes = key.codes();
        let period = self.period(observation.period);
        let joined = codes.join(".");
        if matches!(self.options.keys, Keys::Series | Keys::Both) {
            line.push(joined.clone());
        }
        if matches!(self.options.keys, Keys::Obs | Keys::Both) {
            line.push(format!("{joined}.{period}"));
        }
        for (dimension, code) in DIMENSIONS.iter().zip(codes) {
            self.cell(&mut line, dimension, flow, Some(code));
        }
        self.cell(&mut line, &TIME_PERIOD, flow, Some(period));
        let shown = observation.shown.as_ref();
        if self.message.shape.value {
            self.cell(&mut line, &OBS_VALUE, flow, shown.and_then(|shown| shown.value.clone()));
        }
        for attribute in self.attributes.clone() {
            let has = flow.attributes().contains(&attribute);
            let value = shown.filter(|_| has).and_then(|shown| attribute.of(shown));
            self.cell(&mut line, &attribute.component(), flow, value);
        }
        if self.message.history {
            line.push(set.since.map(time).unwrap_or_default());
        }
        line
    }

    fn cell(&mut self, line: &mut Vec<String>, component: &Component, flow: Flow, value: Option<String>) {
        let value = value.unwrap_or_default();
        if self.options.labels == Labels::Id {
            line.push(value);
            return;
        }
        let language = self.message.language;
        let name = self.names.name(component, flow, &value).map(|name| language.of(name).to_owned());
        match (self.options.labels, name) {
            (Labels::Both, Some(name)) => line.push(format!("{value}: {name}")),
            (Labels::Name, name) => line.extend([value, name.unwrap_or_default()]),
            _ => line.push(value),
        }
    }

    fn period(&self, period: Period) -> String {
        if self.options.normalized { format!("{}T00:00:00", period.first_day()) } else { period.to_string() }
    }
}

const fn action(action: Action) -> &'static str {
    match action {
        Action::Information => "I",
        Action::Replace => "R",
        Action::Delete => "D",
    }
}
