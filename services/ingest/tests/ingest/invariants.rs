//! What holds of every request: as many results as records, in order, and nothing accepted that is not in the log.

use crate::support::{BATCH, CODES, Ingest, NDJSON, mistakes, report, with};
use proptest::prelude::*;
use serde_json::Value;
use weir_kernel::topics;

/// A record, good or bad, as text without line breaks.
fn record() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0_usize..3, 0_usize..4, 0_u8..2).prop_map(|(code, id, fte)| {
            with(report(&format!("a{id}"), CODES[code]), "/data/items/rd_fte", fte.to_string()).to_string()
        }),
        2 => (0_usize..4).prop_map(|mistake| mistakes()[mistake].to_string()),
        1 => "[a-z0-9]{1,6}".prop_map(|text| Value::from(text).to_string()),
    ]
}

async fn holds(ingest: &Ingest, results: &[Value], totals: &Value, sent: usize) {
    assert_eq!(results.len(), sent);
    let count = |outcome: &str| results.iter().filter(|result| result["outcome"] == outcome).count();
    for outcome in ["accepted", "duplicate", "rejected", "retry"] {
        assert_eq!(totals[outcome], count(outcome), "{outcome}");
    }
    assert!(results.iter().enumerate().all(|(index, result)| result["index"] == index));
    let records = ingest.records(topics::EVENTS).await;
    assert_eq!(records.len(), count("accepted"));
    for result in results.iter().filter(|result| result["outcome"] == "accepted") {
        let found = records
            .iter()
            .find(|record| result["partition"] == record.partition && result["offset"] == record.offset)
            .unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&found.value).unwrap()["id"], result["id"]);
    }
    assert_eq!(ingest.records(topics::REJECTED).await.len(), count("rejected"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_record_is_answered_and_what_is_accepted_is_in_the_log(
        records in prop::collection::vec(record(), 1..12),
        broken in prop::option::of(0_usize..12),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let ingest = Ingest::start().await;
            let answer = ingest.post(BATCH, format!("[{}]", records.join(","))).await.json();
            holds(&ingest, answer["results"].as_array().unwrap(), &answer, records.len()).await;

            let ingest = Ingest::start().await;
            let mut lines = records.clone();
            if let Some(at) = broken {
                lines.insert(at.min(lines.len()), "{broken".into());
            }
            let answer = ingest.post(NDJSON, lines.join("\n")).await.lines();
            let (totals, results) = answer.split_last().unwrap();
            holds(&ingest, results, totals, lines.len()).await;
        });
    }
}
