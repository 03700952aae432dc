//! What official tables call forms, items and units of money, in Chinese.

use super::unit_of_measure::UnitOfMeasure;
use super::words::{Form, Item};

impl Form {
    /// What the form is about and how often it is filed.
    pub const fn name_zh(self) -> &'static str {
        match self {
            Form::B103_1 => "工业财务状况（年报）",
            Form::B203 => "工业财务状况（月报）",
            Form::Torch => "高新技术企业统计（月报）",
            Form::F203 => "服务业财务状况（月报）",
            Form::F107_2 => "企业研发活动（年报）",
            Form::RdInst => "科研机构研发活动（年报）",
            Form::RdHe => "高等学校研发活动（年报）",
        }
    }
}

impl Item {
    /// Its name in the official tables.
    pub const fn name_zh(self) -> &'static str {
        match self {
            Item::OperatingRevenue => "营业收入",
            Item::OperatingRevenuePrior => "营业收入上年同期",
            Item::HighTechProductRevenue => "高新技术产品收入",
            Item::SciTechServiceRevenue => "科技服务业收入",
            Item::RdExpense => "研发费用",
            Item::RdInternal => "R&D经费内部支出",
            Item::RdBasic => "基础研究支出",
            Item::RdApplied => "应用研究支出",
            Item::RdExperimental => "试验发展支出",
            Item::RdFte => "R&D人员折合全时当量",
            Item::RdHeadcount => "R&D人员合计",
        }
    }
}

impl UnitOfMeasure {
    /// Its name in the official tables.
    pub fn name_zh(self) -> &'static str {
        match self.word() {
            "CNY" => "元",
            "kCNY" => "千元",
            "wCNY" => "万元",
            "100MCNY" => "亿元",
            "persons" => "人",
            "10k_persons" => "万人",
            "person_years" => "人年",
            "units" => "个",
            _ => "%",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_is_there_once() {
        let forms: BTreeSet<_> = Form::ALL.iter().map(|form| form.name_zh()).collect();
        let items: BTreeSet<_> = Item::ALL.iter().map(|item| item.name_zh()).collect();
        let units: BTreeSet<_> = UnitOfMeasure::all().map(UnitOfMeasure::name_zh).collect();
        assert_eq!((forms.len(), items.len()), (Form::ALL.len(), Item::ALL.len()));
        assert_eq!(units.len(), UnitOfMeasure::all().count());
        assert_eq!(UnitOfMeasure::money().map(UnitOfMeasure::name_zh).collect::<String>(), "元千元万元亿元");
    }
}
