//! Structures in SDMX-JSON 2.0.0.

use serde_json::{Value, json};
use weir_schemas::plan::Name;

use super::artefact::{ConceptScheme, Told};
use super::{Artefacts, Codelist, Constraint, Extent};
use crate::sdmx::model::{Attribute, Component, DIMENSIONS, Flow, Language, OBS_VALUE, TIME_PERIOD, VERSION};

/// Writes artefacts of an agency.
pub(in crate::sdmx) struct Writer<'a> {
    pub(in crate::sdmx) agency: &'a str,
    pub(in crate::sdmx) language: Language,
}

impl Writer<'_> {
    /// The message's `data`.
    pub(in crate::sdmx) fn data(&self, artefacts: &Artefacts) -> Value {
        let Artefacts { flows, structures, codelists, concepts, constraints } = artefacts;
        let parts = [
            ("codelists", codelists.iter().map(|told| self.codelist(told)).collect::<Vec<_>>()),
            ("conceptSchemes", concepts.iter().map(|told| self.concepts(told)).collect()),
            ("dataStructures", structures.iter().map(|told| self.structure(told)).collect()),
            ("dataflows", flows.iter().map(|told| self.flow(told)).collect()),
            ("dataConstraints", constraints.iter().map(|one| self.constraint(one)).collect()),
        ];
        let parts = parts.into_iter().filter(|(_, artefacts)| !artefacts.is_empty());
        parts.map(|(name, artefacts)| (name.to_owned(), Value::Array(artefacts))).collect()
    }

    /// What every artefact says of itself.
    fn maintained(&self, id: &str, name: &Name, urn: &str, stub: bool) -> Value {
        json!({
            "id": id,
            "agencyID": self.agency,
            "version": VERSION,
            "name": self.language.of(name),
            "names": names(name),
            "isExternalReference": stub,
            "links": [{"rel": "self", "urn": urn}],
        })
    }

    fn flow(&self, Told { artefact: flow, stub }: &Told<Flow>) -> Value {
        let mut value = self.maintained(flow.id(), &flow.name(), &flow.urn(self.agency), *stub);
        if !stub {
            value["structure"] = json!(flow.structure_urn(self.agency));
        }
        value
    }

    fn codelist(&self, Told { artefact, stub }: &Told<Codelist>) -> Value {
        let Codelist { id, name, codes, partial } = artefact;
        let mut value = self.maintained(id, name, &codelist_urn(self.agency, id), *stub);
        if !stub {
            value["isPartial"] = json!(partial);
            let codes = codes.iter().map(|code| {
                let mut value =
                    json!({"id": code.id, "name": self.language.of(&code.name), "names": names(&code.name)});
                if let Some(parent) = &code.parent {
                    value["parent"] = json!(parent);
                }
                value
            });
            value["codes"] = codes.collect();
        }
        value
    }

    fn concepts(&self, Told { artefact, stub }: &Told<ConceptScheme>) -> Value {
        let id = ConceptScheme::ID;
        let urn = format!(
            "urn:sdmx:org.sdmx.infomodel.conceptscheme.ConceptScheme={}:{id}({VERSION})",
            self.agency
        );
        let mut value = self.maintained(id, &artefact.name, &urn, *stub);
        if !stub {
            value["isPartial"] = json!(artefact.partial);
            let concepts = artefact.concepts.iter().map(|(id, name)| {
                json!({
                    "id": id,
                    "name": self.language.of(name),
                    "names": names(name),
                    "links": [{"rel": "self", "urn": concept_urn(self.agency, id)}],
                })
            });
            value["concepts"] = concepts.collect();
        }
        value
    }

    fn structure(&self, Told { artefact: flow, stub }: &Told<Flow>) -> Value {
        let urn = flow.structure_urn(self.agency);
        let mut value = self.maintained(flow.structure_id(), &flow.name(), &urn, *stub);
        if *stub {
            return value;
        }
        let dimensions = DIMENSIONS.iter().zip(0..).map(|(dimension, position)| {
            let mut value = self.component(dimension, *flow);
            value["position"] = json!(position);
            value
        });
        let attributes = flow.attributes().iter().map(|attribute| self.attribute(*attribute, *flow));
        value["dataStructureComponents"] = json!({
            "dimensionList": {
                "id": "DimensionDescriptor",
                "dimensions": dimensions.collect::<Vec<_>>(),
                "timeDimension": self.component(&TIME_PERIOD, *flow),
            },
            "measureList": {"id": "MeasureDescriptor", "measures": [self.component(&OBS_VALUE, *flow)]},
            "attributeList": {"id": "AttributeDescriptor", "attributes": attributes.collect::<Vec<_>>()},
        });
        value
    }

    fn component(&self, component: &Component, flow: Flow) -> Value {
        let representation = match component.codelist(flow) {
            Some(list) => json!({"enumeration": codelist_urn(self.agency, list)}),
            None => json!({"format": {"dataType": component.data_type()}}),
        };
        json!({
            "id": component.id,
            "conceptIdentity": concept_urn(self.agency, component.id),
            "localRepresentation": representation,
        })
    }

    fn attribute(&self, attribute: Attribute, flow: Flow) -> Value {
        let mut value = self.component(&attribute.component(), flow);
        let mandatory = attribute == Attribute::ObsStatus;
        value["usage"] = json!(if mandatory { "mandatory" } else { "optional" });
        value["attributeRelationship"] = json!({"observation": {}});
        value
    }

    fn constraint(&self, constraint: &Constraint) -> Value {
        let id = constraint.id();
        let urn =
            format!("urn:sdmx:org.sdmx.infomodel.registry.DataConstraint={}:{id}({VERSION})", self.agency);
        let mut value = self.maintained(&id, &constraint.name(), &urn, false);
        let keys = constraint.region.0.iter().map(|(id, extent)| match extent {
            Extent::Codes(codes) => json!({"id": id, "include": true, "values": codes}),
            Extent::Periods(first, last) => json!({
                "id": id,
                "include": true,
                "timeRange": {
                    "startPeriod": {"period": first, "isInclusive": true},
                    "endPeriod": {"period": last, "isInclusive": true},
                },
            }),
        });
        value["role"] = json!("Actual");
        value["constraintAttachment"] = json!({"dataflows": [constraint.flow.urn(self.agency)]});
        value["cubeRegions"] = json!([{"include": true, "keyValues": keys.collect::<Vec<_>>()}]);
        value
    }
}

/// A name in every language.
pub(in crate::sdmx) fn names(name: &Name) -> Value {
    Language::ALL.into_iter().map(|one| (one.tag().to_owned(), json!(one.of(name)))).collect()
}

/// The URN of a code list.
pub(super) fn codelist_urn(agency: &str, id: &str) -> String {
    format!("urn:sdmx:org.sdmx.infomodel.codelist.Codelist={agency}:{id}({VERSION})")
}

/// The URN of a concept.
pub(super) fn concept_urn(agency: &str, id: &str) -> String {
    let scheme = ConceptScheme::ID;
    format!("urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={agency}:{scheme}({VERSION}).{id}")
}
