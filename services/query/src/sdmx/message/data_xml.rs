//! Data in SDMX-ML 3.0.0, structure-specific.

use std::io;

use jiff::Timestamp;

use super::Message;
use super::header::time;
use super::xml::{NAMESPACES, Xml, begin, header, text};
use crate::sdmx::data::{Action, DataSet, Observation, Series};
use crate::sdmx::model::{DIMENSIONS, Flow, OBS_VALUE, TIME_PERIOD};

/// A data message.
pub(super) fn data(message: &Message<'_>, prepared: Timestamp) -> io::Result<Vec<u8>> {
    let mut flows: Vec<Flow> = message.sets.iter().map(|set| set.flow).collect();
    flows.sort_unstable();
    flows.dedup();
    let level = if message.shape.flat { "AllDimensions" } else { TIME_PERIOD.id };
    let urn = |flow: &Flow| flow.urn(message.agency);
    let types: Vec<(String, String)> = flows
        .iter()
        .map(|flow| (format!("xmlns:{}", prefix(*flow)), format!("{}:ObsLevelDim:{level}", urn(flow))))
        .collect();
    let mut to = begin()?;
    to.create_element("mes:StructureSpecificData")
        .with_attributes(NAMESPACES)
        .with_attribute((
            "xmlns:ss",
            "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/data/structurespecific",
        ))
        .with_attributes(types.iter().map(|(name, urn)| (name.as_str(), urn.as_str())))
        .write_inner_content(|to| {
            header(to, message.agency, prepared, |to| {
                flows.iter().try_for_each(|flow| {
                    let urn = urn(flow);
                    to.create_element("mes:Structure")
                        .with_attributes([
                            ("structureID", flow.id()),
                            ("namespace", urn.as_str()),
                            ("dimensionAtObservation", level),
                        ])
                        .write_inner_content(|to| text(to, "com:StructureUsage", &urn))?;
                    Ok(())
                })
            })?;
            message.sets.iter().try_for_each(|set| data_set(to, message, set))
        })?;
    Ok(to.into_inner())
}

/// The prefix of a flow's own namespace.
const fn prefix(flow: Flow) -> &'static str {
    match flow {
        Flow::Indicators => "ns1",
        Flow::Measures => "ns2",
        Flow::References => "ns3",
        Flow::Targets => "ns4",
    }
}

fn data_set(to: &mut Xml, message: &Message<'_>, set: &DataSet) -> io::Result<()> {
    let of_type = format!("{}:DataSetType", prefix(set.flow));
    let mut element = to.create_element("mes:DataSet").with_attributes([
        ("ss:structureRef", set.flow.id()),
        ("xsi:type", of_type.as_str()),
        ("ss:action", action(set.action)),
    ]);
    if let Some(since) = set.since {
        let name = if set.action == Action::Delete { "ss:validToDate" } else { "ss:validFromDate" };
        element = element.with_attribute((name, time(since).as_str()));
    }
    element.write_inner_content(|to| {
        for series in &set.series {
            series_of(to, message, set.flow, series)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn series_of(to: &mut Xml, message: &Message<'_>, flow: Flow, series: &Series) -> io::Result<()> {
    let codes = series.key.codes();
    let key = || DIMENSIONS.iter().map(|dimension| dimension.id).zip(codes.iter().map(String::as_str));
    if message.shape.flat {
        return series.observations.iter().try_for_each(|one| {
            let attributes = observed(message, flow, one);
            let attributes = attributes.iter().map(|(id, value)| (*id, value.as_str()));
            to.create_element("Obs").with_attributes(key()).with_attributes(attributes).write_empty()?;
            Ok(())
        });
    }
    to.create_element("Series").with_attributes(key()).write_inner_content(|to| {
        for one in &series.observations {
            let attributes = observed(message, flow, one);
            let attributes = attributes.iter().map(|(id, value)| (*id, value.as_str()));
            to.create_element("Obs").with_attributes(attributes).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

/// What an observation says besides its series.
fn observed(message: &Message<'_>, flow: Flow, one: &Observation) -> Vec<(&'static str, String)> {
    let mut attributes = vec![(TIME_PERIOD.id, one.period.to_string())];
    let Some(shown) = &one.shown else { return attributes };
    attributes.extend(shown.value.clone().filter(|_| message.shape.value).map(|value| (OBS_VALUE.id, value)));
    for attribute in message.shape.attributes(flow) {
        attributes.extend(attribute.of(shown).map(|value| (attribute.component().id, value)));
    }
    attributes
}

const fn action(action: Action) -> &'static str {
    match action {
        Action::Information => "Information",
        Action::Replace => "Replace",
        Action::Delete => "Delete",
    }
}
