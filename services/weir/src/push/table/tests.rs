//! Tables as bureaus have them, and the events that their rows make.

use clap::Parser;
use serde_json::{Value, json};

use super::*;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: Args,
}

/// How a table is read, with further flags.
pub(super) fn args(flags: &[&str]) -> Args {
    args_of(&[&["--bureau", "510700"], flags].concat())
}

/// How a table is read by the flags alone.
pub(crate) fn args_of(flags: &[&str]) -> Args {
    Cli::parse_from(["push"].iter().chain(flags)).args
}

const CODE: &str = "91510100MA6C00017C";

fn csv(text: &str, flags: &[&str]) -> anyhow::Result<Table> {
    Table::read(text.as_bytes(), Kind::Csv, &args(flags))
}

fn refused(text: &str, flags: &[&str]) -> String {
    format!("{:#}", csv(text, flags).unwrap_err())
}

fn events(table: &Table) -> Vec<(u64, Value)> {
    table.events.iter().map(|line| (line.number, serde_json::from_slice(&line.text).unwrap())).collect()
}

fn problems(table: &Table) -> Vec<(u64, &str, &str)> {
    let of = |(number, told): (&u64, &'_ Vec<Told>)| {
        let one = |told: &Told| (told.problem.code.as_str(), told.problem.pointer.clone());
        (*number, told.iter().map(one).collect::<Vec<_>>())
    };
    let all: Vec<_> = table.refused.iter().map(of).collect();
    all.into_iter()
        .flat_map(|(number, told)| {
            told.into_iter().map(move |(code, pointer)| (number, code, &*pointer.leak()))
        })
        .collect()
}

#[test]
fn a_row_is_an_event() {
    let text = format!(
        "附表：B203 工业财务状况\n\n序号,统一社会信用代码,报告期,区划代码,营业收入（千元）,营业收入（上年同期）（千元）,研发费用（千元）,填报人\n\
         甲,乙,丙,丁,1,2,3,戊\n1,{CODE},2024年1-6月,510704 游仙区,\"１，２３４.50\",1000, ,王\n"
    );
    let table = csv(&text, &[]).unwrap();
    assert_eq!(problems(&table), []);
    let [(number, event)] = events(&table).try_into().unwrap();
    assert_eq!(number, 5);
    assert_eq!(event["source"], "/bureaus/510700");
    assert_eq!(event["subject"], CODE);
    assert_eq!(event["time"], "2024-06-30T00:00:00+08:00");
    let id = event["id"].as_str().unwrap();
    assert!(id.starts_with("B203:2024-06:1:") && id.len() == 15 + 24, "{id}");
    assert_eq!(
        event["data"],
        json!({"form": "B203", "period": "2024-06", "revision": 1, "area": "510704", "unit": "kCNY", "author": "王",
               "items": {"operating_revenue": "1234.5", "operating_revenue_prior": "1000"}})
    );
    assert!(weir_schemas::event::Event::from_value(&event).is_ok());
}

#[test]
fn an_id_follows_from_what_is_said_and_from_nothing_else() {
    let id = |heading: &str, value: &str, flags: &[&str]| {
        let text = format!("credit_code,period,area,{heading}\n{CODE},2024-06,510704,{value}\n");
        let table = csv(&text, flags).unwrap();
        events(&table)[0].1["id"].as_str().unwrap().to_owned()
    };
    let flags = ["--form", "B203", "--unit", "kCNY"];
    let one = id("operating_revenue", "1234.5", &flags);
    assert_eq!(id("营业收入（千元）", "\"1,234.50\"", &["--form", "B203"]), one);
    assert_ne!(id("operating_revenue", "1234.6", &flags), one);
    assert_ne!(id("operating_revenue", "1234.5", &["--form", "B203", "--unit", "CNY"]), one);
    // Tried out first, it is no duplicate once it is meant.
    assert_ne!(id("operating_revenue", "1234.5", &[&flags[..], &["--synthetic"]].concat()), one);
}

