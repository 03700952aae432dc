//! SDMX-ML 3.0.0: the frame of messages.

use std::io;

use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::StructureMessage;
use super::header::{id, time};
use crate::sdmx::structure::write_xml;

/// What elements are written to.
pub(in crate::sdmx) type Xml = Writer<Vec<u8>>;

/// The namespaces of all messages.
pub(super) const NAMESPACES: [(&str, &str); 3] = [
    ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    ("xmlns:mes", "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message"),
    ("xmlns:com", "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common"),
];

/// A structure message.
pub(super) fn structure(message: &StructureMessage<'_>, prepared: Timestamp) -> io::Result<Vec<u8>> {
    let mut to = begin()?;
    to.create_element("mes:Structure")
        .with_attributes(NAMESPACES)
        .with_attribute(("xmlns:str", "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure"))
        .write_inner_content(|to| {
            header(to, message.agency, prepared, |_| Ok(()))?;
            write_xml(message.agency, to, message.artefacts)
        })?;
    Ok(to.into_inner())
}

/// The beginning of a document.
pub(super) fn begin() -> io::Result<Xml> {
    let mut to = Writer::new(Vec::new());
    to.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    Ok(to)
}

/// The header, with what it says of data.
pub(super) fn header(
    to: &mut Xml,
    sender: &str,
    prepared: Timestamp,
    of_data: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<()> {
    to.create_element("mes:Header").write_inner_content(|to| {
        text(to, "mes:ID", &id(prepared))?;
        text(to, "mes:Test", "false")?;
        text(to, "mes:Prepared", &time(prepared))?;
        to.create_element("mes:Sender").with_attribute(("id", sender)).write_empty()?;
        of_data(to)
    })?;
    Ok(())
}

/// An element with text alone.
pub(in crate::sdmx) fn text(to: &mut Xml, element: &str, text: &str) -> io::Result<()> {
    to.create_element(element).write_text_content(BytesText::new(text))?;
    Ok(())
}

/// A truth value as XML writes it.
pub(in crate::sdmx) const fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
