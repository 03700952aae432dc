//! Code lists, made of the plan and of the lists of events.

use weir_schemas::codelist::{Area, Field};
use weir_schemas::plan::{Name, Plan};

use super::{Code, Codelist};
use crate::sdmx::model::{Basis, Flow, Subject, name};

/// All code lists by their ids, with their names.
const LISTS: [(&str, &str, &str); 12] = [
    ("CL_FREQ", "频率", "Frequency"),
    ("CL_AREA", "行政区划 (GB/T 2260)", "Areas (GB/T 2260)"),
    ("CL_INDICATOR", "规划指标", "Indicators of the plan"),
    ("CL_MEASURE", "计量项", "Measures"),
    ("CL_REFERENCE", "参考数据系列", "Reference series"),
    ("CL_FIELD", "重点领域", "Fields"),
    ("CL_BASIS", "口径", "Basis"),
    ("CL_OBS_STATUS", "观测状态", "Observation status"),
    ("CL_CONF_STATUS", "保密状态", "Confidentiality status"),
    ("CL_UNIT_MEASURE", "计量单位", "Units of measure"),
    ("CL_VINTAGE", "公布数版本", "Vintages of published values"),
    ("CL_TARGET_PART", "目标路径上的位置", "Places on the path to a target"),
];

/// The list of comparators, apart for its length.
const COMPARATORS: (&str, &str, &str) = ("CL_COMPARATOR", "比较方式", "How targets compare");

/// The ids of all code lists.
pub(in crate::sdmx) fn ids() -> impl Iterator<Item = &'static str> {
    LISTS.iter().chain([&COMPARATORS]).map(|(id, ..)| *id)
}

/// A code list by its id.
pub(in crate::sdmx) fn codelist(id: &str, plan: &Plan) -> Option<Codelist> {
    let (id, zh, en) = LISTS.iter().chain([&COMPARATORS]).find(|(known, ..)| *known == id)?;
    Some(Codelist { id, name: name(zh, en), codes: codes(id, plan), partial: false })
}

fn codes(id: &str, plan: &Plan) -> Vec<Code> {
    match id {
        "CL_FREQ" => fixed(&[("A", "年", "Annual"), ("Q", "季", "Quarterly"), ("M", "月", "Monthly")]),
        "CL_AREA" => areas(plan),
        "CL_INDICATOR" => subjects(Flow::Indicators, plan),
        "CL_MEASURE" => subjects(Flow::Measures, plan),
        "CL_REFERENCE" => subjects(Flow::References, plan),
        "CL_FIELD" => {
            Field::ALL.into_iter().map(|one| code(one.code(), name(one.name_zh(), one.name_en()))).collect()
        }
        "CL_BASIS" => Basis::ALL.into_iter().map(basis).collect(),
        // Those of the cross-domain code list that figures have.
        "CL_OBS_STATUS" => fixed(&[
            ("A", "正常", "Normal value"),
            ("P", "初步", "Provisional value"),
            ("E", "估计", "Estimated value"),
            ("V", "未审核", "Unvalidated value"),
            ("O", "缺失", "Missing value"),
            ("Q", "缺失(保密)", "Missing value; suppressed"),
        ]),
        "CL_CONF_STATUS" => fixed(&[("F", "可公开", "Free"), ("C", "保密", "Confidential")]),
        "CL_UNIT_MEASURE" => units(plan),
        "CL_VINTAGE" => fixed(&[
            ("preliminary", "初步核算", "Preliminary"),
            ("verified", "最终核实", "Verified"),
            ("revised", "修订", "Revised"),
            ("census_revised", "普查修订", "Revised after a census"),
        ]),
        "CL_TARGET_PART" => fixed(&[
            ("BASELINE", "基期", "Baseline"),
            ("PATH", "路径", "On the line from the baseline to the target"),
            ("TARGET", "目标", "Target"),
        ]),
        _ => fixed(&[("GT", "超过", "Above"), ("GE", "达到", "At least"), ("EQ", "等于", "Equal")]),
    }
}