/// Only right below the headings; further down it is a row that names a unit.
#[test]
fn a_row_that_numbers_the_columns_is_none_of_a_report() {
    let text = format!(
        "单位名称,统一社会信用代码,报告期,行政区划代码,研发费用（元）\n甲,乙,丙,丁,1\n某,{CODE},2024-06,510704,1\n甲,,,,2\n"
    );
    let table = csv(&text, &["--form", "B203"]).unwrap();
    assert_eq!(table.events.iter().map(|line| line.number).collect::<Vec<_>>(), [3]);
    assert_eq!(problems(&table), [(4, "E-MISSING", "")]);
}

#[test]
fn a_quote_opened_by_a_slip_takes_no_row_along() {
    let text = format!(
        "统一社会信用代码,报告期,行政区划代码,营业收入（元）,填报人\n{CODE},2024-05,510704,1,\"王\n{CODE},2024-06,510704,2,李\n"
    );
    assert!(refused(&text, &["--form", "B203"]).contains("line 2 opens a quote"));
}

#[test]
fn all_that_is_wrong_with_a_row_is_told_at_once() {
    let text = "统一社会信用代码,报告期,行政区划代码,计量单位,营业收入,研发费用,修订号\n\
                91510100MA6C000179,2024-06,510704,千元,12万,-3,1\n\
                9.15101E+17,2024.1,999999,美元,1,1,x\n\
                91510100MA6C00017C,2024-06,510704,,1,1,\n\
                ,,,,,,\n\
                ,2024-06,510704,千元,1,1,\n\
                ,2024-06,510704,千元,,,\n";
    let table = csv(text, &["--form", "B203"]).unwrap();
    assert_eq!(table.events.len(), 0);
    let found = problems(&table);
    let of = |row: u64| {
        found.iter().filter(|found| found.0 == row).map(|found| (found.1, found.2)).collect::<Vec<_>>()
    };
    assert_eq!(
        of(2),
        [
            ("E-DECIMAL", "/data/items/operating_revenue"),
            ("E-CREDIT-CODE", "/subject"),
            ("E-NEGATIVE", "/data/items/rd_expense"),
        ]
    );
    assert_eq!(
        of(3),
        [
            ("E-CREDIT-CODE", "/subject"),
            ("E-PERIOD", "/data/period"),
            ("E-VALUE", "/data/revision"),
            ("E-UNIT", "/data/unit"),
            ("E-AREA", "/data/area"),
        ]
    );
    assert_eq!(of(4), [("E-MISSING", "/data/unit")]);
    assert_eq!(of(6), [("E-MISSING", "/subject")]);
    assert_eq!(table.passed_over, [7]);
}

#[test]
fn rows_of_totals_are_not_sent_and_said_to_be_there() {
    let head = "序号,统一社会信用代码,单位名称,报告期,行政区划代码,营业收入（元）\n";
    let unit = format!("1,{CODE},全球合计,2024-06,510704,1\n");
    let sums = "合计,,,,,1\n, 总　计：,,2024-06,510704,1\n,,本页小计（元）,2024-06,,1\n,,,,,1\n,,某合计咨询公司,2024-06,510704,1\n";
    let table = csv(&format!("{head}{unit}{sums}"), &["--form", "B203"]).unwrap();
    assert_eq!(events(&table).len(), 1, "a unit may be called so");
    assert_eq!(table.sums, [3, 4, 5]);
    // What is said elsewhere of a row makes none of it: it lacks its code, and is returned.
    let head = "统一社会信用代码,报告期,行政区划代码,营业收入（元）,修订原因\n";
    let row = ",2024-06,510704,1,更正合计\n";
    let lacking = csv(&format!("{head}{row}"), &["--form", "B203"]).unwrap();
    assert_eq!((&lacking.sums[..], problems(&lacking)), (&[][..], vec![(2, "E-MISSING", "/subject")]));
    // One without a label is told of once, and one that only lacks its code as before.
    assert_eq!(problems(&table), [(6, "E-MISSING", ""), (7, "E-MISSING", "/subject")]);
}

