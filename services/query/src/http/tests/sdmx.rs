//! SDMX over cells in memory.

use std::time::Duration;

use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, ETAG, VARY};
use insta::assert_snapshot;
use weir_schemas::cell::Cell;
use weir_schemas::codelist::Field;
use weir_schemas::period::Slot;

use super::IF_NONE_MATCH;
use super::{App, Role, Semaphore, Service, Settings, cell, cells, service, service_of, service_with};

const CSV: &str = "application/vnd.sdmx.data+csv;version=2.0.0";
const XML: &str = "application/vnd.sdmx.data+xml;version=3.0.0";

impl Service {
    async fn rows(&self, path: &str) -> String {
        let answered = self.ask_with(path, &[(ACCEPT, CSV)]).await;
        assert_eq!(answered.status, 200, "{path} {}", answered.body);
        answered.body
    }
}

const PATENTS: &str = "/sdmx/data/dataflow/SCSTAT/HT/1.0.0/A.*.HVP_PER_10K_POP._T";

#[tokio::test]
async fn data_comes_in_each_format() {
    let service = service();
    let path = format!("{PATENTS}?c[TIME_PERIOD]=2021&c[REF_AREA]=510000,510100");
    let json = service.ask(&path).await;
    let prepared = ["\"prepared\":\"2022-01-31T16:00:00.250Z\"", "\"id\":\"WEIR1643644800250\""];
    assert!(prepared.iter().all(|part| json.body.contains(part)));
    assert_snapshot!("json", json.shown());
    assert_eq!(json.header("content-type"), "application/vnd.sdmx.data+json;version=2.0.0");
    assert_eq!(json.header("weir-as-of"), "2022-01-31T16:00:00.250Z");
    assert_eq!(json.header(VARY.as_str()), "accept, accept-language, accept-encoding, authorization");
    let xml = service.ask_with(&path, &[(ACCEPT, XML)]).await;
    assert_snapshot!("xml", xml.body.replace("><", ">\n<"));
    assert_snapshot!("csv", service.rows(&path).await);
    let both = "text/csv;labels=both;keys=both;timeFormat=normalized";
    let both = service.ask_with(&path, &[(ACCEPT, both), (ACCEPT_LANGUAGE, "zh")]).await;
    assert_snapshot!("csv_both", both.body);
    let flat = service.ask(&format!("{path}&dimensionAtObservation=AllDimensions&attributes=none")).await;
    assert_snapshot!("json_flat", flat.shown());
}

