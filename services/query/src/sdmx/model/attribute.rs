//! Attributes of observations, and what they say of one.

use super::{Component, Kind};

/// What is told of an observation, each as it is written; `None` where there is nothing to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sdmx) struct Shown {
    /// The value.
    pub(in crate::sdmx) value: Option<String>,
    /// Its status, of `CL_OBS_STATUS`.
    pub(in crate::sdmx) status: &'static str,
    pub(in crate::sdmx) unit: String,
    pub(in crate::sdmx) multiplier: i32,
    pub(in crate::sdmx) decimals: Option<u32>,
    pub(in crate::sdmx) numerator: Option<String>,
    pub(in crate::sdmx) supplement: Option<String>,
    pub(in crate::sdmx) denominator: Option<String>,
    pub(in crate::sdmx) denominator_period: Option<String>,
    pub(in crate::sdmx) vintage: Option<String>,
    pub(in crate::sdmx) coverage: Option<String>,
    pub(in crate::sdmx) contributors: Option<u64>,
    pub(in crate::sdmx) official: Option<String>,
    pub(in crate::sdmx) official_vintage: Option<String>,
    pub(in crate::sdmx) official_difference: Option<String>,
    pub(in crate::sdmx) synthetic: bool,
    pub(in crate::sdmx) target_part: Option<&'static str>,
    pub(in crate::sdmx) comparator: Option<&'static str>,
    pub(in crate::sdmx) aspirational: bool,
    pub(in crate::sdmx) comment: Option<String>,
}

/// The status of an observation whose value is withheld.
const SUPPRESSED: &str = "Q";

/// An attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sdmx) enum Attribute {
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
    TargetPart,
    Comparator,
    Aspirational,
    Comment,
}

impl Attribute {
    /// Its component.
    pub(in crate::sdmx) const fn component(self) -> Component {
        use Kind::{Boolean, Coded, Decimal, Integer, Period, Text};
        let (id, zh, en, kind) = match self {
            Self::ObsStatus => ("OBS_STATUS", "观测状态", "Observation status", Coded("CL_OBS_STATUS")),
            Self::ConfStatus => {
                ("CONF_STATUS", "保密状态", "Confidentiality status", Coded("CL_CONF_STATUS"))
            }
            Self::UnitMeasure => ("UNIT_MEASURE", "计量单位", "Unit of measure", Coded("CL_UNIT_MEASURE")),
            Self::UnitMult => ("UNIT_MULT", "单位乘数(十的幂)", "Unit multiplier, a power of ten", Integer),
            Self::Decimals => ("DECIMALS", "规划显示的小数位", "Decimals that the plan shows", Integer),
            Self::Numerator => ("NUMERATOR", "分子(基本单位)", "Numerator, in its base unit", Decimal),
            Self::Supplement => (
                "SUPPLEMENT",
                "分子中无单位记录的部分",
                "Of the numerator, what was compiled without unit records",
                Decimal,
            ),
            Self::Denominator => ("DENOMINATOR", "分母(基本单位)", "Denominator, in its base unit", Decimal),
            Self::DenominatorPeriod => {
                ("DENOMINATOR_PERIOD", "分母时期", "Period of the denominator", Period)
            }
            Self::Vintage => ("VINTAGE", "公布数版本", "Vintage of the published value", Coded("CL_VINTAGE")),
            Self::Coverage => {
                ("COVERAGE", "应报单位中已报比例", "Share of expected units that filed", Decimal)
            }
            Self::Contributors => ("CONTRIBUTORS", "贡献单位数", "Units behind the numerator", Integer),
            Self::Official => ("OFFICIAL", "官方公布数", "Official total, where one is published", Decimal),
            Self::OfficialVintage => {
                ("OFFICIAL_VINTAGE", "官方公布数版本", "Vintage of the official total", Coded("CL_VINTAGE"))
            }
            Self::OfficialDifference => {
                ("OFFICIAL_DIFFERENCE", "与官方公布数之差", "Value less the official total", Decimal)
            }
            Self::Synthetic => ("SYNTHETIC", "是否合成数据", "Whether made-up data is in it", Boolean),
            Self::TargetPart => {
                ("TARGET_PART", "目标路径上的位置", "Place on the path", Coded("CL_TARGET_PART"))
            }
            Self::Comparator => ("COMPARATOR", "比较方式", "How the target compares", Coded("CL_COMPARATOR")),
            Self::Aspirational => {
                ("ASPIRATIONAL", "是否力争", "Whether the plan only strives for it", Boolean)
            }
            Self::Comment => ("COMMENT", "说明", "Notes on the plan", Text),
        };
        Component::new(id, zh, en, kind)
    }

    /// What it says of an observation.
    pub(in crate::sdmx) fn of(self, shown: &Shown) -> Option<String> {
        let suppressed = shown.status == SUPPRESSED;
        match self {
            Self::ObsStatus => Some(shown.status.to_owned()),
            Self::ConfStatus => Some(if suppressed { "C" } else { "F" }.to_owned()),
            Self::UnitMeasure => Some(shown.unit.clone()),
            Self::UnitMult => Some(shown.multiplier.to_string()),
            Self::Decimals => shown.decimals.map(|decimals| decimals.to_string()),
            Self::Numerator => shown.numerator.clone(),
            Self::Supplement => shown.supplement.clone(),
            Self::Denominator => shown.denominator.clone(),
            Self::DenominatorPeriod => shown.denominator_period.clone(),
            Self::Vintage => shown.vintage.clone(),
            Self::Coverage => shown.coverage.clone(),
            Self::Contributors => shown.contributors.map(|units| units.to_string()),
            Self::Official => shown.official.clone(),
            Self::OfficialVintage => shown.official_vintage.clone(),
            Self::OfficialDifference => shown.official_difference.clone(),
            Self::Synthetic => Some(shown.synthetic.to_string()),
            Self::TargetPart => shown.target_part.map(str::to_owned),
            Self::Comparator => shown.comparator.map(str::to_owned),
            Self::Aspirational => Some(shown.aspirational.to_string()),
            Self::Comment => shown.comment.clone(),
        }
    }
}