#[test]
fn rows_that_contradict_each_other_are_all_refused() {
    let text = format!(
        "统一社会信用代码,报告期,行政区划代码,营业收入（元）\n{CODE},2024-06,510704,1\n{CODE},2024年6月,510704,2\n{CODE},2024-05,510704,1\n{CODE},2024-05,510704,1.0\n"
    );
    let table = csv(&text, &["--form", "B203"]).unwrap();
    assert_eq!(problems(&table), [(2, "E-CONFLICT", ""), (3, "E-CONFLICT", "")]);
    assert!(table.refused[&2][0].problem.detail.contains("rows 2, 3"));
    // The same twice is the same.
    let events = events(&table);
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].1, events[1].1);
}

#[test]
fn what_a_table_leaves_open_is_asked_for() {
    let whole = "统一社会信用代码,报告期,行政区划代码,营业收入（元）\n";
    assert!(refused("a,b\n1,2\n", &[]).contains("no row of headings"));
    assert!(refused(whole, &[]).contains("--form"));
    assert!(refused(&whole.replace("（元）", ""), &["--form", "B203"]).contains("--unit"));
    assert!(refused(whole, &["--form", "B203", "--unit", "kCNY"]).contains("but the headings say 元"));
    assert!(
        refused(&whole.replace("行政区划代码", "备注"), &["--form", "B203"]).contains("\"备注\" (column C)")
    );
    assert!(
        refused(&whole.replace("行政区划代码,", ""), &["--form", "B203"]).contains("no column 行政区划代码")
    );
    assert!(
        refused(&whole.replace("行政区划代码", "营业收入"), &["--form", "B203"])
            .contains("both hold operating_revenue")
    );
    assert!(refused(&(whole.to_owned() + ",,,1,2\n"), &["--form", "B203"]).contains("E2 has a value"));
    assert!(
        refused(&whole.replace("营业收入（元）", "营业收入（元）,研发费用（千元）"), &["--form", "B203"])
            .contains("one unit")
    );
    assert!(
        csv(&whole.replace("统一", "其他备注,统一"), &["--form", "B203", "--ignore-column", "其他备注"])
            .is_ok()
    );
    assert!(
        csv(
            &whole.replace("营业收入（元）", "营收"),
            &["--form", "B203", "--unit", "CNY", "--map", "营收=operating_revenue"]
        )
        .is_ok()
    );
    let Err(none) = Table::read(whole.as_bytes(), Kind::Csv, &args_of(&[])) else { panic!() };
    assert!(none.to_string().contains("--bureau"));
}

#[test]
fn a_form_is_taken_from_the_row_the_flag_or_the_title() {
    let heading = "表号,统一社会信用代码,报告期,行政区划代码,营业收入（元）\n";
    let text = format!("{heading}F203,{CODE},2024-06,510704,1\n,{CODE},2024-06,510704,1\n");
    let forms = |text: &str, flags: &[&str]| {
        let table = csv(text, flags).unwrap();
        (
            events(&table)
                .iter()
                .map(|(_, event)| event["data"]["form"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>(),
            table.refused.len(),
        )
    };
    assert_eq!(forms(&text, &[]), (vec!["F203".to_owned()], 1));
    assert_eq!(forms(&text, &["--form", "B203"]), (vec!["B203".to_owned()], 1));
    assert_eq!(forms(&format!("表　　号：Ｆ203表\n{text}"), &[]), (vec!["F203".to_owned(); 2], 0));
    // Who names several names none.
    assert_eq!(forms(&format!("B203、F203表\n{text}"), &[]), (vec!["F203".to_owned()], 1));
}
