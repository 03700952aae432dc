//! The words of the contract: closed lists that events choose from.

use serde::{Deserialize, Serialize};

use super::json::Json;
use super::read::{Complaint, FromJson, text};
use crate::problem::Code;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$item_doc])* #[serde(rename = $word)] $item,)* }

        impl $name {
            /// All words of the list.
            pub const ALL: &[$name] = &[$($name::$item,)*];

            /// The word as it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$item => $word,)* }
            }

            /// The item that `word` names.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some($name::$item),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromJson for $name {
            fn from_json(value: &Json<'_>) -> Result<Self, Complaint> {
                $name::from_word(text(value)?)
                    .ok_or_else(|| (Code::NotInList, format!("must be one of {}", [$($word),*].join(", "))))
            }
        }
    };
}

words! {
    /// What a unit is.
    UnitKind {
        /// An enterprise.
        Enterprise = "enterprise",
        /// A government research institute.
        Institute = "institute",
        /// A university.
        University = "university",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// A status that a unit holds by certificate.
    Status {
        /// 高新技术企业, three years.
        HighTechEnterprise = "high_tech_enterprise",
        /// In the provincial list of the high-tech industry.
        HighTechIndustry = "high_tech_industry",
        /// 科技型中小企业, to the end of the year.
        SciTechSme = "sci_tech_sme",
        /// 瞪羚企业.
        Gazelle = "gazelle",
        /// 规模以上工业.
        AboveScaleIndustrial = "above_scale_industrial",
        /// 科技服务业.
        SciTechService = "sci_tech_service",
    }
}

words! {
    /// A class that makes an invention patent high-value.
    PatentClass {
        /// Of a strategic emerging industry.
        StrategicEmerging = "strategic_emerging",
        /// With family patents abroad.
        OverseasFamily = "overseas_family",
        /// Pledged for a higher amount.
        Pledged = "pledged",
        /// Awarded a national prize.
        Awarded = "awarded",
    }
}

words! {
    /// What a technology contract is about.
    ContractKind {
        /// 技术开发
        Development = "development",
        /// 技术转让
        Transfer = "transfer",
        /// 技术许可
        Licence = "licence",
        /// 技术咨询
        Consulting = "consulting",
        /// 技术服务
        Service = "service",
    }
}

words! {
    /// The level of an office.
    Level {
        /// 县
        County = "county",
        /// 市
        City = "city",
        /// 省
        Province = "province",
    }
}

words! {
    /// What a report came after.
    Late {
        /// The day it was due by, while its round was open.
        Deadline = "deadline",
        /// The closing of its round.
        Closed = "closed",
    }
}

words! {
    /// What a review decided.
    Verdict {
        /// 验收通过
        Accepted = "accepted",
        /// 退回
        Returned = "returned",
        /// 不通过
        Rejected = "rejected",
    }
}

words! {
    /// Why a unit changed.
    UnitChange {
        /// To another area.
        Moved = "moved",
        /// To another industry or field.
        Reclassified = "reclassified",
        /// Its name.
        Renamed = "renamed",
        /// Into another unit, which closes it.
        Merged = "merged",
        /// Into other units, which closes it.
        Split = "split",
    }
}

words! {
    /// What happened to a patent.
    PatentChange {
        /// To other holders.
        Transferred = "transferred",
        /// It lapsed for an unpaid fee.
        Lapsed = "lapsed",
        /// Its right was restored.
        Restored = "restored",
        /// It was declared invalid.
        Invalidated = "invalidated",
        /// It came into a class.
        ClassAdded = "class_added",
        /// It went out of a class.
        ClassRemoved = "class_removed",
    }
}

words! {
    /// A register that entries are counted of.
    Register {
        /// 研发机构
        ResearchInstitution = "research_institution",
        /// 高新区
        HighTechZone = "high_tech_zone",
        /// 创新平台
        InnovationPlatform = "innovation_platform",
        /// 基础研究项目
        BasicProject = "basic_project",
        /// 技术攻关重大项目
        KeyTechnologyProject = "key_technology_project",
        /// 军民科技协同创新项目
        CivilMilitaryProject = "civil_military_project",
        /// 科技创新领军人才
        TalentInnovationLead = "talent_innovation_lead",
        /// 科技创业领军人才
        TalentEntrepreneurLead = "talent_entrepreneur_lead",
        /// 杰出青年科技人才
        TalentYouth = "talent_youth",
        /// 科技创新创业苗子
        TalentSeedling = "talent_seedling",
        /// 技术攻关路线图
        FieldRoadmap = "field_roadmap",
        /// 孵化器
        Incubator = "incubator",
    }
}

words! {
    /// Who recognised an entry of a register.
    RegisterLevel {
        /// 国家级
        National = "national",
        /// 省级
        Provincial = "provincial",
    }
}

words! {
    /// How final a reference value is; the later in this list, the higher its rank.
    Vintage {
        /// 初步核算
        Preliminary = "preliminary",
        /// 最终核实
        Verified = "verified",
        /// 修订
        Revised = "revised",
        /// 普查修订
        CensusRevised = "census_revised",
    }
}

words! {
    /// An item of a report form.
    Item {
        /// 营业收入
        OperatingRevenue = "operating_revenue",
        /// 营业收入, 上年同期
        OperatingRevenuePrior = "operating_revenue_prior",
        /// 高新技术产品收入
        HighTechProductRevenue = "high_tech_product_revenue",
        /// 科技服务业收入
        SciTechServiceRevenue = "sci_tech_service_revenue",
        /// 研发费用, the line of the accounts (not the internal expenditure)
        RdExpense = "rd_expense",
        /// R&D经费内部支出
        RdInternal = "rd_internal",
        /// 基础研究
        RdBasic = "rd_basic",
        /// 应用研究
        RdApplied = "rd_applied",
        /// 试验发展
        RdExperimental = "rd_experimental",
        /// R&D人员折合全时当量, person-years
        RdFte = "rd_fte",
        /// R&D人员, persons
        RdHeadcount = "rd_headcount",
    }
}

impl Item {
    /// Whether it counts money, which `data.unit` scales.
    pub const fn is_money(self) -> bool {
        !matches!(self, Item::RdFte | Item::RdHeadcount)
    }
}

words! {
    /// A report form.
    Form {
        /// Finance of industry, annual.
        B103_1 = "B103-1",
        /// Finance of industry, monthly, year to date.
        B203 = "B203",
        /// High-tech firms, monthly, year to date.
        Torch = "TORCH",
        /// Finance of services, monthly, year to date.
        F203 = "F203",
        /// R&D of enterprises, annual.
        F107_2 = "107-2",
        /// R&D of institutes, annual.
        RdInst = "RD-INST",
        /// R&D of universities, annual.
        RdHe = "RD-HE",
    }
}

impl Form {
    /// Whether it is filed for a whole year; else for the months of one, year to date.
    pub const fn is_annual(self) -> bool {
        matches!(self, Form::B103_1 | Form::F107_2 | Form::RdInst | Form::RdHe)
    }

    /// The items it may hold (docs/contract.md §1).
    pub const fn items(self) -> &'static [Item] {
        use Item::{
            HighTechProductRevenue, OperatingRevenue, OperatingRevenuePrior, RdApplied, RdBasic, RdExpense,
            RdExperimental, RdFte, RdHeadcount, RdInternal, SciTechServiceRevenue,
        };
        match self {
            Form::B103_1 => &[OperatingRevenue, OperatingRevenuePrior, RdExpense],
            Form::B203 | Form::Torch => {
                &[OperatingRevenue, OperatingRevenuePrior, HighTechProductRevenue, RdExpense]
            }
            Form::F203 => &[OperatingRevenue, OperatingRevenuePrior, SciTechServiceRevenue],
            Form::F107_2 | Form::RdInst | Form::RdHe => {
                &[RdInternal, RdBasic, RdApplied, RdExperimental, RdFte, RdHeadcount]
            }
        }
    }
}
