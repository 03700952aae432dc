//! Which series a request asks for.

use std::collections::HashMap;
use std::sync::Arc;

use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::plan::{Frequency, Plan};

use super::SeriesKey;
use crate::http::Access;
use crate::sdmx::model::{Basis, DIMENSIONS, Flow, Subject, frequency_code};
use crate::sdmx::query::{Filters, Keyset};

/// The places of the area and of the field among the dimensions.
const REF_AREA: usize = 1;
const FIELD: usize = 3;

/// The places that series are of.
type Places = Arc<[(Area, Field)]>;

/// The series of one flow that are asked for. They may be hundreds of thousands: only those that are looked at are ever written out.
pub(in crate::sdmx) struct Selection<'a> {
    /// The flow.
    pub(in crate::sdmx) flow: Flow,
    /// All that the flow is about.
    pub(in crate::sdmx) subjects: Vec<Subject<'a>>,
    /// What is asked for of each subject, in the order of subjects and frequencies.
    pub(super) lines: Vec<Line>,
}

/// The series of one subject at one frequency.
pub(super) struct Line {
    /// The place of the subject among a flow's.
    pub(super) subject: usize,
    id: Arc<str>,
    pub(super) frequency: Frequency,
    basis: Basis,
    /// Of which areas and fields, in this order; there are some.
    pub(super) places: Places,
}

impl<'a> Selection<'a> {
    /// The series of a flow that match a key and all filters on dimensions. Of areas, those that the reader may see.
    ///
    /// # Errors
    /// 403 when an area is named that the reader may not see.
    pub(in crate::sdmx) fn of(
        flow: Flow,
        plan: &'a Plan,
        access: &Access,
        keys: &Keyset<'_>,
        filters: &Filters,
    ) -> Result<Self, ProblemDetails> {
        let named: Vec<Area> = keys
            .named(REF_AREA)
            .chain(filters.named(DIMENSIONS[REF_AREA].id))
            .filter_map(|code| Area::parse(code).ok())
            .filter(|area| plan.area.contains(*area))
            .collect();
        access.covers(&named)?;
        let mine = |area: &Area| {
            let asked = filters.hold(DIMENSIONS[REF_AREA].id, Some(&area.to_string()));
            asked && plan.area.contains(*area) && access.covers(&[*area]).is_ok()
        };
        let areas: Vec<Area> = if flow == Flow::Targets {
            // Areas inside the plan's have no target of their own.
            Some(plan.area).filter(mine).into_iter().collect()
        } else {
            Area::all().filter(mine).collect()
        };
        let areas: Vec<(Area, String)> = areas.into_iter().map(|area| (area, area.to_string())).collect();
        let subjects = Subject::all(flow, plan);
        let (mut lines, mut known) = (Vec::new(), HashMap::new());
        for (at, subject) in subjects.iter().enumerate() {
            for frequency in subject.frequencies {
                let (code, basis) = (frequency_code(*frequency), subject.basis(*frequency));
                let asked = [(0, code), (2, subject.id), (4, basis.code())];
                if !asked.iter().all(|(at, code)| filters.hold(DIMENSIONS[*at].id, Some(code))) {
                    continue;
                }
                // Most subjects are asked for at the same places.
                let open = keys.open(&asked);
                let fields = subject.fields();
                let places = known.entry((open, fields.len())).or_insert_with_key(|(open, _)| {
                    let fields =
                        fields.iter().filter(|one| filters.hold(DIMENSIONS[FIELD].id, Some(one.code())));
                    let fields: Vec<Field> = fields.copied().collect();
                    let of_area = |(area, code): &(Area, String)| {
                        let holds = |field: &&Field| open.hold(&[(REF_AREA, code), (FIELD, field.code())]);
                        let area = *area;
                        fields.iter().filter(holds).map(|field| (area, *field)).collect::<Vec<_>>()
                    };
                    areas.iter().flat_map(of_area).collect::<Places>()
                });
                if !places.is_empty() {
                    let (id, places) = (subject.id.into(), Arc::clone(places));
                    lines.push(Line { subject: at, id, frequency: *frequency, basis, places });
                }
            }
        }
        Ok(Self { flow, subjects, lines })
    }

    /// The series, in the order of subjects, frequencies, areas and fields.
    pub(in crate::sdmx) fn series(&self) -> impl Iterator<Item = SeriesKey> {
        self.lines.iter().flat_map(|line| {
            let Line { subject, id, frequency, basis, places } = line;
            let at = |(area, field): &(Area, Field)| {
                SeriesKey::new((*subject, Arc::clone(id)), *frequency, *area, *field, *basis)
            };
            places.iter().map(at)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use weir_schemas::plan::SICHUAN_14;

    use super::*;
    use crate::sdmx::query::Request;

    fn selected(plan: &Plan, flow: Flow, key: &str, query: &str) -> (Vec<String>, usize) {
        let request = Request::read(&format!("/sdmx/data?{query}").parse().unwrap(), 5, &["c"]).unwrap();
        let (keys, filters) = (Keyset::read(key).unwrap(), Filters::read(&request, &[flow]).unwrap());
        let selection = Selection::of(flow, plan, &Access::of(None), &keys, &filters).unwrap();
        let places: HashSet<_> = selection.lines.iter().map(|line| Arc::as_ptr(&line.places)).collect();
        (selection.series().map(|series| series.codes().join(".")).collect(), places.len())
    }

    #[test]
    fn each_series_that_matches_is_there_once_and_in_order() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        // Indicators have subjects of all fields and of all together alone, as the others have one or the other.
        for flow in [Flow::Indicators, Flow::References] {
            let (all, _) = selected(&plan, flow, "*", "");
            for key in [
                "A",
                "A.510000,M.510100..F01",
                "*.510000.GAZELLE_COUNT,A.510100",
                "A.510000,A.*.*.F02,*.510700.HT_REVENUE._T",
                "*.*.ref_gdp,A.*.RD_GDP_RATIO.*.STOCK",
            ] {
                let keys = Keyset::read(key).unwrap();
                for (query, fields) in [("", None), ("c[FIELD]=F01,F02", Some([".F01.", ".F02."]))] {
                    let asked = |series: &&String| {
                        let codes: Vec<(usize, &str)> = (0..).zip(series.split('.')).collect();
                        let of_fields =
                            fields.is_none_or(|two| two.iter().any(|field| series.contains(field)));
                        of_fields && keys.hold(&codes)
                    };
                    let expected: Vec<String> = all.iter().filter(asked).cloned().collect();
                    assert_eq!(selected(&plan, flow, key, query).0, expected, "{flow:?} {key} {query}");
                }
            }
        }
    }

    #[test]
    fn a_whole_flow_is_no_more_than_its_places() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        let (series, places) = selected(&plan, Flow::Measures, "*", "");
        assert!(series.len() > 100_000, "{}", series.len());
        assert_eq!(places, 1);
    }
}
