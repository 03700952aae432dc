//! What each column is, what may stand in it, and what keeps a report from being accepted.

use rust_xlsxwriter::Worksheet;
use weir_schemas::event::{Form, Item};

use super::style::Style;
use crate::push::Column;

/// A column explained.
pub(super) struct Explained {
    /// Whether it must be filled in.
    pub(super) required: bool,
    /// In at most 255 characters, which an input message has.
    pub(super) text: String,
}

/// What a column of a form is.
pub(super) fn explained(column: Column, form: Form) -> Explained {
    let (required, text) = match column {
        Column::Form => (false, format!("填 {form}。本工作表名称已注明表号，可不填；另存为 CSV 时须填。")),
        Column::CreditCode => (
            true,
            "18 位，末两位为校验码。本列为文本格式，请勿改为数字：Excel 只保留数字的前 15 位。".to_owned(),
        ),
        Column::Name => (false, "便于核对，不报送。".to_owned()),
        Column::Period if form.is_annual() => (true, "报告年份，如 2024 或 2024年。".to_owned()),
        Column::Period => {
            (true, "报告年月，如 2024-06 或 2024年6月；数值为年初至该月末累计。1 月免报。".to_owned())
        }
        Column::Revision => {
            (false, "首次报送填 1 或不填；更正已报送的数据时依次填 2、3……，并填写修订原因。".to_owned())
        }
        Column::Area => (true, "单位所在县（市、区）的 6 位代码，可从列表中选用，也可只填代码。".to_owned()),
        Column::Unit => (true, "本行金额的单位：元、千元、万元或亿元。人员指标不受影响。".to_owned()),
        Column::Author => (false, "填报人姓名。".to_owned()),
        Column::FiledOn => (false, "填报当日，如 2024-07-10；不填时按报告期最后一日。".to_owned()),
        Column::Reason => (false, "修订号大于 1 时必填。".to_owned()),
        Column::Item(item) => (false, explained_item(item, form)),
    };
    Explained { required, text }
}

fn explained_item(item: Item, form: Form) -> String {
    let basis = if form.is_annual() { "全年数" } else { "年初至本月末累计数" };
    let what = match item {
        Item::OperatingRevenue | Item::HighTechProductRevenue | Item::SciTechServiceRevenue => {
            basis.to_owned()
        }
        Item::OperatingRevenuePrior => format!("上年同期的营业收入，{basis}"),
        Item::RdExpense => format!("会计科目“研发费用”，{basis}；不是 R&D 经费内部支出"),
        Item::RdInternal => "全年数；等于基础研究、应用研究、试验发展三项之和".to_owned(),
        Item::RdBasic | Item::RdApplied | Item::RdExperimental => "全年数；属 R&D 经费内部支出".to_owned(),
        Item::RdFte => "单位：人年；不大于 R&D 人员合计".to_owned(),
        Item::RdHeadcount => "单位：人".to_owned(),
    };
    format!("{what}。不能为负；没有数据请留空，不要填“-”或“…”。")
}

/// What is checked of every report of a form, by code.
fn checks(form: Form) -> Vec<(&'static str, &'static str)> {
    let mut checks = vec![
        ("E-CREDIT-CODE", "统一社会信用代码为 18 位，两位校验码正确"),
        ("E-AREA", "行政区划代码在 GB/T 2260（2024 年末）之内，未撤销"),
        ("E-PERIOD", if form.is_annual() { "报告期为年份" } else { "报告期为年月" }),
        ("E-PERIOD-FUTURE", "报告期已经开始"),
        ("E-DECIMAL", "数值为数字，折合为元后不超过 15 位整数、6 位小数"),
        ("E-NEGATIVE", "数值不为负"),
        ("E-MISSING", "必填列已填；有金额的须注明计量单位"),
        ("E-VALUE", "至少填一项指标"),
        ("E-REASON", "修订号大于 1 时有修订原因"),
        ("E-CONFLICT", "同一文件中，同一单位、报告期、修订号没有数值不同的两行"),
        ("E-SCOPE", "密钥的权限包括该地区"),
    ];
    if form.items().contains(&Item::RdInternal) {
        checks.push(("E-RD-SUM", "基础研究 + 应用研究 + 试验发展 = R&D 经费内部支出（四项都填时）"));
        checks.push(("E-RD-FTE", "折合全时当量不大于 R&D 人员合计（两项都填时）"));
    }
    checks
}

/// Writes the sheet of explanations.
pub(super) fn write(sheet: &mut Worksheet, form: Form, style: &Style) -> anyhow::Result<()> {
    sheet.set_name("说明")?.set_landscape().set_print_fit_to_pages(1, 0);
    for (at, width) in (0..).zip([26, 30, 8, 116]) {
        sheet.set_column_width(at, width)?;
    }
    sheet.write_with_format(0, 0, format!("{form} {} 填报说明", form.name_zh()), &style.title)?;
    for (at, heading) in (0..).zip(["列", "代码", "必填", "填写内容"]) {
        sheet.write_with_format(2, at, heading, &style.required)?;
    }
    let mut row = 3;
    for column in Column::of(form) {
        let Explained { required, text } = explained(column, form);
        sheet.write_with_format(row, 0, column.name_zh(), &style.prose)?;
        sheet.write_with_format(row, 1, column.code(), &style.prose)?;
        sheet.write_with_format(row, 2, if required { "是" } else { "" }, &style.prose)?;
        sheet.write_with_format(row, 3, text, &style.prose)?;
        row += 1;
    }
    row += 1;
    sheet.write_with_format(row, 0, "强制性校验：不符合的行不予接收", &style.title)?;
    row += 1;
    for (code, text) in checks(form) {
        sheet.write(row, 0, code)?.write(row, 1, text)?;
        row += 1;
    }
    row += 1;
    sheet.write_with_format(row, 0, "报送", &style.title)?;
    let steps = [
        "weir push 文件.xlsx --bureau 报送机构的行政区划代码",
        "被退回的行连同原因写入“文件.rejected.xlsx”；改正后用同样的命令报送该文件即可，其中增加的列会被忽略。",
        "同一文件可以重复报送：已接收的行不会重复计算。",
    ];
    for step in steps {
        row += 1;
        sheet.write(row, 0, step)?;
    }
    Ok(())
}
