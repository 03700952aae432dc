//! Messages: data and structures, written in each format.

mod csv;
mod data_xml;
pub(super) mod header;
mod json;
mod labels;
mod xml;

use jiff::Timestamp;
use weir_schemas::plan::Plan;

pub(super) use xml::{Xml, boolean, text};

use super::answer::Unwritten;
use super::data::{DataSet, Shape};
use super::model::Language;
use super::query::Format;
use super::structure::Artefacts;

/// A data message.
pub(super) struct Message<'a> {
    /// The agency that maintains the structures, and sends it.
    pub(super) agency: &'a str,
    /// The plan, for names.
    pub(super) plan: &'a Plan,
    /// The language of names that are told in one.
    pub(super) language: Language,
    /// What of the observations is written.
    pub(super) shape: &'a Shape,
    /// The data sets, in the order they are to be taken in.
    pub(super) sets: &'a [DataSet],
    /// Whether each tells since when it holds.
    pub(super) history: bool,
}

impl Message<'_> {
    /// Writes it in a format, as prepared at a moment.
    pub(super) fn write(&self, format: Format, prepared: Timestamp) -> Result<Vec<u8>, Unwritten> {
        match format {
            Format::Json => json::data(self, prepared),
            Format::Xml => Ok(data_xml::data(self, prepared)?),
            Format::Csv(options) => Ok(csv::data(self, options)?),
        }
    }
}

/// A structure message.
pub(super) struct StructureMessage<'a> {
    /// The agency that maintains the structures, and sends it.
    pub(super) agency: &'a str,
    /// The language of names that are told in one.
    pub(super) language: Language,
    /// What it holds.
    pub(super) artefacts: &'a Artefacts,
}

impl StructureMessage<'_> {
    /// Writes it in a format, as prepared at a moment.
    pub(super) fn write(&self, format: Format, prepared: Timestamp) -> Result<Vec<u8>, Unwritten> {
        match format {
            Format::Xml => Ok(xml::structure(self, prepared)?),
            Format::Json | Format::Csv(_) => json::structure(self, prepared),
        }
    }
}
