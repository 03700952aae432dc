//! Which series a request asks for.

use weir_kernel::problem::ProblemDetails;
use weir_schemas::codelist::Area;
use weir_schemas::plan::Plan;

use super::SeriesKey;
use crate::http::Access;
use crate::sdmx::model::{DIMENSIONS, Flow, Subject, frequency_code};
use crate::sdmx::query::{Filters, Keyset};

/// The place of the area among the dimensions.
const REF_AREA: usize = 1;

/// The series of one flow that are asked for.
pub(in crate::sdmx) struct Selection<'a> {
    /// The flow.
    pub(in crate::sdmx) flow: Flow,
    /// All that the flow is about.
    pub(in crate::sdmx) subjects: Vec<Subject<'a>>,
    /// The series, in the order of subjects, frequencies, areas and fields.
    pub(in crate::sdmx) series: Vec<SeriesKey>,
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
        let mut series = Vec::new();
        for (at, subject) in subjects.iter().enumerate() {
            for frequency in subject.frequencies {
                let (code, basis) = (frequency_code(*frequency), subject.basis(*frequency));
                let asked = [(0, code), (2, subject.id), (4, basis.code())];
                if !asked.iter().all(|(at, code)| filters.hold(DIMENSIONS[*at].id, Some(code))) {
                    continue;
                }
                for (area, area_code) in &areas {
                    for field in subject.fields() {
                        let field_code = field.code();
                        let codes = [code, area_code, subject.id, field_code, basis.code()];
                        if keys.holds(&codes) && filters.hold(DIMENSIONS[3].id, Some(field_code)) {
                            let about = (at, subject.id);
                            series.push(SeriesKey::new(about, *frequency, *area, *field, basis));
                        }
                    }
                }
            }
        }
        Ok(Self { flow, subjects, series })
    }
}
