//! Structures in SDMX-ML 3.0.0.

use std::io;

use weir_schemas::plan::Name;

use super::artefact::{ConceptScheme, Told};
use super::json::{codelist_urn, concept_urn};
use super::{Artefacts, Code, Codelist, Constraint, Extent};
use crate::sdmx::message::{Xml, boolean, text};
use crate::sdmx::model::{Attribute, Component, DIMENSIONS, Flow, Language, OBS_VALUE, TIME_PERIOD, VERSION};

/// Writes artefacts of an agency.
pub(in crate::sdmx) struct Writer<'a> {
    pub(in crate::sdmx) agency: &'a str,
}

impl Writer<'_> {
    /// The message's `Structures`.
    pub(in crate::sdmx) fn structures(&self, to: &mut Xml, artefacts: &Artefacts) -> io::Result<()> {
        let Artefacts { flows, structures, codelists, concepts, constraints } = artefacts;
        to.create_element("mes:Structures").write_inner_content(|to| {
            group(to, "str:Codelists", codelists, |to, told| self.codelist(to, told))?;
            group(to, "str:ConceptSchemes", concepts, |to, told| self.concepts(to, told))?;
            group(to, "str:DataConstraints", constraints, |to, one| self.constraint(to, one))?;
            group(to, "str:Dataflows", flows, |to, told| self.flow(to, told))?;
            group(to, "str:DataStructures", structures, |to, told| self.structure(to, told))
        })?;
        Ok(())
    }

    fn maintained(
        &self,
        to: &mut Xml,
        element: &str,
        (id, name, stub): (&str, &Name, bool),
        further: &[(&str, &str)],
        inside: impl FnOnce(&mut Xml) -> io::Result<()>,
    ) -> io::Result<()> {
        let own = [
            ("id", id),
            ("agencyID", self.agency),
            ("version", VERSION),
            ("isExternalReference", boolean(stub)),
        ];
        let element = to.create_element(element).with_attributes(own);
        element.with_attributes(further.iter().copied()).write_inner_content(|to| {
            names(to, name)?;
            if stub { Ok(()) } else { inside(to) }
        })?;
        Ok(())
    }

    fn flow(&self, to: &mut Xml, Told { artefact: flow, stub }: &Told<Flow>) -> io::Result<()> {
        self.maintained(to, "str:Dataflow", (flow.id(), &flow.name(), *stub), &[], |to| {
            text(to, "str:Structure", &flow.structure_urn(self.agency))
        })
    }

    fn codelist(&self, to: &mut Xml, Told { artefact, stub }: &Told<Codelist>) -> io::Result<()> {
        let Codelist { id, name, codes, partial } = artefact;
        let partial = [("isPartial", boolean(*partial))];
        self.maintained(to, "str:Codelist", (id, name, *stub), &partial, |to| {
            codes.iter().try_for_each(|Code { id, name, parent }| {
                to.create_element("str:Code").with_attribute(("id", id.as_str())).write_inner_content(
                    |to| {
                        names(to, name)?;
                        let parent = parent.iter().filter(|parent| is_name(parent));
                        parent.into_iter().try_for_each(|parent| text(to, "str:Parent", parent))
                    },
                )?;
                Ok(())
            })
        })
    }

    fn concepts(&self, to: &mut Xml, Told { artefact, stub }: &Told<ConceptScheme>) -> io::Result<()> {
        let ConceptScheme { name, concepts, partial } = artefact;
        let partial = [("isPartial", boolean(*partial))];
        self.maintained(to, "str:ConceptScheme", (ConceptScheme::ID, name, *stub), &partial, |to| {
            concepts.iter().try_for_each(|(id, name)| {
                let urn = concept_urn(self.agency, id);
                let own = [("id", *id), ("urn", urn.as_str())];
                to.create_element("str:Concept")
                    .with_attributes(own)
                    .write_inner_content(|to| names(to, name))?;
                Ok(())
            })
        })
    }

    fn structure(&self, to: &mut Xml, Told { artefact: flow, stub }: &Told<Flow>) -> io::Result<()> {
        let head = (flow.structure_id(), &flow.name(), *stub);
        self.maintained(to, "str:DataStructure", head, &[], |to| {
            to.create_element("str:DataStructureComponents").write_inner_content(|to| {
                to.create_element("str:DimensionList").write_inner_content(|to| {
                    for (position, dimension) in (1_usize..).zip(&DIMENSIONS) {
                        let position = position.to_string();
                        let own = [("id", dimension.id), ("position", position.as_str())];
                        to.create_element("str:Dimension")
                            .with_attributes(own)
                            .write_inner_content(|to| self.represented(to, dimension, *flow))?;
                    }
                    to.create_element("str:TimeDimension")
                        .with_attribute(("id", TIME_PERIOD.id))
                        .write_inner_content(|to| self.represented(to, &TIME_PERIOD, *flow))?;
                    Ok(())
                })?;
                to.create_element("str:AttributeList").write_inner_content(|to| {
                    flow.attributes().iter().try_for_each(|attribute| self.attribute(to, *attribute, *flow))
                })?;
                to.create_element("str:MeasureList").write_inner_content(|to| {
                    to.create_element("str:Measure")
                        .with_attribute(("id", OBS_VALUE.id))
                        .write_inner_content(|to| self.represented(to, &OBS_VALUE, *flow))?;
                    Ok(())
                })?;
                Ok(())
            })?;
            Ok(())
        })
    }

    fn represented(&self, to: &mut Xml, component: &Component, flow: Flow) -> io::Result<()> {
        text(to, "str:ConceptIdentity", &concept_urn(self.agency, component.id))?;
        to.create_element("str:LocalRepresentation").write_inner_content(|to| {
            match component.codelist(flow) {
                Some(list) => text(to, "str:Enumeration", &codelist_urn(self.agency, list)),
                None => {
                    to.create_element("str:TextFormat")
                        .with_attribute(("textType", component.data_type()))
                        .write_empty()?;
                    Ok(())
                }
            }
        })?;
        Ok(())
    }

    fn attribute(&self, to: &mut Xml, attribute: Attribute, flow: Flow) -> io::Result<()> {
        let component = attribute.component();
        let usage = if attribute == Attribute::ObsStatus { "mandatory" } else { "optional" };
        to.create_element("str:Attribute")
            .with_attributes([("id", component.id), ("usage", usage)])
            .write_inner_content(|to| {
                self.represented(to, &component, flow)?;
                to.create_element("str:AttributeRelationship").write_inner_content(|to| {
                    to.create_element("str:Observation").write_empty()?;
                    Ok(())
                })?;
                Ok(())
            })?;
        Ok(())
    }

    fn constraint(&self, to: &mut Xml, constraint: &Constraint) -> io::Result<()> {
        let (id, role) = (constraint.id(), [("role", "Actual")]);
        self.maintained(to, "str:DataConstraint", (&id, &constraint.name(), false), &role, |to| {
            to.create_element("str:ConstraintAttachment")
                .write_inner_content(|to| text(to, "str:Dataflow", &constraint.flow.urn(self.agency)))?;
            to.create_element("str:CubeRegion").with_attribute(("include", "true")).write_inner_content(
                |to| constraint.region.0.iter().try_for_each(|(id, extent)| key_value(to, id, extent)),
            )?;
            Ok(())
        })
    }
}

