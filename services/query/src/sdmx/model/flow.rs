//! Dataflows: what the plan shows, the measures it is made of, what is published elsewhere, and what it aims at.

use weir_schemas::plan::Name;

use super::{Attribute, VERSION, name};

/// A dataflow, with a structure of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::sdmx) enum Flow {
    /// The plan's indicators.
    Indicators,
    /// The measures that are counted.
    Measures,
    /// Reference series: what is published elsewhere.
    References,
    /// What the plan aims at.
    Targets,
}

impl Flow {
    /// All of them.
    pub(in crate::sdmx) const ALL: [Self; 4] =
        [Self::Indicators, Self::Measures, Self::References, Self::Targets];

    /// The id of the dataflow.
    pub(in crate::sdmx) const fn id(self) -> &'static str {
        match self {
            Self::Indicators => "HT",
            Self::Measures => "HT_NUM",
            Self::References => "HT_REF",
            Self::Targets => "HT_TARGET",
        }
    }

    /// The id of its data structure.
    pub(in crate::sdmx) const fn structure_id(self) -> &'static str {
        match self {
            Self::Indicators => "DSD_HT",
            Self::Measures => "DSD_HT_NUM",
            Self::References => "DSD_HT_REF",
            Self::Targets => "DSD_HT_TARGET",
        }
    }

    /// The code list of what it is about.
    pub(in crate::sdmx) const fn subjects_id(self) -> &'static str {
        match self {
            Self::Indicators | Self::Targets => "CL_INDICATOR",
            Self::Measures => "CL_MEASURE",
            Self::References => "CL_REFERENCE",
        }
    }

    /// Its name.
    pub(in crate::sdmx) fn name(self) -> Name {
        match self {
            Self::Indicators => name("规划指标", "Indicators of the plan"),
            Self::Measures => name("计量项", "Measures behind the indicators"),
            Self::References => name("公布的参考数据", "Published reference series"),
            Self::Targets => name("规划目标", "Targets of the plan"),
        }
    }

    /// The attributes of its observations, in the order they are written.
    pub(in crate::sdmx) const fn attributes(self) -> &'static [Attribute] {
        use Attribute::{
            Aspirational, Comment, Comparator, ConfStatus, Contributors, Coverage, Decimals, Denominator,
            DenominatorPeriod, Numerator, ObsStatus, Official, OfficialDifference, OfficialVintage,
            Supplement, Synthetic, TargetPart, UnitMeasure, UnitMult, Vintage,
        };
        match self {
            Self::Indicators => &[
                ObsStatus,
                ConfStatus,
                UnitMeasure,
                UnitMult,
                Decimals,
                Numerator,
                Supplement,
                Denominator,
                DenominatorPeriod,
                Vintage,
                Coverage,
                Contributors,
                Official,
                OfficialVintage,
                OfficialDifference,
                Synthetic,
            ],
            Self::Measures => {
                &[ObsStatus, ConfStatus, UnitMeasure, UnitMult, Supplement, Coverage, Contributors, Synthetic]
            }
            Self::References => &[ObsStatus, ConfStatus, UnitMeasure, UnitMult, Vintage, Synthetic],
            Self::Targets => {
                &[ObsStatus, UnitMeasure, UnitMult, Decimals, TargetPart, Comparator, Aspirational, Comment]
            }
        }
    }

    /// The URN of the dataflow.
    pub(in crate::sdmx) fn urn(self, agency: &str) -> String {
        format!("urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={agency}:{}({VERSION})", self.id())
    }

    /// The URN of its data structure.
    pub(in crate::sdmx) fn structure_urn(self, agency: &str) -> String {
        let id = self.structure_id();
        format!("urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={agency}:{id}({VERSION})")
    }
}
