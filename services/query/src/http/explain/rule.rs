//! Rules in words: what docs/measures.md says of what a measure counts, in both languages, and where it says so.

use serde::Serialize;
use weir_schemas::event::Status;
use weir_schemas::plan::{Denominator, Indicator, Lag, Measure, Name, Rule};

/// A rule in words.
#[derive(Debug, Serialize)]
pub(super) struct RuleShown {
    text: Name,
    /// Of docs/measures.md.
    section: &'static str,
}

fn says(section: &'static str, zh: String, en: String) -> RuleShown {
    RuleShown { text: Name { zh, en }, section }
}

/// What a measure counts.
pub(super) fn of_measure(measure: &Measure) -> RuleShown {
    let Name { zh, en } = &measure.name;
    match &measure.rule {
        Rule::Revenue { holding } => {
            let (held_zh, held_en) = (sets(holding, zh_of, "且", "或"), sets(holding, en_of, " and ", " or "));
            says(
                "§1, §3",
                format!("年初至期末任一日具有以下身份的单位的营业收入之和：{held_zh}；每个单位依次取有效的 B103-1（仅年度）、B203、F203、TORCH 报表"),
                format!(
                    "Sum of the revenue of units that are, on any day of the year up to the period's last, {held_en}; of each unit from \
                     the first of these forms in force: B103-1 (years only), B203, F203, TORCH"
                ),
            )
        }
        Rule::UnitsHolding { status } => says(
            "§1, §3",
            format!("期末日具有{}资格的单位数，每个单位计一次", zh_of(*status)),
            format!("Units that are {} on the period's last day, each once", en_of(*status)),
        ),
        Rule::UnitsNet { status } => says(
            "§1, §3",
            format!("期末日的{}数减去上年12月31日的数", zh_of(*status)),
            format!("Units that are {} on the period's last day, less those of the previous 31 December", en_of(*status)),
        ),
        Rule::CertificatesGranted { status } => says(
            "§1, §3",
            format!("证书自当年（至期末）起生效的{}单位数", zh_of(*status)),
            format!("Units with a certificate as {} that is valid from a day in the year, up to the period", en_of(*status)),
        ),
        Rule::FirstGranted { status } => says(
            "§1, §3",
            format!("首个{}证书自当年（至期末）起生效的单位数", zh_of(*status)),
            format!("Units whose earliest certificate as {} is valid from a day in the year, up to the period", en_of(*status)),
        ),
        Rule::ReportItem { item, forms } => {
            let list = |joint: &str| forms.iter().map(|form| form.as_str()).collect::<Vec<_>>().join(joint);
            says(
                "§1, §3",
                format!("有效的 {} 报表中 {item} 一项之和", list("、")),
                format!("Sum of the item {item} over reports in force of the forms {}", list(", ")),
            )
        }
        Rule::ContractAmount => says(
            "§1, §3",
            "当年（至期末）登记的合同按最新版次的成交额之和，已撤销的不计；地区为登记时卖方所在地".to_owned(),
            "Sum of the amounts, at the highest revision, of contracts registered in the year up to the period and not cancelled; in the \
             seller's area as recorded"
                .to_owned(),
        ),
        Rule::HighValuePatents => says(
            "§1, §3",
            "期末日有效的高价值发明专利件数；地区为登记时第一权利人所在地".to_owned(),
            "Patents valid and high-value on the period's last day; in the first holder's area as recorded".to_owned(),
        ),
        Rule::Standing { .. } => says(
            "§1, §3",
            format!("期末日在册的{zh}数"),
            format!("{en}: entries of the register that stand on the period's last day"),
        ),
        Rule::Entered { .. } => says(
            "§1, §3",
            format!("{zh}：当年（至期末）入册且在册的条目数"),
            format!("{en}: of those, the entries that still stand; up to the period"),
        ),
        Rule::EnteredSince { from, .. } => says(
            "§1, §3",
            format!("{zh}：{from} 以来入册且在册的条目数"),
            format!("{en}: entries of the register since {from} that stand"),
        ),
        Rule::FieldsWith { .. } => says(
            "§3",
            format!("有在册{zh}的领域数，每个领域计一次"),
            format!("{en}: distinct fields of the entries that stand"),
        ),
        Rule::Reference { series } => says(
            "§1",
            format!("本地区公布的数值（系列 {series}），取公布日最晚者；不由下级汇总"),
            format!("The area's own published value of the series {series}, the one published last; never summed over areas"),
        ),
        Rule::RoundClosed { form } | Rule::RoundDeadline { form } => {
            says("§2", format!("{form} 报表的填报期"), format!("The round of the form {form}"))
        }
        Rule::Expected(one) | Rule::Filed(one) => says(
            "§4",
            format!("{} 报表的应报单位", one.form),
            format!("Units expected to file the form {}", one.form),
        ),
    }
}

/// How an indicator follows from its measures.
pub(super) fn of_indicator(indicator: &Indicator) -> RuleShown {
    let scale = indicator.scale.normalize();
    let Some(by) = &indicator.denominator else {
        return says("§4", format!("分子 × {scale}"), format!("numerator × {scale}"));
    };
    let (lag_zh, lag_en) = lag(by);
    says("§4", format!("分子 ÷ 分母 × {scale}{lag_zh}"), format!("numerator / denominator × {scale}{lag_en}"))
}

fn lag(by: &Denominator) -> (&'static str, &'static str) {
    match by.lag {
        Lag::Own => ("", ""),
        Lag::LatestEarlier => (
            "；当年分母未公布时，存量除以最近一年的分母",
            "; a stock over the latest earlier year's denominator while its own year's is not published",
        ),
    }
}

/// A number that the plan itself sets.
pub(super) fn of_constant() -> RuleShown {
    says("§4", "规划设定的常数".to_owned(), "A number that the plan sets".to_owned())
}

fn sets(holding: &[Vec<Status>], name: fn(Status) -> &'static str, and: &str, or: &str) -> String {
    let set = |set: &Vec<Status>| set.iter().map(|status| name(*status)).collect::<Vec<_>>().join(and);
    holding.iter().map(set).collect::<Vec<_>>().join(or)
}

const fn zh_of(status: Status) -> &'static str {
    match status {
        Status::HighTechEnterprise => "高新技术企业",
        Status::HighTechIndustry => "省高新技术产业名录单位",
        Status::SciTechSme => "科技型中小企业",
        Status::Gazelle => "瞪羚企业",
        Status::AboveScaleIndustrial => "规模以上工业单位",
        Status::SciTechService => "科技服务业单位",
    }
}

const fn en_of(status: Status) -> &'static str {
    match status {
        Status::HighTechEnterprise => "high-tech enterprises",
        Status::HighTechIndustry => "in the provincial list of the high-tech industry",
        Status::SciTechSme => "science and technology SMEs",
        Status::Gazelle => "gazelle enterprises",
        Status::AboveScaleIndustrial => "above-scale industrial units",
        Status::SciTechService => "in science and technology services",
    }
}
