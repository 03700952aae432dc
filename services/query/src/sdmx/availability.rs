//! `GET /sdmx/availability/{context}/{agency}/{id}/{version}/{key}/{component}`: of which codes and periods there is data.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use jiff::Timestamp;
use weir_kernel::problem::ProblemDetails;
use weir_schemas::figure::Audience;

use super::answer::{Answer, nothing};
use super::data::{Extents, Observing, Selection, as_of};
use super::message::StructureMessage;
use super::model::{DIMENSIONS, Flow, TIME_PERIOD};
use super::query::{Filters, Keyset, Maintained, Offered, Request, language, moment, negotiate, not_served};
use super::structure::{Artefact, Artefacts, Catalogue, Constraint, Extent, Region};
use crate::http::{App, Work, wrong};

const KNOWN: [&str; 7] = ["c", "mode", "references", "updatedAfter", "asOf", "as_of", "format"];

/// Whether values are those of the data that is asked for, or those that could be asked for besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Exact,
    Available,
}

/// Answers with what data there is.
pub(super) async fn availability(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    let access = app.access(&headers).await?;
    let request = Request::read(&uri, 6, &KNOWN)?;
    let format = negotiate(Offered::Structure, request.parameter("format"), &headers)?;
    if request.get("updatedAfter", moment)?.is_some() {
        return Err(not_served("availability of what changed (updatedAfter)"));
    }
    let agency = app.settings.sdmx_agency.as_str();
    let flows = Maintained::flows(request.segment(0), &Maintained::read(&request, 1), agency)?;
    let (keys, filters) = (Keyset::read(request.segment(4))?, Filters::read(&request, &flows)?);
    let components = components(request.segment(5))?;
    let mode = request.get("mode", mode)?.unwrap_or(Mode::Exact);
    let as_of = as_of(&request)?;
    let mut constraints = Vec::new();
    let mut closed = None;
    for flow in flows {
        let select = |keys: &Keyset<'_>, filters: &Filters| {
            Work::Long.run(|| Selection::of(flow, &app.plan, &access, keys, filters))
        };
        let (extents, at) =
            observed(&app, select(&keys, &filters)?, &filters, as_of, access.audience()).await?;
        closed = Some(at);
        let mut region = Vec::new();
        for (at, id) in DIMENSIONS.iter().map(|dimension| dimension.id).chain([TIME_PERIOD.id]).enumerate() {
            if !components.contains(&id) {
                continue;
            }
            let named = keys.named(at).next().is_some() || filters.ask(id);
            if mode == Mode::Exact || !named {
                region.extend(extent(&extents, at).map(|extent| (id, extent)));
                continue;
            }
            let (keys, filters) = (keys.without(at), filters.without(id));
            let (open, _) =
                observed(&app, select(&keys, &filters)?, &filters, as_of, access.audience()).await?;
            region.extend(extent(&open, at).map(|extent| (id, extent)));
        }
        if !region.is_empty() {
            constraints.push(Constraint { flow, region: Region(region) });
        }
    }
    if constraints.is_empty() {
        return Ok(nothing(closed));
    }
    let wanted = references(&constraints, request.parameter("references"))?;
    let artefacts = Work::Long.run(|| {
        let mut artefacts = Artefacts::default();
        Catalogue { plan: &app.plan }.add(&wanted, false, &mut artefacts);
        only_available(&mut artefacts, &constraints);
        Artefacts { constraints, ..artefacts }
    });
    let message = StructureMessage { agency, language: language(&headers), artefacts: &artefacts };
    let answer =
        Answer { content_type: Offered::Structure.content_type(format), as_of: closed, public: false };
    answer.write(&headers, |prepared| message.write(format, prepared))
}

async fn observed(
    app: &App,
    selection: Selection<'_>,
    filters: &Filters,
    as_of: Option<Timestamp>,
    audience: Audience,
) -> Result<(Extents, Timestamp), ProblemDetails> {
    let selections = [selection];
    let observing = Observing { app, selections: &selections, filters, audience };
    observing.extents(&selections[0], as_of).await
}

fn mode(text: &str) -> Result<Mode, String> {
    match text {
        "exact" => Ok(Mode::Exact),
        "available" => Ok(Mode::Available),
        other => Err(format!("{other:?} is neither exact nor available")),
    }
}

/// The dimensions that are asked about.
fn components(text: &str) -> Result<Vec<&'static str>, ProblemDetails> {
    let known = || DIMENSIONS.iter().map(|dimension| dimension.id).chain([TIME_PERIOD.id]);
    if text == "*" {
        return Ok(known().collect());
    }
    let one = |asked: &str| {
        let no_dimension = || wrong("path", format!("{asked:?} is no dimension"));
        known().find(|known| *known == asked).ok_or_else(no_dimension)
    };
    text.split(',').map(one).collect()
}

/// The values of a dimension; none where there is no data.
fn extent(extents: &Extents, dimension: usize) -> Option<Extent> {
    match extents.codes.get(dimension) {
        Some(codes) => (!codes.is_empty()).then(|| Extent::Codes(codes.iter().cloned().collect())),
        None => extents.times.map(|(first, last)| Extent::Periods(first.to_string(), last.to_string())),
    }
}

/// The artefacts that come along.
fn references(constraints: &[Constraint], text: Option<&str>) -> Result<BTreeSet<Artefact>, ProblemDetails> {
    let mut wanted = BTreeSet::new();
    let flows: Vec<Flow> = constraints.iter().map(|constraint| constraint.flow).collect();
    for word in text.unwrap_or("none").split(',') {
        match word {
            "none" => {}
            "all" | "codelist" | "datastructure" | "conceptscheme" | "dataflow" => {
                let of = flows.iter().flat_map(|flow| Artefact::with_descendants(*flow));
                wanted.extend(of.filter(|artefact| word == "all" || artefact.kind() == word));
            }
            "valuelist" | "dataproviderscheme" => {}
            other => return Err(wrong("references", format!("{other:?} is none that comes along"))),
        }
    }
    Ok(wanted)
}

/// Leaves the codes of which there is data, and those above them.
fn only_available(artefacts: &mut Artefacts, constraints: &[Constraint]) {
    for list in artefacts.codelists.iter_mut().map(|told| &mut told.artefact) {
        let mut kept: BTreeSet<String> = BTreeSet::new();
        let mut constrained = false;
        for Constraint { flow, region, .. } in constraints {
            for (id, extent) in &region.0 {
                let dimension = DIMENSIONS.into_iter().find(|dimension| dimension.id == *id);
                let of_list = dimension.and_then(|dimension| dimension.codelist(*flow)) == Some(list.id);
                if let Extent::Codes(codes) = extent
                    && of_list
                {
                    constrained = true;
                    kept.extend(codes.iter().cloned());
                }
            }
        }
        if !constrained {
            continue;
        }
        loop {
            let above = list.codes.iter().filter(|code| kept.contains(&code.id));
            let above: Vec<_> = above.filter_map(|code| code.parent.clone()).collect();
            let before = kept.len();
            kept.extend(above);
            if kept.len() == before {
                break;
            }
        }
        let all = list.codes.len();
        list.codes.retain(|code| kept.contains(&code.id));
        list.partial = list.codes.len() < all;
    }
}
