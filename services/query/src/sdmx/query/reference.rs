//! Which artefacts a path names: context, agencies, ids and versions.

use weir_kernel::problem::ProblemDetails;

use super::Request;
use super::path::not_served;
use crate::sdmx::model::{Flow, VERSION};

/// What data is asked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    /// Dataflows.
    Flow,
    /// Their structures.
    Structure,
}

/// The agencies, ids and versions that a path names, from one of its segments on.
#[derive(Debug)]
pub(in crate::sdmx) struct Maintained<'a> {
    agencies: &'a str,
    ids: &'a str,
    versions: &'a str,
}

impl<'a> Maintained<'a> {
    /// Reads three segments, the first at `at`.
    pub(in crate::sdmx) fn read(request: &'a Request, at: usize) -> Self {
        Self {
            agencies: request.segment(at),
            ids: request.segment(at + 1),
            versions: request.segment(at + 2),
        }
    }

    /// Whether they name an artefact of the agency.
    pub(in crate::sdmx) fn names(&self, agency: &str, id: &str) -> bool {
        let is = |list: &str, one: &str| list.split(',').any(|named| named == "*" || named == one);
        is(self.agencies, agency) && is(self.ids, id) && self.versions.split(',').any(is_ours)
    }

    /// The flows that are asked for.
    ///
    /// # Errors
    /// 400 for an unknown context, 501 for provision agreements, 404 where there is no such flow.
    pub(in crate::sdmx) fn flows(
        context: &str,
        path: &Self,
        agency: &str,
    ) -> Result<Vec<Flow>, ProblemDetails> {
        let mut contexts = Vec::new();
        for one in context.split(',') {
            match one {
                "*" | "dataflow" => contexts.push(Context::Flow),
                "datastructure" => contexts.push(Context::Structure),
                "provisionagreement" => return Err(not_served("data by provision agreement")),
                other => {
                    let detail =
                        format!("{other:?} is no context: dataflow, datastructure, provisionagreement or *");
                    return Err(ProblemDetails::bad_request("path", detail));
                }
            }
        }
        let id = |context: &Context, flow: Flow| match context {
            Context::Flow => flow.id(),
            Context::Structure => flow.structure_id(),
        };
        let named = |flow: &Flow| contexts.iter().any(|context| path.names(agency, id(context, *flow)));
        let flows: Vec<_> = Flow::ALL.into_iter().filter(named).collect();
        if flows.is_empty() {
            let ids: Vec<_> = Flow::ALL.into_iter().map(Flow::id).collect();
            let Self { agencies, ids: asked, versions } = path;
            return Err(ProblemDetails::not_found(format!(
                "there is no {agencies}:{asked}({versions}); there are {} of {agency}, in version {VERSION}",
                ids.join(", ")
            )));
        }
        Ok(flows)
    }
}

/// Whether a version that is asked for is the one there is: itself, any, the latest, or the latest after another.
fn is_ours(asked: &str) -> bool {
    if matches!(asked, "*" | "+" | "~") || asked == VERSION {
        return true;
    }
    let mut ours = VERSION.split('.').map(str::parse::<u32>);
    let mut free = false;
    let parts: Vec<_> = asked.split('.').collect();
    if parts.len() != 3 || !asked.contains(['+', '~']) {
        return false;
    }
    for part in parts {
        let open = part.ends_with(['+', '~']);
        let (Ok(part), Some(Ok(our))) = (part.trim_end_matches(['+', '~']).parse::<u32>(), ours.next())
        else {
            return false;
        };
        match our.cmp(&part) {
            std::cmp::Ordering::Less if !free => return false,
            std::cmp::Ordering::Greater if !open && !free => return false,
            std::cmp::Ordering::Greater => free = true,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flows(path: &str) -> Result<String, u16> {
        let request = Request::read(&format!("/sdmx/data/{path}").parse().unwrap(), 5, &[]).unwrap();
        let flows = Maintained::flows(request.segment(0), &Maintained::read(&request, 1), "SCSTAT");
        let flows = flows.map_err(|problem| problem.status().as_u16())?;
        Ok(flows.into_iter().map(Flow::id).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn flows_are_named_by_themselves_or_by_their_structures() {
        assert_eq!(flows("dataflow/SCSTAT/HT/1.0.0").unwrap(), "HT");
        assert_eq!(flows("*/SCSTAT/HT/+").unwrap(), "HT");
        assert_eq!(flows("datastructure/SCSTAT/DSD_HT_REF/~").unwrap(), "HT_REF");
        assert_eq!(flows("dataflow/*/HT,HT_NUM").unwrap(), "HT HT_NUM");
        assert_eq!(flows("").unwrap(), "HT HT_NUM HT_REF HT_TARGET");
    }

    #[test]
    fn what_there_is_none_of_is_said() {
        assert_eq!(flows("dataflow/SCSTAT/NONE"), Err(404));
        assert_eq!(flows("dataflow/ECB/HT"), Err(404));
        assert_eq!(flows("dataflow/SCSTAT/HT/2.0.0"), Err(404));
        assert_eq!(flows("categoryscheme/SCSTAT/HT"), Err(400));
        assert_eq!(flows("provisionagreement/SCSTAT/HT"), Err(501));
    }

    #[test]
    fn a_version_may_be_the_latest_after_another() {
        for ours in ["1.0.0", "*", "+", "~", "1.0.0+", "1.0+.0", "1+.0.0", "0+.5.0", "0.9.0,1.0.0"] {
            assert!(ours.split(',').any(is_ours), "{ours}");
        }
        for other in ["1", "1.0", "2.0.0", "1.0.1+", "1.1+.0", "0.9+.0", "latest", "", "x+.0.0"] {
            assert!(!is_ours(other), "{other}");
        }
    }
}
