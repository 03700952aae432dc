//! Answers in the formats they can be asked for in.

use std::fmt::Write as _;

use axum::http::header::{ACCEPT, IF_NONE_MATCH};
use insta::assert_snapshot;

use super::{Answered, service};
use crate::http::format::Format;
use crate::http::format::tests::read;

const PATH: &str = "/v1/indicators/HVP_PER_10K_POP?area=510000,510100&from=2021&to=2022";

/// The columns of an answer, a line each.
fn shown(format: Format, answered: &Answered) -> String {
    let mut lines = String::new();
    for (name, values) in read::columns(format, &answered.bytes) {
        let values: Vec<&str> = values.iter().map(|value| value.as_deref().unwrap_or("–")).collect();
        writeln!(lines, "{name}: {}", values.join(" | ")).unwrap();
    }
    lines
}

#[tokio::test]
async fn figures_are_written_in_csv() {
    let service = service();
    let answered = service.ask(&format!("{PATH}&format=csv")).await;
    assert_snapshot!(answered.body.replace("\r\n", "\n"));
    assert_eq!(answered.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(answered.header("content-disposition"), "attachment; filename=\"HVP_PER_10K_POP.csv\"");
    let excel = service.ask(&format!("{PATH}&format=csv-excel")).await;
    assert_eq!(excel.body, format!("\u{feff}{}", answered.body));
    let growth =
        service.ask("/v1/measures/high_tech_revenue?freq=M&from=2022-02&growth=panel&format=csv").await;
    assert_snapshot!(growth.body.replace("\r\n", "\n"));
}

#[tokio::test]
async fn figures_are_a_json_stat_data_set() {
    let service = service();
    let answered = service.ask(&format!("{PATH}&format=json-stat")).await;
    let set: serde_json::Value = serde_json::from_slice(&answered.bytes).unwrap();
    assert_snapshot!(serde_json::to_string_pretty(&set).unwrap());
    // As digits, not by way of a binary number.
    assert!(answered.body.contains("4.040014"), "{}", answered.body);
    let none = service.ask("/v1/indicators/HTE_COUNT?from=2024&format=json-stat").await;
    assert!(none.body.contains("\"size\":[0,0,0,8]"), "{}", none.body);
}

#[tokio::test]
async fn figures_are_in_a_workbook_in_arrow_and_in_parquet() {
    let service = service();
    let mut all = Vec::new();
    for format in [Format::Xlsx, Format::Arrow, Format::Parquet] {
        let answered = service.ask(&format!("{PATH}&format={}", format.word())).await;
        assert_eq!(answered.header("content-type"), format.media_type());
        all.push(shown(format, &answered));
    }
    assert_snapshot!(all.join("\n"));
}

#[tokio::test]
async fn lists_are_tables_too() {
    let service = service();
    let targets = service.ask("/v1/targets?format=csv").await;
    assert_snapshot!(targets.body.replace("\r\n", "\n"));
    let coverage = service.ask("/v1/coverage?form=107-2&period=2021&area=510000,510100&format=csv").await;
    assert_snapshot!(coverage.body.replace("\r\n", "\n"));
    for format in Format::LISTS {
        let path = format!("/v1/coverage?form=107-2&period=2021&format={}", format.word());
        assert_eq!(service.ask(&path).await.status, 200, "{format:?}");
    }
}

#[tokio::test]
async fn accept_asks_for_a_format_and_the_parameter_overrules_it() {
    let service = service();
    for (path, accept, content_type) in [
        (PATH.to_owned(), "text/csv", "text/csv; charset=utf-8; header=present"),
        (PATH.to_owned(), "application/vnd.apache.arrow.stream, */*;q=0.1", Format::Arrow.media_type()),
        (PATH.to_owned(), "text/html, */*;q=0.1", "application/json"),
        (format!("{PATH}&format=parquet"), "text/csv", Format::Parquet.media_type()),
    ] {
        let answered = service.ask_with(&path, &[(ACCEPT, accept)]).await;
        assert_eq!((answered.status, answered.header("content-type")), (200, content_type), "{accept}");
        assert_eq!(answered.header("vary"), "accept");
        assert_eq!(answered.header("weir-as-of"), "2022-01-31T16:00:00.250Z");
    }
}

#[tokio::test]
async fn what_is_not_offered_is_refused_with_what_is() {
    let service = service();
    let mut shown = Vec::new();
    for path in [
        "/v1/indicators/HTE_COUNT?format=docx",
        "/v1/measures/rd_internal?format=",
        "/v1/targets?format=json-stat",
        "/v1/indicators/HTE_COUNT?format=csv&format=csv",
        "/v1/plan?format=csv",
    ] {
        shown.push(format!("{path}\n{}\n", service.ask(path).await.shown()));
    }
    let accept = [(ACCEPT, "text/html")];
    shown.push(format!("text/html\n{}\n", service.ask_with("/v1/targets", &accept).await.shown()));
    assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn each_format_has_its_own_tag_and_the_same_figures_the_same() {
    let service = service();
    let mut tags = Vec::new();
    for format in Format::FIGURES {
        let path = format!("{PATH}&format={}", format.word());
        let first = service.ask(&path).await;
        let tag = first.header("etag").to_owned();
        assert_eq!(service.ask(&path).await.bytes, first.bytes, "{format:?}");
        let again = service.ask_with(&path, &[(IF_NONE_MATCH, &tag)]).await;
        assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", &*tag));
        assert_eq!(again.header("vary"), "accept");
        assert_eq!(again.header("weir-as-of"), "2022-01-31T16:00:00.250Z");
        assert!(!tags.contains(&tag));
        tags.push(tag);
    }
}
