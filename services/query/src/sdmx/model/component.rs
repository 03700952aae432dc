//! Components: the dimensions of every flow and its measure.

use weir_schemas::plan::Name;

use super::Flow;

/// What a component holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sdmx) enum Kind {
    /// A code of this list.
    Coded(&'static str),
    /// A code of the flow's own list of what it is about.
    Subject,
    /// An exact decimal.
    Decimal,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A period.
    Period,
    /// A sentence.
    Text,
}

/// A dimension, the measure or an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sdmx) struct Component {
    /// Its id, and that of its concept.
    pub(in crate::sdmx) id: &'static str,
    /// Its names.
    zh: &'static str,
    en: &'static str,
    /// What it holds.
    pub(in crate::sdmx) kind: Kind,
}

impl Component {
    pub(super) const fn new(id: &'static str, zh: &'static str, en: &'static str, kind: Kind) -> Self {
        Self { id, zh, en, kind }
    }

    /// Its name.
    pub(in crate::sdmx) fn name(&self) -> Name {
        super::name(self.zh, self.en)
    }

    /// The code list of its values in a flow.
    pub(in crate::sdmx) const fn codelist(&self, flow: Flow) -> Option<&'static str> {
        match self.kind {
            Kind::Coded(list) => Some(list),
            Kind::Subject => Some(flow.subjects_id()),
            _ => None,
        }
    }

    /// The data type of what is no code, as SDMX calls it.
    pub(in crate::sdmx) const fn data_type(&self) -> &'static str {
        match self.kind {
            Kind::Coded(_) | Kind::Subject | Kind::Text => "String",
            Kind::Decimal => "Decimal",
            Kind::Integer => "Integer",
            Kind::Boolean => "Boolean",
            Kind::Period => "ObservationalTimePeriod",
        }
    }
}

/// The dimensions of a series, in the order of a key.
pub(in crate::sdmx) const DIMENSIONS: [Component; 5] = [
    Component::new("FREQ", "频率", "Frequency", Kind::Coded("CL_FREQ")),
    Component::new("REF_AREA", "地区", "Reference area", Kind::Coded("CL_AREA")),
    Component::new("INDICATOR", "指标", "Indicator", Kind::Subject),
    Component::new("FIELD", "重点领域", "Field", Kind::Coded("CL_FIELD")),
    Component::new("BASIS", "口径", "Basis", Kind::Coded("CL_BASIS")),
];

/// The dimension of time, within a series.
pub(in crate::sdmx) const TIME_PERIOD: Component =
    Component::new("TIME_PERIOD", "时期", "Time period", Kind::Period);

/// The measure.
pub(in crate::sdmx) const OBS_VALUE: Component =
    Component::new("OBS_VALUE", "数值", "Observation value", Kind::Decimal);