fn key_value(to: &mut Xml, id: &str, extent: &Extent) -> io::Result<()> {
    to.create_element("str:KeyValue").with_attribute(("id", id)).write_inner_content(|to| match extent {
        Extent::Codes(codes) => codes.iter().try_for_each(|code| text(to, "str:Value", code)),
        Extent::Periods(first, last) => {
            to.create_element("str:TimeRange").write_inner_content(|to| {
                text(to, "str:StartPeriod", first)?;
                text(to, "str:EndPeriod", last)
            })?;
            Ok(())
        }
    })?;
    Ok(())
}

/// An element around others, where there are any.
fn group<T>(
    to: &mut Xml,
    element: &str,
    of: &[T],
    mut write: impl FnMut(&mut Xml, &T) -> io::Result<()>,
) -> io::Result<()> {
    if of.is_empty() {
        return Ok(());
    }
    to.create_element(element).write_inner_content(|to| of.iter().try_for_each(|one| write(to, one)))?;
    Ok(())
}

/// Whether the schema lets a code be a parent: only of names that begin with a letter, though codes need not. Areas have
/// numbers; which lies in which SDMX-JSON says, and the numbers themselves.
fn is_name(code: &str) -> bool {
    code.starts_with(|first: char| first.is_ascii_alphabetic())
}

/// A name in every language.
fn names(to: &mut Xml, name: &Name) -> io::Result<()> {
    for language in Language::ALL {
        to.create_element("com:Name")
            .with_attribute(("xml:lang", language.tag()))
            .write_text_content(quick_xml::events::BytesText::new(language.of(name)))?;
    }
    Ok(())
}