fn code(id: &str, name: Name) -> Code {
    Code { id: id.to_owned(), name, parent: None }
}

fn fixed(codes: &[(&str, &str, &str)]) -> Vec<Code> {
    codes.iter().map(|(id, zh, en)| code(id, name(zh, en))).collect()
}

fn basis(basis: Basis) -> Code {
    let (zh, en) = match basis {
        Basis::YearToDate => ("年初累计", "The year up to the period's end"),
        Basis::Stock => ("期末", "On the period's last day"),
        Basis::Annual => ("全年", "The whole year"),
    };
    code(basis.code(), name(zh, en))
}

fn areas(plan: &Plan) -> Vec<Code> {
    let inside = Area::all().filter(|area| plan.area.contains(*area));
    let of = |area: Area| Code {
        parent: area.parent().filter(|parent| plan.area.contains(*parent)).map(|parent| parent.to_string()),
        ..code(&area.to_string(), name(area.name_zh(), area.name_en()))
    };
    inside.map(of).collect()
}

fn subjects(flow: Flow, plan: &Plan) -> Vec<Code> {
    Subject::all(flow, plan).into_iter().map(|subject| code(subject.id, subject.name.clone())).collect()
}

fn units(plan: &Plan) -> Vec<Code> {
    let mut codes: Vec<Code> = Vec::new();
    for unit in Flow::ALL.into_iter().flat_map(|flow| Subject::all(flow, plan)).map(|subject| subject.unit) {
        if codes.iter().all(|known| known.id != unit.code) {
            codes.push(code(&unit.code, unit.name));
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use weir_schemas::plan::SICHUAN_14;

    use super::*;
    use crate::sdmx::model::{DIMENSIONS, Kind};

    #[test]
    fn another_plan_has_lists_of_its_own() {
        let text =
            SICHUAN_14.replace("\"HTE_COUNT\"", "\"FIRMS\"").replace("\"gazelles\"", "\"swift_firms\"");
        let plan = Plan { area: "510700".parse().unwrap(), ..Plan::parse(&text).unwrap() };
        let ids = |list: &str| -> Vec<String> {
            codelist(list, &plan).unwrap().codes.into_iter().map(|code| code.id).collect()
        };
        assert!(ids("CL_INDICATOR").contains(&"FIRMS".to_owned()));
        assert!(!ids("CL_INDICATOR").contains(&"HTE_COUNT".to_owned()));
        assert!(ids("CL_MEASURE").contains(&"swift_firms".to_owned()));
        assert!(ids("CL_REFERENCE").contains(&"ref_official_FIRMS".to_owned()));
        let areas = codelist("CL_AREA", &plan).unwrap().codes;
        assert_eq!(
            (areas[0].id.as_str(), &areas[0].parent),
            ("510700", &None),
            "the plan's area is at the top"
        );
        assert!(areas[1..].iter().all(|area| area.parent.as_deref() == Some("510700")));
    }

    #[test]
    fn every_component_has_its_list_and_no_code_is_there_twice() {
        let plan = Plan::parse(SICHUAN_14).unwrap();
        for flow in Flow::ALL {
            let attributes = flow.attributes().iter().map(|attribute| attribute.component());
            for component in DIMENSIONS.into_iter().chain(attributes) {
                let coded = matches!(component.kind, Kind::Coded(_) | Kind::Subject);
                assert_eq!(component.codelist(flow).is_some(), coded);
                assert!(component.codelist(flow).is_none_or(|id| codelist(id, &plan).is_some()));
            }
        }
        for id in ids() {
            let list = codelist(id, &plan).unwrap();
            let codes: BTreeSet<_> = list.codes.iter().map(|code| &code.id).collect();
            assert_eq!(codes.len(), list.codes.len(), "{id}");
            let in_code = |c: char| c.is_ascii_alphanumeric() || c == '_';
            assert!(codes.iter().all(|code| !code.is_empty() && code.chars().all(in_code)), "{codes:?}");
        }
    }
}
