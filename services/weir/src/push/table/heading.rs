//! A heading of a column: what it names, and the unit that it gives in brackets.

use weir_schemas::event::UnitOfMeasure;

use super::column::Column;
use super::text;
use super::words;

/// What a heading says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    /// Its letters and digits alone, by which headings are compared.
    pub(super) key: String,
    /// The unit of measure that it gives.
    pub(super) unit: Option<UnitOfMeasure>,
}

impl Heading {
    /// Reads a heading: `营业收入（千元）`, `其中：基础研究支出`, `R&D 经费内部支出`, `rd_internal`.
    pub(super) fn read(text: &str) -> Self {
        let narrow = text::compact(text);
        let (mut key, mut unit) = (String::new(), None);
        for part in narrow.split(['(', ')', '[', ']', '【', '】', '〔', '〕', '、', ':', ';', ',']) {
            let said = part.strip_prefix("单位").filter(|rest| !rest.is_empty()).unwrap_or(part);
            match words::unit(said) {
                Some(said) if !key.is_empty() => unit = Some(said),
                _ if NOTES.contains(&part) => {}
                _ => key.extend(part.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase())),
            }
        }
        Self { key: key.strip_prefix("其中").unwrap_or(&key).to_owned(), unit }
    }

    /// The column that the heading names, if it is one of those known.
    pub(super) fn column(&self) -> Option<Column> {
        let is = |name: &str| Self::read(name).key == self.key;
        Column::all().find(|column| {
            is(column.name_zh()) || is(column.code()) || column.aliases().iter().copied().any(is)
        })
    }

    /// Whether it is known to hold nothing that is sent: row numbers, and what a returned table says of its rows.
    pub(super) fn is_passed_over(&self) -> bool {
        matches!(self.key.as_str(), "序号" | "编号" | "no") || self.is_returned()
    }

    /// Whether it is one of those that a returned table has besides.
    pub(super) fn is_returned(&self) -> bool {
        RETURNED.contains(&self.key.as_str())
    }
}

/// The headings of what a returned table says of each row: its number, and the codes, places and sentences of its problems.
pub(crate) const RETURNED: [&str; 4] = ["原行号", "错误代码", "错误位置", "错误说明"];

/// What headings say besides.
const NOTES: [&str; 5] = ["必填", "选填", "可空", "单位", "不填"];

#[cfg(test)]
mod tests {
    use weir_schemas::event::Item;

    use super::*;

    fn column(text: &str) -> Option<Column> {
        Heading::read(text).column()
    }

    #[test]
    fn headings_as_tables_have_them() {
        let revenue = Some(Column::Item(Item::OperatingRevenue));
        for text in [
            "营业收入",
            "营业收入（千元）",
            " 营业 收入\n(千元)",
            "营业收入、千元",
            "operating_revenue",
            "营业收入【万元】",
        ] {
            assert_eq!(column(text), revenue, "{text}");
        }
        assert_eq!(column("营业收入（上年同期）"), Some(Column::Item(Item::OperatingRevenuePrior)));
        assert_eq!(column("其中：基础研究支出"), Some(Column::Item(Item::RdBasic)));
        assert_eq!(column("Ｒ＆Ｄ人员折合全时当量（人年）"), Some(Column::Item(Item::RdFte)));
        assert_eq!(column("统一社会信用代码*"), Some(Column::CreditCode));
        assert_eq!(column("报告期（必填）"), Some(Column::Period));
        assert_eq!(column("单位"), None);
        assert_eq!(column("备注"), None);
    }

    #[test]
    fn units_in_brackets() {
        let unit = |text| Heading::read(text).unit.map(UnitOfMeasure::word);
        assert_eq!(unit("营业收入（千元）"), Some("kCNY"));
        assert_eq!(unit("营业收入(单位:万元)"), Some("wCNY"));
        assert_eq!(unit("研发费用、亿元"), Some("100MCNY"));
        assert_eq!(unit("R&D人员（人）"), Some("persons"));
        assert_eq!(unit("营业收入"), None);
        assert_eq!(unit("营业收入（上年同期）（元）"), Some("CNY"));
    }

    #[test]
    fn no_two_columns_share_a_heading() {
        let mut keys: Vec<(String, Column)> = Column::all()
            .flat_map(|column| {
                let names =
                    [column.name_zh(), column.code()].into_iter().chain(column.aliases().iter().copied());
                names.map(move |name| (Heading::read(name).key, column)).collect::<Vec<_>>()
            })
            .collect();
        keys.sort();
        keys.dedup();
        let count = keys.len();
        keys.dedup_by(|a, b| a.0 == b.0);
        assert_eq!(keys.len(), count);
        assert!(RETURNED.iter().all(|name| Heading::read(name).is_returned()));
    }
}
