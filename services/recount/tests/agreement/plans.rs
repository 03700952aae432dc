//! The plans that histories are read by.

use std::sync::LazyLock;

use weir_schemas::plan::{Plan, SICHUAN_14};

/// The plan, and another that has what it has not.
pub(crate) static PLANS: LazyLock<[Plan; 2]> =
    LazyLock::new(|| [Plan::parse(SICHUAN_14).unwrap(), Plan::parse(&other()).unwrap()]);

const MEASURE: &str = r#"measures = [
    { id = "all_revenue", unit = "CNY", rule = { report_item = { item = "operating_revenue", forms = ["B203", "TORCH"] } }, name = { zh = "-", en = "-" } },"#;

/// A net increase over a reference value; and revenue that a unit may report on several forms.
const INDICATORS: &str = r#"
[[indicators]]
id = "NET_PER_10K_ENT"
name = { zh = "-", en = "-" }
unit = { zh = "-", en = "-" }
decimals = 2
numerator = "high_tech_enterprises_net"
denominator = { measure = "ref_enterprise_units", lag = "latest_earlier" }
scale = "10000"
frequencies = ["A", "Q", "M"]
section = "-"
target = { year = 2025, value = "1", comparator = ">=" }

[[indicators]]
id = "ALL_REVENUE"
name = { zh = "-", en = "-" }
unit = { zh = "-", en = "-" }
decimals = 0
numerator = "all_revenue"
scale = "1"
frequencies = ["A", "Q", "M"]
section = "-"
target = { year = 2025, value = "1", comparator = ">=" }
"#;

/// Two months in a year without a round of industry's form, too.
fn other() -> String {
    let text = SICHUAN_14.replacen("measures = [", MEASURE, 1);
    let text = text.replacen("waived = [1]", "waived = [1, 7]", 1);
    assert!(text.contains("all_revenue") && text.contains("waived = [1, 7]"));
    text + INDICATORS
}
