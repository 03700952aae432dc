//! Structures: artefacts as values, which of them a request asks for, and how they are written.

mod answer;
mod artefact;
mod catalogue;
mod codes;
mod json;
mod resolve;
mod xml;

pub(super) use answer::{schema, structure};
pub(super) use artefact::{Artefacts, Code, Codelist, Constraint, Extent, Region};
pub(super) use catalogue::Catalogue;
pub(super) use codes::codelist;
pub(super) use json::names;
pub(super) use resolve::Artefact;

use super::message::Xml;
use super::model::Language;

/// The data of a structure message in SDMX-JSON.
pub(super) fn write_json(agency: &str, language: Language, artefacts: &Artefacts) -> serde_json::Value {
    json::Writer { agency, language }.data(artefacts)
}

/// The structures of a structure message in SDMX-ML.
pub(super) fn write_xml(agency: &str, to: &mut Xml, artefacts: &Artefacts) -> std::io::Result<()> {
    xml::Writer { agency }.structures(to, artefacts)
}
