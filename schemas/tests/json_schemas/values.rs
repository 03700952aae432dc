//! Values to put everywhere: good ones of each kind, and near misses.

use proptest::prelude::*;
use serde_json::{Value, json};

/// Texts that are put everywhere, between bars.
const TEXTS: &[&str] = &[
    "| |\u{3000}|\n|x|x\n|a\u{0}b|a\u{85}b|a\tb|null|某大学",
    "2024|2024\n|24|1899|3000|2024-Q2|2024-Q5|2024-q2|2024-Q2\n|2024-06|2024-13|2024-6|2024-06\n",
    "2024-06-30|2024-02-30|2024-6-30|2024-06-32|2024-00-10|1899-12-31|2024-06-30\n|２０２４-06-30",
    "2024-06-30T08:00:00Z|2024-06-30t08:00:00.5+08:00|2024-06-31T08:00:00Z|2024-06-30T24:00:00Z|2024-06-30T08:00:00",
    "2024-06-30 08:00:00Z|1850-06-30T08:00:00Z|2024-06-30T08:00:00Z\n|2024-06-30T08:00:00.1234567891Z",
    "2024-06-30T08:00:00+08:00[Asia/Shanghai]|2024-06-30T23:59:60Z|2024-06-30T08:00:61Z",
    "510704|510200|51070|5107041|51070４|510704\n|39|3914|9999|3|39140|39\n|F01|F10|F11|f01|_T|_U",
    "/bureaus/510700|/bureaus/510200|/bureaus/5107|bureaus/510700|/bureaus/510700/|/bureaus/510700\n",
    "91519999000000019H|91519999000000019J|91519999000000018E|9151999900000001|91519999000000019h",
    "9151A999000000019H|91519999000000019H\n|O1519999000000019H|9151999900000001AH",
    "202119000001.3|ZL202119000001.3|202119000001.4|202129000001.9|02199001.8|20211900001.3|zl202119000001.3",
    "202119000001.33|199919000001.3|202119000001.3\n|2023510701990001|202351070199000|20235107019900011",
    "0|-0|-0.0|1|-1|+1|1.5|.5|5.|.|+|1.50|1e3|1E-3|1e16|1e-7|-1e3|e3|1e|-0e5|1,000|1_000|1 |1\n|0x1|NaN|１",
    "0.000001|0.0000001|1000000000000000|1000000000000001|10000000000000|0.9999999|1.000001|2|10|01|1.0|12e-1",
    "CNY|kCNY|persons|10k_persons|percent|tons|cny|B203|107-2|b203|enterprise|gazelle|moved|transferred|class_added",
    "lapsed|pledged|development|county|national|incubator|preliminary|accepted|gdp|g:dp|gdp\n",
    "gdp:510700:2023|gdp:510700:2023-Q4|gdp:5107:2023|gdp:510700|high_tech_zone:示例高新区|high_tech_zone:|incubator:x",
    "application/json|application/json;charset=utf-8|application/jsonp| application/json |text/plain",
];

/// Values that are put everywhere.
pub(crate) fn values() -> Vec<Value> {
    let texts = TEXTS.iter().flat_map(|texts| texts.split('|')).map(Value::from);
    let small = [json!(null), json!(true), json!(false), json!([]), json!({}), json!([1]), json!([null])];
    let numbers = "0 1 -1 2 1.5 1.0 0.5 1e3 -0.0 4294967295 4294967296 1e15 1e16 0.0000001 510704";
    let numbers = numbers.split(' ').map(|number| serde_json::from_str(number).unwrap());
    let long = [("x", 200), ("x", 201), ("某", 1_000), ("某", 1_001), ("1", 65)];
    let long = long.into_iter().map(|(letter, times)| json!(letter.repeat(times)));
    let nested = [json!(["pledged"]), json!({ "name": "x" })];
    texts.chain(small).chain(numbers).chain(long).chain(nested).collect()
}

/// Texts of the shapes that members have, right and wrong.
pub(crate) fn near_misses() -> impl Strategy<Value = Value> {
    let shapes = prop_oneof![
        "\\PC{0,12}",
        "[\\x00-\\x20a\u{85}\u{a0}\u{3000}]{0,4}",
        "[0-9]{1,17}",
        "[0-9]{4}(-(Q?[0-9]{1,2}))?\n?",
        "(18|19|2[09]|30)[0-9]{2}-[01][0-9]-[0-3][0-9]",
        "(18|20|23)[1-8][0-9]-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?([Zz]|[+-][01][0-9]:[0-6][0-9])?",
        "[+-]?[0-9]{0,17}(\\.[0-9]{0,8})?([eE][+-]?[0-9]{1,2})?",
        "[+-]?0{0,20}1?0{0,16}(\\.0{0,9})?",
        "[0-9A-HJ-NP-Z]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{9,10}",
        "(ZL)?([0-9]{2}|19[89][0-9]|20[0-9]{2})[0-9]([0-9]{5}|[0-9]{7})\\.[0-9X]",
        "[a-zA-Z_:]{0,8}:[0-9]{5,6}:[0-9]{4}(-Q?[0-9]{1,2})?",
        "/bureaus/51[0-9]{3,5}",
    ];
    prop_oneof![
        8 => shapes.prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => (-2.0..2.0_f64).prop_map(Value::from),
    ]
}
