//! The columns of a table of reports: what each holds, what it is called, and where that stands in an event.

use weir_schemas::event::{Form, Item};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
    /// The form, where a table holds several or nothing else says it.
    Form,
    /// The unit's credit code.
    CreditCode,
    /// The unit's name: for whoever fills in the table, not sent.
    Name,
    /// The reference period.
    Period,
    /// The revision; 1 where it is left blank.
    Revision,
    /// The area it is filed for.
    Area,
    /// The unit of money.
    Unit,
    /// Who filled it in.
    Author,
    /// The day it was filled in.
    FiledOn,
    /// Why it corrects an earlier revision.
    Reason,
    /// An item of the form.
    Item(Item),
}

impl Column {
    /// The columns of a form's table in their order.
    pub(crate) fn of(form: Form) -> Vec<Self> {
        let mut columns = vec![
            Self::Form,
            Self::CreditCode,
            Self::Name,
            Self::Area,
            Self::Period,
            Self::Revision,
            Self::Unit,
        ];
        columns.extend(form.items().iter().copied().map(Self::Item));
        columns.extend([Self::Reason, Self::Author, Self::FiledOn]);
        columns
    }

    /// Every column there is.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let about = [
            Self::Form,
            Self::CreditCode,
            Self::Name,
            Self::Period,
            Self::Revision,
            Self::Area,
            Self::Unit,
            Self::Author,
            Self::FiledOn,
            Self::Reason,
        ];
        about.into_iter().chain(Item::ALL.iter().copied().map(Self::Item))
    }

    /// The official heading.
    pub(crate) const fn name_zh(self) -> &'static str {
        match self {
            Self::Form => "表号",
            Self::CreditCode => "统一社会信用代码",
            Self::Name => "单位名称",
            Self::Period => "报告期",
            Self::Revision => "修订号",
            Self::Area => "行政区划代码",
            Self::Unit => "计量单位",
            Self::Author => "填报人",
            Self::FiledOn => "填报日期",
            Self::Reason => "修订原因",
            Self::Item(item) => item.name_zh(),
        }
    }

    /// The name by which `--map` and English headings call it.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::CreditCode => "credit_code",
            Self::Name => "name",
            Self::Period => "period",
            Self::Revision => "revision",
            Self::Area => "area",
            Self::Unit => "unit",
            Self::Author => "author",
            Self::FiledOn => "filed_on",
            Self::Reason => "reason",
            Self::Item(item) => item.as_str(),
        }
    }

    /// Where its value stands in an event, as a JSON pointer.
    pub(crate) fn pointer(self) -> String {
        match self {
            Self::CreditCode => "/subject".to_owned(),
            Self::FiledOn => "/time".to_owned(),
            Self::Item(item) => format!("/data/items/{item}"),
            other => format!("/data/{}", other.code()),
        }
    }

    /// The column that a pointer into an event is about, if it is about one.
    pub(crate) fn at(pointer: &str) -> Option<Self> {
        Self::all().find(|column| column.pointer() == pointer)
    }

    /// Whether it holds an identifier, which a spreadsheet must keep as text.
    pub(crate) const fn is_identifier(self) -> bool {
        matches!(self, Self::Form | Self::CreditCode | Self::Period | Self::Area)
    }

    /// Further headings that bureaus write for it.
    pub(super) const fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Form => &["报表", "报表表号", "报表代码", "表式"],
            Self::CreditCode => &[
                "社会信用代码",
                "信用代码",
                "统一信用代码",
                "单位统一社会信用代码",
                "法人单位统一社会信用代码",
                "uscc",
                "subject",
            ],
            Self::Name => {
                &["单位详细名称", "企业名称", "企业详细名称", "法人单位名称", "法人单位详细名称", "名称"]
            }
            Self::Period => &[
                "报告期别",
                "报告年月",
                "报告年份",
                "报告期年月",
                "报告时期",
                "所属期",
                "统计期",
                "时期",
                "期别",
                "年月",
                "年份",
            ],
            Self::Revision => &["修订次数", "修订版本", "版本号"],
            Self::Area => {
                &["区划代码", "地区代码", "所在地区代码", "所在地区划代码", "单位所在地行政区划代码"]
            }
            Self::Unit => &["金额单位", "货币单位", "金额计量单位"],
            Self::Author => &["填表人", "填报人姓名", "填表人姓名"],
            Self::FiledOn => &["填表日期", "报出日期", "time"],
            Self::Reason => &["更正原因", "修改原因", "修订理由"],
            Self::Item(item) => item_aliases(item),
        }
    }
}

const fn item_aliases(item: Item) -> &'static [&'static str] {
    match item {
        Item::OperatingRevenue => &[
            "营业收入合计",
            "营业收入本年",
            "营业收入本期",
            "营业收入本年累计",
            "营业收入1本月",
            "本年营业收入",
            "本期营业收入",
        ],
        Item::OperatingRevenuePrior => &[
            "营业收入上年",
            "营业收入去年同期",
            "营业收入上年同期数",
            "营业收入上年同期累计",
            "上年营业收入",
            "上年同期营业收入",
            "去年同期营业收入",
        ],
        Item::HighTechProductRevenue => {
            &["高新技术产品（服务）收入", "高新技术产品销售收入", "高新技术产品（服务）销售收入"]
        }
        Item::SciTechServiceRevenue => &["科技服务收入", "科技服务业营业收入"],
        Item::RdExpense => &["研究开发费用", "研发费用合计", "研发费用本年", "研发费用本期", "研发费用1本月"],
        Item::RdInternal => &[
            "R&D经费内部支出合计",
            "研发经费内部支出",
            "研究与试验发展经费内部支出",
            "研究与试验发展（R&D）经费内部支出",
        ],
        Item::RdBasic => &["基础研究", "基础研究经费", "基础研究经费支出"],
        Item::RdApplied => &["应用研究", "应用研究经费", "应用研究经费支出"],
        Item::RdExperimental => &["试验发展", "试验发展经费", "试验发展经费支出"],
        Item::RdFte => &["R&D人员全时当量", "研发人员折合全时当量", "R&D人员折合全时工作量", "折合全时当量"],
        Item::RdHeadcount => &["R&D人员", "R&D人员数", "研发人员", "研发人员数", "研发人员合计"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_leads_back_to_its_column() {
        for column in Column::all() {
            assert_eq!(Column::at(&column.pointer()), Some(column));
        }
        assert_eq!(Column::at("/data/items"), None);
        assert_eq!(Column::at("/source"), None);
    }

    #[test]
    fn every_form_has_each_of_its_columns_once() {
        for form in Form::ALL {
            let mut columns = Column::of(*form);
            let count = columns.len();
            columns.sort();
            columns.dedup();
            assert_eq!(columns.len(), count);
            assert!(form.items().iter().all(|item| columns.contains(&Column::Item(*item))));
        }
    }
}
