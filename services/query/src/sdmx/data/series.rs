//! Series and data sets, as they are written in every format.

use std::sync::Arc;

use jiff::Timestamp;
use weir_schemas::codelist::{Area, Field};
use weir_schemas::period::Period;
use weir_schemas::plan::Frequency;

use crate::sdmx::model::{Basis, DIMENSIONS, Flow, Shown, frequency_code};

/// The key of a series, and what it is about by its place among a flow's subjects.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::sdmx) struct SeriesKey {
    /// The place of its subject.
    pub(in crate::sdmx) subject: usize,
    /// The subject's id, one for all its series.
    pub(in crate::sdmx) id: Arc<str>,
    /// The code of its frequency.
    pub(in crate::sdmx) frequency: &'static str,
    /// Where.
    pub(in crate::sdmx) area: Area,
    /// Of which field.
    pub(in crate::sdmx) field: Field,
    /// What of the year it takes in.
    pub(in crate::sdmx) basis: Basis,
}

impl SeriesKey {
    pub(super) fn new(
        (subject, id): (usize, Arc<str>),
        frequency: Frequency,
        area: Area,
        field: Field,
        basis: Basis,
    ) -> Self {
        Self { subject, id, frequency: frequency_code(frequency), area, field, basis }
    }

    /// Its codes, in the order of the dimensions.
    pub(in crate::sdmx) fn codes(&self) -> [String; DIMENSIONS.len()] {
        [
            self.frequency.to_owned(),
            self.area.to_string(),
            self.id.as_ref().to_owned(),
            self.field.to_string(),
            self.basis.code().to_owned(),
        ]
    }
}

/// An observation of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) struct Observation {
    /// Its period.
    pub(in crate::sdmx) period: Period,
    /// What is told of it; nothing of one that is gone.
    pub(in crate::sdmx) shown: Option<Shown>,
}

/// A series and its observations, in the order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) struct Series {
    pub(in crate::sdmx) key: SeriesKey,
    pub(in crate::sdmx) observations: Vec<Observation>,
}

/// What is to be done with a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sdmx) enum Action {
    /// Nothing: it is what there is.
    Information,
    /// Its observations take the place of what was there, if anything was.
    Replace,
    /// Its observations are gone.
    Delete,
}

/// Series of one flow that were disseminated together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sdmx) struct DataSet {
    pub(in crate::sdmx) flow: Flow,
    pub(in crate::sdmx) action: Action,
    /// Since when it holds; of a deletion, until when what it deletes held.
    pub(in crate::sdmx) since: Option<Timestamp>,
    pub(in crate::sdmx) series: Vec<Series>,
}

impl DataSet {
    /// How many observations are in it.
    pub(in crate::sdmx) fn len(&self) -> usize {
        self.series.iter().map(|series| series.observations.len()).sum()
    }
}
