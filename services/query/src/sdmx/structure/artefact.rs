//! Artefacts as values, before they are written.

use weir_schemas::plan::Name;

use crate::sdmx::model::Flow;

/// A code of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) struct Code {
    pub(in crate::sdmx) id: String,
    pub(in crate::sdmx) name: Name,
    /// The code above it, of the same list.
    pub(in crate::sdmx) parent: Option<String>,
}

/// A code list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) struct Codelist {
    pub(in crate::sdmx) id: &'static str,
    pub(in crate::sdmx) name: Name,
    pub(in crate::sdmx) codes: Vec<Code>,
    /// Whether it has more codes than these.
    pub(in crate::sdmx) partial: bool,
}

/// The concepts of all components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) struct ConceptScheme {
    pub(in crate::sdmx) name: Name,
    /// Ids and names.
    pub(in crate::sdmx) concepts: Vec<(&'static str, Name)>,
    /// Whether it has more concepts than these.
    pub(in crate::sdmx) partial: bool,
}

impl ConceptScheme {
    /// Its id.
    pub(in crate::sdmx) const ID: &'static str = "CS_HT";
}

/// The values that a component has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) enum Extent {
    /// These codes.
    Codes(Vec<String>),
    /// The periods from the first to the last.
    Periods(String, String),
}

/// The values of components of which there is data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) struct Region(pub(in crate::sdmx) Vec<(&'static str, Extent)>);

/// What data of a flow there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) struct Constraint {
    pub(in crate::sdmx) flow: Flow,
    pub(in crate::sdmx) region: Region,
}

/// An artefact, or that it is there: a stub says no more than its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) struct Told<T> {
    pub(in crate::sdmx) artefact: T,
    pub(in crate::sdmx) stub: bool,
}

/// All that a structure message holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sdmx) struct Artefacts {
    pub(in crate::sdmx) flows: Vec<Told<Flow>>,
    pub(in crate::sdmx) structures: Vec<Told<Flow>>,
    pub(in crate::sdmx) codelists: Vec<Told<Codelist>>,
    pub(in crate::sdmx) concepts: Vec<Told<ConceptScheme>>,
    pub(in crate::sdmx) constraints: Vec<Constraint>,
}

impl Artefacts {
    /// Whether there is none.
    pub(in crate::sdmx) fn is_empty(&self) -> bool {
        self.flows.is_empty()
            && self.structures.is_empty()
            && self.codelists.is_empty()
            && self.concepts.is_empty()
            && self.constraints.is_empty()
    }
}

impl Constraint {
    /// Its id.
    pub(in crate::sdmx) fn id(&self) -> String {
        format!("CR_A_{}", self.flow.id())
    }

    /// Its name.
    pub(in crate::sdmx) fn name(&self) -> Name {
        let Name { zh, en } = self.flow.name();
        Name { zh: format!("{zh}:现有数据"), en: format!("Availability of {en}") }
    }
}
