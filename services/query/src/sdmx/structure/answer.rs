//! `GET /sdmx/structure/{type}/{agency}/{id}/{version}/{item}` and `GET /sdmx/schema/{context}/{agency}/{id}/{version}`, for
//! anybody: they are made of the plan, which is a public document.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use weir_kernel::problem::ProblemDetails;

use super::catalogue::concepts;
use super::resolve::References;
use super::{Artefact, Artefacts, Catalogue};
use crate::http::{App, Work, wrong};
use crate::sdmx::answer::Answer;
use crate::sdmx::message::StructureMessage;
use crate::sdmx::model::Flow;
use crate::sdmx::query::{Maintained, Offered, Request, language, negotiate, not_served};

/// Types of artefacts that there are here.
const KINDS: [&str; 4] = ["dataflow", "datastructure", "codelist", "conceptscheme"];

/// Types that the standard has besides.
const OTHER_KINDS: &str = "metadatastructure categoryscheme hierarchy hierarchyassociation valuelist agencyscheme \
    dataproviderscheme metadataproviderscheme dataconsumerscheme organisationunitscheme metadataflow reportingtaxonomy \
    provisionagreement metadataprovisionagreement structuremap representationmap conceptschememap categoryschememap \
    organisationschememap reportingtaxonomymap process categorisation dataconstraint metadataconstraint \
    transformationscheme rulesetscheme userdefinedoperatorscheme customtypescheme namepersonalisationscheme \
    vtlmappingscheme availabilityconstraint";

/// A type of artefacts by its word, of any that the standard has; those that are not here stand for nothing.
pub(super) fn kind(word: &str) -> Option<&'static str> {
    let known = KINDS.into_iter().chain(OTHER_KINDS.split_whitespace());
    known.into_iter().find(|known| *known == word)
}

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    Full,
    AllStubs,
    ReferenceStubs,
    ReferencePartial,
}

/// Answers with structures.
pub(in crate::sdmx) async fn structure(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    // Code lists are long, and anybody may ask for them.
    Work::Long.run(|| structures(&app, &uri, &headers))
}

fn structures(app: &App, uri: &Uri, headers: &HeaderMap) -> Result<Response, ProblemDetails> {
    let request = Request::read(uri, 5, &["detail", "references", "format"])?;
    let types = request.segment(0);
    match kind(types) {
        _ if types == "*" => {}
        None => return Err(ProblemDetails::bad_request("path", format!("{types:?} is no type of artefact"))),
        Some(known) if !KINDS.contains(&known) => {
            return Err(not_served(&format!("/sdmx/structure/{known}")));
        }
        Some(_) => {}
    }
    let detail = request.get("detail", detail)?.unwrap_or(Detail::Full);
    let path = Maintained::read(&request, 1);
    let agency = app.settings.sdmx_agency.as_str();
    let asked: BTreeSet<Artefact> = Artefact::all()
        .filter(|one| (types == "*" || one.kind() == types) && path.names(agency, one.id()))
        .collect();
    let references = References::read(request.parameter("references"))?;
    let mut told = Artefacts::default();
    let catalogue = Catalogue { plan: &app.plan };
    catalogue.add(&asked, detail == Detail::AllStubs, &mut told);
    only_items(&mut told, request.segment(4))?;
    if told.is_empty() {
        let there = match asked.first() {
            Some(one) => format!("there is nothing of that id in {}", one.id()),
            None => {
                let there = Artefact::all().filter(|one| types == "*" || one.kind() == types);
                let ids: Vec<&str> = there.map(Artefact::id).collect();
                format!("there is no such {types} of {agency}, only {}", ids.join(", "))
            }
        };
        return Err(ProblemDetails::not_found(there));
    }
    let stubs = matches!(detail, Detail::AllStubs | Detail::ReferenceStubs);
    let along = references.of(&asked);
    catalogue.add(&along, stubs, &mut told);
    if detail == Detail::ReferencePartial && along.contains(&Artefact::Concepts) {
        only_used(&mut told);
    }
    answer(app, &told, &request, headers)
}

/// Answers with a flow and all that it refers to.
pub(in crate::sdmx) async fn schema(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    Work::Long.run(|| used_by(&app, &uri, &headers))
}

fn used_by(app: &App, uri: &Uri, headers: &HeaderMap) -> Result<Response, ProblemDetails> {
    let request = Request::read(uri, 4, &["format", "dimensionAtObservation"])?;
    let agency = app.settings.sdmx_agency.as_str();
    let flows = Maintained::flows(request.segment(0), &Maintained::read(&request, 1), agency)?;
    let by_structure = request.segment(0) == "datastructure";
    let of = |flow| if by_structure { Artefact::Structure(flow) } else { Artefact::Flow(flow) };
    let asked: BTreeSet<Artefact> = flows.into_iter().map(of).collect();
    let mut told = Artefacts::default();
    let catalogue = Catalogue { plan: &app.plan };
    catalogue.add(&asked, false, &mut told);
    catalogue.add(&References::descendants().of(&asked), false, &mut told);
    only_used(&mut told);
    answer(app, &told, &request, headers)
}

/// Writes a structure message.
fn answer(
    app: &App,
    told: &Artefacts,
    request: &Request,
    headers: &HeaderMap,
) -> Result<Response, ProblemDetails> {
    let format = negotiate(Offered::Structure, request.parameter("format"), headers)?;
    let message =
        StructureMessage { agency: &app.settings.sdmx_agency, language: language(headers), artefacts: told };
    let answer = Answer { content_type: Offered::Structure.content_type(format), as_of: None, public: true };
    answer.write(headers, |prepared| message.write(format, prepared))
}

fn detail(text: &str) -> Result<Detail, String> {
    match text {
        // No code list is an extension of another.
        "full" | "raw" => Ok(Detail::Full),
        "allstubs" | "allcompletestubs" => Ok(Detail::AllStubs),
        "referencestubs" | "referencecompletestubs" => Ok(Detail::ReferenceStubs),
        "referencepartial" => Ok(Detail::ReferencePartial),
        other => Err(format!(
            "{other:?} is not one of full, allstubs, referencestubs, allcompletestubs, referencecompletestubs, \
             referencepartial, raw"
        )),
    }
}

/// Leaves of item schemes the items that are asked for; schemes without any are left out.
fn only_items(told: &mut Artefacts, items: &str) -> Result<(), ProblemDetails> {
    if items == "*" {
        return Ok(());
    }
    if !told.flows.is_empty() || !told.structures.is_empty() {
        return Err(wrong("path", "only code lists and concept schemes have items"));
    }
    let asked = |id: &str| items.split(',').any(|item| item == id);
    for list in told.codelists.iter_mut().map(|told| &mut told.artefact) {
        list.codes.retain(|code| asked(&code.id));
        list.partial = true;
    }
    for scheme in told.concepts.iter_mut().map(|told| &mut told.artefact) {
        scheme.concepts.retain(|(id, _)| asked(id));
        scheme.partial = true;
    }
    told.codelists.retain(|told| !told.artefact.codes.is_empty());
    told.concepts.retain(|told| !told.artefact.concepts.is_empty());
    Ok(())
}

/// Leaves the concepts that the message's structures use.
fn only_used(told: &mut Artefacts) {
    let flows: Vec<Flow> = told.structures.iter().map(|told| told.artefact).collect();
    if flows.is_empty() || flows.len() == Flow::ALL.len() {
        return;
    }
    for scheme in &mut told.concepts {
        scheme.artefact = concepts(&flows, true);
    }
}
