//! Why a cell can't be read, in the words of both the log and the clerk.

use thiserror::Error;
use weir_schemas::excerpt::{QUOTED_MOST, excerpt};
use weir_schemas::problem::{Code, Problem};

use super::column::Column;

/// Why a cell, or a row, makes no event.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Unreadable {
    #[error("is required")]
    Missing,
    #[error("has no credit code, no period and no area; a row of totals is to be left out")]
    Nameless,
    #[error("{:?} is not a number", quoted(.0))]
    NotANumber(String),
    #[error("{:?} has commas or blanks that don't part thousands", quoted(.0))]
    Grouping(String),
    #[error("{:?} lost digits when it was saved: show the number in full and save again", quoted(.0))]
    Scientific(String),
    #[error("{:?} has more digits than figures are kept with", quoted(.0))]
    TooLong(String),
    #[error("is the date {0}, not a number")]
    DateForNumber(String),
    #[error("is the spreadsheet's error {0}")]
    Error(String),
    #[error("is a formula that no spreadsheet has computed: open the file in one and save it")]
    Uncomputed,
    #[error(
        "{0} is kept as a number, of which a spreadsheet keeps 15 digits: the code's others are lost; format the \
         column as text and enter it anew"
    )]
    LostDigits(String),
    #[error("{:?} is not a period, such as 2024-06, 2024年6月 or 2024", quoted(.0))]
    Period(String),
    #[error("{:?} may be January or October: write 2024-01 or 2024-10", quoted(.0))]
    JanuaryOrOctober(String),
    #[error("{:?} is not a day, such as 2024-07-10", quoted(.0))]
    Day(String),
    #[error("{:?} is not a whole number", quoted(.0))]
    Revision(String),
    #[error("area {code} is {name}, not {:?}", quoted(found))]
    AreaName { code: String, name: &'static str, found: String },
    #[error("{:?} is not a unit of money: 元, 千元, 万元 or 亿元", quoted(.0))]
    Unit(String),
    #[error("is required: the column, the headings or --unit say in which unit money is")]
    UnitMissing,
    #[error("is {cell}, but the headings say {heading}")]
    UnitDiffers { cell: &'static str, heading: &'static str },
    #[error("{:?} is not a form: {forms}", quoted(.0), forms = forms())]
    Form(String),
    #[error("is {cell}, but --form says {asked}")]
    FormDiffers { cell: &'static str, asked: &'static str },
    #[error("rows {0} report the same unit, form, period and revision with other values: keep one of them")]
    Contradicts(String),
}

/// A cell's text, cut like those that the service quotes.
fn quoted(text: &str) -> String {
    excerpt(text, QUOTED_MOST)
}

fn forms() -> String {
    weir_schemas::event::Form::ALL.iter().map(|form| form.as_str()).collect::<Vec<_>>().join(", ")
}

impl Unreadable {
    /// The code that the service would answer, had the cell gone there.
    fn code(&self) -> Code {
        match self {
            Self::Missing | Self::Nameless | Self::UnitMissing => Code::Missing,
            Self::NotANumber(_)
            | Self::Grouping(_)
            | Self::Scientific(_)
            | Self::TooLong(_)
            | Self::DateForNumber(_) => Code::Decimal,
            Self::Error(_) | Self::Uncomputed | Self::Revision(_) | Self::FormDiffers { .. } => Code::Value,
            Self::LostDigits(_) => Code::CreditCode,
            Self::Period(_) | Self::JanuaryOrOctober(_) => Code::Period,
            Self::Day(_) => Code::Date,
            Self::AreaName { .. } => Code::Area,
            Self::Unit(_) | Self::UnitDiffers { .. } => Code::Unit,
            Self::Form(_) => Code::NotInList,
            Self::Contradicts(_) => Code::Conflict,
        }
    }

    /// The sentence for a clerk.
    fn chinese(&self) -> String {
        match self {
            Self::Missing => "此列必填".to_owned(),
            Self::Nameless => "本行没有统一社会信用代码、报告期和行政区划代码；合计行请删去".to_owned(),
            Self::NotANumber(text) => format!("“{}”不是数字；无数据请留空", quoted(text)),
            Self::Grouping(text) => format!("“{}”中的逗号或空格不是千分位", quoted(text)),
            Self::Scientific(text) => format!("“{}”保存时丢失了数位；请完整显示该数后重新保存", quoted(text)),
            Self::TooLong(text) => format!("“{}”位数过多", quoted(text)),
            Self::DateForNumber(date) => format!("此处应为数字，单元格却是日期 {date}"),
            Self::Error(error) => format!("单元格是错误值 {error}"),
            Self::Uncomputed => "公式没有计算结果；请用 Excel 打开、计算并保存".to_owned(),
            Self::LostDigits(shown) => {
                format!(
                    "代码被存成了数字 {shown}，Excel 只保留 15 位，其余数位已丢失；请把该列设为“文本”格式后重新录入"
                )
            }
            Self::Period(text) => format!("“{}”不是报告期；请写 2024-06、2024年6月 或 2024", quoted(text)),
            Self::JanuaryOrOctober(text) => {
                format!("“{}”可能是 1 月或 10 月；请写 2024-01 或 2024-10", quoted(text))
            }
            Self::Day(text) => format!("“{}”不是日期；请写 2024-07-10", quoted(text)),
            Self::Revision(text) => format!("“{}”不是整数", quoted(text)),
            Self::AreaName { code, name, found } => format!("代码 {code} 是{name}，不是“{}”", quoted(found)),
            Self::Unit(text) => format!("“{}”不是金额单位；请写 元、千元、万元 或 亿元", quoted(text)),
            Self::UnitMissing => {
                "未注明金额单位；请填写本列，或在列标题中注明，如 营业收入（千元）".to_owned()
            }
            Self::UnitDiffers { cell, heading } => format!("本行单位是{cell}，列标题却是{heading}"),
            Self::Form(text) => format!("“{}”不是表号；应为 {}", quoted(text), forms()),
            Self::FormDiffers { cell, asked } => format!("本行表号是 {cell}，报送时指定的却是 {asked}"),
            Self::Contradicts(rows) => {
                format!("第 {rows} 行是同一单位、表号、报告期、修订号的报表，数值却不同；请只保留一行")
            }
        }
    }

    /// What is told of a column; of the whole row where there is none.
    pub(super) fn told(&self, column: Option<Column>) -> Told {
        let pointer = column.map(Column::pointer).unwrap_or_default();
        Told { problem: Problem::new(self.code(), pointer, self.to_string()), chinese: Some(self.chinese()) }
    }
}

/// A problem of a row, found here or answered by the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// The problem.
    pub(crate) problem: Problem,
    /// Its sentence in Chinese, where it is more than what the code says.
    pub(crate) chinese: Option<String>,
}

impl From<Problem> for Told {
    fn from(problem: Problem) -> Self {
        Self { problem, chinese: None }
    }
}