#[tokio::test]
async fn every_flow_has_its_data() {
    let service = service();
    let mut shown = Vec::new();
    for path in [
        "dataflow/SCSTAT/HT_NUM/+/A.510000.rd_internal._T",
        "dataflow/SCSTAT/HT_REF/~/A.510000.ref_resident_population",
        "datastructure/SCSTAT/DSD_HT_TARGET/*/A.510000.HVP_PER_10K_POP,A.510000.TALENT_YOUTH",
        "*/*/HT,HT_NUM/*/M.510000.HVP_PER_10K_POP._T,M.510000.high_value_patents._T?lastNObservations=1",
    ] {
        shown.push(format!("{path}\n{}", service.rows(&format!("/sdmx/data/{path}")).await));
    }
    assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn keys_and_filters_narrow_what_is_asked() {
    let service = service();
    let periods = |rows: String| {
        let of = rows.lines().skip(1).map(|row| row.split(',').skip(3).take(6).collect::<Vec<_>>().join("."));
        of.collect::<Vec<_>>().join(" ")
    };
    let base = "/sdmx/data/dataflow/SCSTAT/HT_NUM/1.0.0/";
    for (asked, told) in [
        (
            "A.510000.high_value_patents._T/?c[TIME_PERIOD]=ge:2021",
            "A.510000.high_value_patents._T.STOCK.2021",
        ),
        (
            "*?c[FREQ]=A&c[REF_AREA]=510000&c[INDICATOR]=high_value_patents&c[FIELD]=_T&c[OBS_VALUE]=gt:100",
            "A.510000.high_value_patents._T.STOCK.2021",
        ),
        (
            "M.510000.high_value_patents._T?firstNObservations=1&lastNObservations=1",
            "M.510000.high_value_patents._T.STOCK.2020-01 M.510000.high_value_patents._T.STOCK.2022-02",
        ),
        ("A.510000,A.510100?c[INDICATOR]=sw:rd_int&c[FIELD]=_T", "A.510000.rd_internal._T.ANNUAL.2021"),
        ("A.510000.rd_internal.*.ANNUAL?c[SYNTHETIC]=true", "A.510000.rd_internal._T.ANNUAL.2021"),
    ] {
        assert_eq!(periods(service.rows(&format!("{base}{asked}")).await), told, "{asked}");
    }
    for nothing in [
        "A.510000.none",
        "A.110000",
        "A.510000.rd_internal._T.YTD",
        "*?c[FREQ]=W",
        "A.510000.rd_internal.F01",
    ] {
        let answered = service.ask(&format!("{base}{nothing}")).await;
        assert_eq!((answered.status, answered.body.as_str()), (204, ""), "{nothing}");
        assert_eq!(answered.header("weir-as-of"), "2022-01-31T16:00:00.250Z");
    }
}

#[tokio::test]
async fn what_can_not_be_answered_is_said() {
    let narrow = Settings { observations: 2, sdmx_figures: 50, ..Settings::default() };
    let service = service_with(narrow, Some("2022-01-31T16:00:00.25Z"));
    let mut shown = Vec::new();
    for path in [
        "/sdmx/data/dataflow/SCSTAT/NONE",
        "/sdmx/data/dataflow/SCSTAT/HT/2.0.0",
        "/sdmx/data/table/SCSTAT/HT",
        "/sdmx/data/provisionagreement/SCSTAT/HT",
        "/sdmx/data/dataflow/SCSTAT/HT/1.0.0/A+M.510000",
        "/sdmx/data/dataflow/SCSTAT/HT/1.0.0/*/x",
        "/sdmx/data/dataflow/SCSTAT/HT?c[NONE]=A",
        "/sdmx/data/dataflow/SCSTAT/HT?c[TIME_PERIOD]=soon",
        "/sdmx/data/dataflow/SCSTAT/HT?limit=10",
        "/sdmx/data/dataflow/SCSTAT/HT?startPeriod=2021",
        "/sdmx/data/dataflow/SCSTAT/HT?firstNObservations=0",
        "/sdmx/data/dataflow/SCSTAT/HT?dimensionAtObservation=REF_AREA",
        "/sdmx/data/dataflow/SCSTAT/HT?attributes=NONE",
        "/sdmx/data/dataflow/SCSTAT/HT?asOf=2021-01-01&updatedAfter=2021-01-02",
        "/sdmx/data/dataflow/SCSTAT/HT?asOf=2021-01-01&as_of=2021-01-02",
        "/sdmx/data/dataflow/SCSTAT/HT?includeHistory=yes",
        "/sdmx/data/dataflow/SCSTAT/HT?format=pdf",
        "/sdmx/data/dataflow/SCSTAT/HT",
        "/sdmx/data/dataflow/SCSTAT/HT/1.0.0/M.510000.HTE_COUNT._T",
        "/sdmx/structure/things",
        "/sdmx/structure/categoryscheme",
        "/sdmx/structure/codelist/SCSTAT/CL_NONE",
        "/sdmx/structure/codelist/SCSTAT/CL_AREA/1.0.0/110000",
        "/sdmx/structure/dataflow/SCSTAT/HT/1.0.0/A",
        "/sdmx/structure/dataflow?detail=little",
        "/sdmx/structure/dataflow?references=friends",
        "/sdmx/availability/dataflow/SCSTAT/HT/1.0.0/*/NONE",
        "/sdmx/availability/dataflow/SCSTAT/HT?mode=some",
        "/sdmx/metadata/dataflow",
        "/sdmx/nothing",
    ] {
        shown.push(format!("{path}\n{}\n", service.ask(path).await.shown()));
    }
    let answered = service.ask_with(PATENTS, &[(ACCEPT, "text/html")]).await;
    shown.push(format!("{PATENTS} as text/html\n{}\n", answered.shown()));
    assert_snapshot!(shown.join("\n"));
}

/// Too much is too much without waiting for a turn at the past, and whatever is held by those who have one.
#[tokio::test]
async fn what_is_too_much_waits_for_nothing() {
    let closed = Some("2022-01-31T16:00:00.25Z");
    let service = service_of(Settings::default(), closed, |app| App { past: Semaphore::new(0), ..app });
    for path in
        ["/sdmx/data?asOf=2022-01-01", "/sdmx/availability?asOf=2022-01-01", "/sdmx/data?includeHistory=true"]
    {
        let answered = tokio::time::timeout(Duration::from_secs(20), service.ask(path)).await;
        let answered = answered.unwrap_or_else(|_| panic!("{path} waits for its turn"));
        assert_eq!(answered.status, 413, "{path} {}", answered.body);
        assert!(answered.body.contains("figures, over the 500000 of one answer"), "{}", answered.body);
    }
}

#[tokio::test]
async fn readers_see_what_they_see_elsewhere() {
    let service = service();
    assert_eq!(service.ask_without_key(PATENTS).await.status, 401);
    for (role, status) in [
        (Role::Bureau, 403),
        (Role::Operator, 403),
        (Role::Public, 403),
        (Role::Analyst, 200),
        (Role::Official, 200),
    ] {
        assert_eq!(service.ask_as(role, PATENTS).await.status, status, "{role}");
    }
    // The official's key is for 5101…: any area is any of those, and no other may be named.
    let mine = service.ask_as(Role::Official, &format!("{PATENTS}?format=csv&c[TIME_PERIOD]=2021")).await;
    let areas: Vec<_> = mine.body.lines().skip(1).map(|row| &row[30..40]).collect();
    assert!(mine.body.contains(",510100,") && !mine.body.contains(",510000,"), "{areas:?}");
    for named in [PATENTS.replace('*', "510000"), format!("{PATENTS}?c[REF_AREA]=510100,510000")] {
        assert_eq!(service.ask_as(Role::Official, &named).await.status, 403, "{named}");
    }
    let availability = PATENTS.replace("data", "availability").replace("availabilityflow", "dataflow");
    assert_eq!(service.ask_without_key(&availability).await.status, 401);
    let seen = service.ask_as(Role::Official, &availability).await;
    assert!(seen.body.contains("510100") && !seen.body.contains("510000"), "{}", seen.body);
    let structure = service.ask_without_key("/sdmx/structure/dataflow").await;
    assert_eq!((structure.status, structure.header("cache-control")), (200, "public, no-cache"));
}

#[tokio::test]
async fn an_answer_the_reader_has_is_not_sent_again() {
    let service = service();
    let path = format!("{PATENTS}?c[REF_AREA]=510000");
    let first = service.ask(&path).await;
    let tag = first.header(ETAG.as_str()).to_owned();
    // A later moment with the same figures is no other answer.
    service.live.close("2022-01-31T17:00:00Z".parse().unwrap());
    let again = service.ask_with(&path, &[(IF_NONE_MATCH, tag.as_str())]).await;
    assert_eq!((again.status, again.header(ETAG.as_str())), (304, tag.as_str()));
    assert_eq!(again.header("weir-as-of"), "2022-01-31T17:00:00.000Z");
    let other = service.ask_with(&path, &[(ACCEPT, XML), (IF_NONE_MATCH, tag.as_str())]).await;
    assert_eq!(other.status, 200, "another format is another answer");
    let news = Cell { version: 2, ..cell("high_value_patents", "510000", Slot::year(2021), "33824") };
    assert_eq!(service.live.put("weir_test", [news]), 1);
    assert_eq!(service.ask_with(&path, &[(IF_NONE_MATCH, tag.as_str())]).await.status, 200);
}

#[tokio::test]
async fn structures_are_told_with_what_they_refer_to() {
    let service = service();
    let flow = service.ask("/sdmx/structure/dataflow/SCSTAT/HT_REF/1.0.0?references=datastructure").await;
    let undated = |body: &str| {
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        serde_json::to_string_pretty(&body["data"]).unwrap()
    };
    assert_snapshot!("structure_json", undated(&flow.body));
    let codes = service.ask("/sdmx/structure/codelist/SCSTAT/CL_AREA/+/510000,510700").await;
    assert_snapshot!("codes", undated(&codes.body));
    let stubs = service.ask("/sdmx/structure/*/SCSTAT?detail=allstubs").await;
    assert_eq!(stubs.body.matches("\"isExternalReference\":true").count(), 4 + 4 + 13 + 1);
    let xml = service
        .ask("/sdmx/structure/datastructure/SCSTAT/DSD_HT_REF?format=xml&references=conceptscheme")
        .await;
    let body = xml.body.split_once("</mes:Header>").unwrap().1.replace("><", ">\n<");
    assert_snapshot!("structure_xml", body);
    let schema = service.ask("/sdmx/schema/dataflow/SCSTAT/HT_REF/1.0.0/").await;
    for part in ["CL_REFERENCE", "DSD_HT_REF", "\"id\":\"HT_REF\"", "CL_VINTAGE"] {
        assert!(schema.body.contains(part), "{part}");
    }
    assert!(!schema.body.contains("TARGET_PART"), "only what the flow has");
}

#[tokio::test]
async fn availability_tells_of_what_there_is_data() {
    let service = service();
    let data = |body: &str| {
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        serde_json::to_string_pretty(&body["data"]).unwrap()
    };
    let path = "/sdmx/availability/dataflow/SCSTAT/HT_NUM/1.0.0/A.510000.rd_internal";
    assert_snapshot!("exact", data(&service.ask(path).await.body));
    let available = service.ask(&format!("{path}/INDICATOR?mode=available&c[FIELD]=_T")).await;
    assert!(available.body.contains("high_value_patents") && available.body.contains("rd_internal"));
    assert!(!available.body.contains("rd_basic"), "of which there is none");
    let along = service.ask(&format!("{path}?references=codelist")).await;
    assert!(along.body.contains("\"isPartial\":true") && !along.body.contains("\"id\":\"510100\""));
    let whole = service.ask("/sdmx/availability/dataflow/SCSTAT/HT/1.0.0/").await;
    assert_eq!(whole.status, 200, "{}", whole.body);
    assert_eq!(service.ask("/sdmx/availability/dataflow/SCSTAT/HT/1.0.0/A.510000.NONE").await.status, 204);
}

/// What availability says is what data has, though it looks at few figures.
#[tokio::test]
async fn availability_misses_nothing() {
    let service = service();
    let more = [
        cell("rd_internal", "510104", Slot::year(2020), "1"),
        Cell {
            series: weir_schemas::cell::Series { field: Field::F06, ..cells()[0].series.clone() },
            ..cells()[0].clone()
        },
    ];
    assert_eq!(service.live.put("weir_test", more), 2);
    for key in
        ["A.510000,A.510104", "*.510100.rd_internal,*.510000.rd_internal", "A.*.RD_GDP_RATIO", "M.510000"]
    {
        for flow in ["HT", "HT_NUM", "HT_REF"] {
            let rows = service
                .ask_with(&format!("/sdmx/data/dataflow/SCSTAT/{flow}/1.0.0/{key}"), &[(ACCEPT, CSV)])
                .await;
            let told = service.ask(&format!("/sdmx/availability/dataflow/SCSTAT/{flow}/1.0.0/{key}")).await;
            assert_eq!(rows.status, told.status, "{flow} {key} {}", rows.body);
            if told.status == 204 {
                continue;
            }
            let told: serde_json::Value = serde_json::from_str(&told.body).unwrap();
            let values = &told["data"]["dataConstraints"][0]["cubeRegions"][0]["keyValues"];
            for (at, told) in values.as_array().unwrap().iter().take(5).enumerate() {
                let mut met: Vec<&str> =
                    rows.body.lines().skip(1).map(|row| row.split(',').nth(3 + at).unwrap()).collect();
                met.sort_unstable();
                met.dedup();
                assert_eq!(told["values"], serde_json::json!(met), "{flow} {key} {at}");
            }
        }
    }
}
