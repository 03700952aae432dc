//! Makes artefacts of a plan.

use std::collections::BTreeSet;

use weir_schemas::plan::Plan;

use super::artefact::{ConceptScheme, Told};
use super::{Artefact, Artefacts, codelist};
use crate::sdmx::model::{Component, DIMENSIONS, Flow, OBS_VALUE, TIME_PERIOD, name};

/// The artefacts of a plan.
#[derive(Clone, Copy)]
pub(in crate::sdmx) struct Catalogue<'a> {
    pub(in crate::sdmx) plan: &'a Plan,
}

impl Catalogue<'_> {
    /// Adds artefacts to a message, as stubs or in full.
    pub(in crate::sdmx) fn add(self, wanted: &BTreeSet<Artefact>, stub: bool, to: &mut Artefacts) {
        for one in wanted {
            match *one {
                Artefact::Flow(flow) => to.flows.push(Told { artefact: flow, stub }),
                Artefact::Structure(flow) => to.structures.push(Told { artefact: flow, stub }),
                Artefact::Codelist(id) => {
                    to.codelists.extend(codelist(id, self.plan).map(|artefact| Told { artefact, stub }));
                }
                Artefact::Concepts => {
                    to.concepts.push(Told { artefact: concepts(&Flow::ALL, false), stub });
                }
            }
        }
    }
}

/// The concepts of the components of some flows.
pub(super) fn concepts(flows: &[Flow], partial: bool) -> ConceptScheme {
    let mut concepts = Vec::new();
    let attributes = flows.iter().flat_map(|flow| flow.attributes()).map(|attribute| attribute.component());
    for component in DIMENSIONS.into_iter().chain([TIME_PERIOD, OBS_VALUE]).chain(attributes) {
        let Component { id, .. } = component;
        if concepts.iter().all(|(known, _)| *known != id) {
            concepts.push((id, component.name()));
        }
    }
    ConceptScheme { name: name("概念", "Concepts"), concepts, partial }
}
