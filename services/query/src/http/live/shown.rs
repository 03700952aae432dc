//! A figure as the stream shows it: the observation of `/v1/indicators`, with its indicator.

use std::sync::Arc;

use serde::Serialize;
use weir_schemas::codelist::Field;
use weir_schemas::figure::{Cells, Figures};
use weir_schemas::plan::Plan;

use super::wanted::Place;
use crate::http::figures::beside_official;
use crate::http::observation::{Observation, Subject};

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    subject: Subject<'a>,
    field: Field,
    synthetic: bool,
    #[serde(flatten)]
    observation: Observation,
}

/// The figure as JSON on one line. Figures that are shown alike are the same figure.
pub(super) fn shown(plan: &Plan, cells: &Cells, place: &Place) -> Arc<str> {
    let Some(indicator) = plan.indicators.get(place.indicator) else { return Arc::default() };
    let figures = Figures::new(plan, cells).read_by(place.audience);
    let (ours, official) = beside_official(figures, indicator, place.field, (place.area, place.period));
    let synthetic = ours.synthetic || official.as_ref().is_some_and(|official| official.synthetic);
    let shown = Shown {
        subject: Subject::Indicator(indicator),
        field: place.field,
        synthetic,
        observation: Observation::of_indicator(ours, official, indicator),
    };
    // Texts, numbers and booleans serialise without fail.
    serde_json::to_string(&shown).unwrap_or_default().into()
}
