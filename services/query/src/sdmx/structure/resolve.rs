//! Which artefacts refer to which.

use std::collections::BTreeSet;

use weir_kernel::problem::ProblemDetails;

use super::artefact::ConceptScheme;
use super::codes;
use crate::http::wrong;
use crate::sdmx::model::{DIMENSIONS, Flow};

/// An artefact by what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sdmx) enum Artefact {
    /// A dataflow.
    Flow(Flow),
    /// The data structure of a flow.
    Structure(Flow),
    /// A code list.
    Codelist(&'static str),
    /// The concept scheme.
    Concepts,
}

impl Artefact {
    /// All there are.
    pub(in crate::sdmx) fn all() -> impl Iterator<Item = Self> {
        let of_flows = Flow::ALL.into_iter().flat_map(|flow| [Self::Flow(flow), Self::Structure(flow)]);
        of_flows.chain(codes::ids().map(Self::Codelist)).chain([Self::Concepts])
    }

    /// A flow and all that it refers to, at any remove.
    pub(in crate::sdmx) fn with_descendants(flow: Flow) -> BTreeSet<Self> {
        let asked = BTreeSet::from([Self::Flow(flow)]);
        let mut all = References::descendants().of(&asked);
        all.extend(asked);
        all
    }

    /// Its type, as paths name it.
    pub(in crate::sdmx) const fn kind(self) -> &'static str {
        match self {
            Self::Flow(_) => "dataflow",
            Self::Structure(_) => "datastructure",
            Self::Codelist(_) => "codelist",
            Self::Concepts => "conceptscheme",
        }
    }

    /// Its id.
    pub(in crate::sdmx) const fn id(self) -> &'static str {
        match self {
            Self::Flow(flow) => flow.id(),
            Self::Structure(flow) => flow.structure_id(),
            Self::Codelist(id) => id,
            Self::Concepts => ConceptScheme::ID,
        }
    }

    /// What it refers to.
    fn children(self) -> BTreeSet<Self> {
        match self {
            Self::Flow(flow) => BTreeSet::from([Self::Structure(flow)]),
            Self::Structure(flow) => {
                let attributes = flow.attributes().iter().map(|attribute| attribute.component());
                let lists = DIMENSIONS.into_iter().chain(attributes);
                let lists = lists.filter_map(|component| component.codelist(flow)).map(Self::Codelist);
                lists.chain([Self::Concepts]).collect()
            }
            Self::Codelist(_) | Self::Concepts => BTreeSet::new(),
        }
    }

    /// What refers to it.
    fn parents(self) -> BTreeSet<Self> {
        Self::all().filter(|other| other.children().contains(&self)).collect()
    }
}

/// Which artefacts come along with those that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct References(Vec<Reference>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reference {
    Parents,
    ParentsAndSiblings,
    Ancestors,
    Children,
    Descendants,
    All,
    Of(&'static str),
    Nothing,
}

impl References {
    /// All that the artefacts refer to, at any remove.
    pub(super) fn descendants() -> Self {
        Self(vec![Reference::Descendants])
    }

    /// Reads the parameter `references`.
    ///
    /// # Errors
    /// 400 with a word that is none, or no type of artefact.
    pub(super) fn read(text: Option<&str>) -> Result<Self, ProblemDetails> {
        let one = |word: &str| {
            Ok(match word {
                "none" => Reference::Nothing,
                "parents" => Reference::Parents,
                "parentsandsiblings" => Reference::ParentsAndSiblings,
                "ancestors" => Reference::Ancestors,
                "children" => Reference::Children,
                "descendants" => Reference::Descendants,
                "all" => Reference::All,
                word => match super::answer::kind(word) {
                    Some(known) => Reference::Of(known),
                    None => return Err(wrong("references", format!("{word:?} is no type of artefact"))),
                },
            })
        };
        text.unwrap_or("none").split(',').map(one).collect::<Result<_, _>>().map(Self)
    }

    /// The artefacts that come along, without those that are asked for.
    pub(super) fn of(&self, asked: &BTreeSet<Artefact>) -> BTreeSet<Artefact> {
        let parents = || each(asked, Artefact::parents);
        let descendants = || closure(asked, Artefact::children);
        let siblings = || {
            let parents = parents();
            let siblings = each(&parents, Artefact::children);
            parents.union(&siblings).copied().collect::<BTreeSet<_>>()
        };
        let mut along = BTreeSet::new();
        for reference in &self.0 {
            along.extend(match reference {
                Reference::Nothing => BTreeSet::new(),
                Reference::Parents => parents(),
                Reference::ParentsAndSiblings => siblings(),
                Reference::Ancestors => closure(asked, Artefact::parents),
                Reference::Children => each(asked, Artefact::children),
                Reference::Descendants => descendants(),
                Reference::All => {
                    let near: BTreeSet<_> = siblings().into_iter().chain(descendants()).collect();
                    closure(&near, Artefact::children).into_iter().chain(near).collect()
                }
                Reference::Of(kind) => {
                    let far = descendants().into_iter().chain(closure(asked, Artefact::parents));
                    far.filter(|artefact| artefact.kind() == *kind).collect()
                }
            });
        }
        along.retain(|artefact| !asked.contains(artefact));
        along
    }
}

fn each(of: &BTreeSet<Artefact>, related: impl Fn(Artefact) -> BTreeSet<Artefact>) -> BTreeSet<Artefact> {
    of.iter().copied().flat_map(related).collect()
}

/// What is related at any remove.
fn closure(of: &BTreeSet<Artefact>, related: impl Fn(Artefact) -> BTreeSet<Artefact>) -> BTreeSet<Artefact> {
    let mut found = BTreeSet::new();
    let mut next = each(of, &related);
    while !next.is_empty() {
        found.extend(next.iter().copied());
        next = each(&next, &related).difference(&found).copied().collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn along(asked: Artefact, references: &str) -> String {
        let along = References::read(Some(references)).unwrap().of(&BTreeSet::from([asked]));
        along.into_iter().map(Artefact::id).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn references_go_down_up_and_sideways() {
        let flow = Artefact::Flow(Flow::References);
        let lists = "CL_AREA CL_BASIS CL_CONF_STATUS CL_FIELD CL_FREQ CL_OBS_STATUS CL_REFERENCE CL_UNIT_MEASURE \
                     CL_VINTAGE CS_HT";
        assert_eq!(along(flow, "none"), "");
        assert_eq!(along(flow, "children"), "DSD_HT_REF");
        for deep in ["descendants", "all"] {
            assert_eq!(along(flow, deep), format!("DSD_HT_REF {lists}"));
        }
        assert_eq!(along(flow, "datastructure,conceptscheme"), "DSD_HT_REF CS_HT");
        assert_eq!(along(Artefact::Structure(Flow::References), "parents"), "HT_REF");
        let list = Artefact::Codelist("CL_REFERENCE");
        assert_eq!(along(list, "parents"), "DSD_HT_REF");
        assert_eq!(along(list, "ancestors"), "HT_REF DSD_HT_REF");
        assert_eq!(
            along(list, "parentsandsiblings"),
            format!("DSD_HT_REF {lists}").replace(" CL_REFERENCE", "")
        );
        assert!(References::read(Some("friends")).is_err());
    }
}
