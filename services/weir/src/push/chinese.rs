//! What the codes of problems say, for a clerk.

use weir_schemas::problem::Code;

/// The sentence of a code in Chinese.
pub(super) const fn sentence(code: Code) -> &'static str {
    match code {
        Code::Json => "记录无法解析",
        Code::Limit => "内容过长或过大",
        Code::Missing => "缺少必填内容",
        Code::UnknownMember => "多出未定义的内容",
        Code::Value => "内容的类型不对，或为空",
        Code::NotInList => "不在可选范围内",
        Code::Date => "不是有效日期",
        Code::DateOrder => "日期前后矛盾",
        Code::Period => "报告期有误：年报填年份，月报填年月",
        Code::PeriodFuture => "报告期尚未开始",
        Code::Decimal => "不是有效数字，或超出范围（整数最多 15 位，折合为元后小数最多 6 位）",
        Code::Negative => "不能为负数",
        Code::Unit => "计量单位不适用",
        Code::Area => "行政区划代码不在 GB/T 2260 中，或已撤销",
        Code::CreditCode => "统一社会信用代码有误（18 位，含两位校验码）",
        Code::Item => "该表没有这项指标",
        Code::RdSum => "基础研究、应用研究、试验发展支出之和不等于 R&D 经费内部支出",
        Code::RdFte => "折合全时当量大于 R&D 人员数",
        Code::Reason => "修订号大于 1 时须填写修订原因",
        Code::Scope => "密钥的权限不包括该地区或该类事件",
        Code::Conflict => "与另一条记录相互矛盾",
        Code::Source => "报送机构代码有误",
        Code::Subject => "统计对象有误",
        _ => "未通过校验",
    }
}
