//! Contracts: in the year of registration, at the highest revision's amount, nothing once cancelled.

use serde_json::json;

use crate::log::Log;

pub(crate) const CONTRACT: &str = "2023510704000042";

pub(crate) fn contract() -> Log {
    let party = |area| json!({"name": "某公司", "area": area});
    Log::default().and(
        "contract.registered",
        CONTRACT,
        json!({"kind": "service", "registered_on": "2023-08-01", "seller": party("510704"),
            "buyer": party("110101"), "amount": "100", "technology_amount": "50", "field": "F03"}),
    )
}

fn amended(log: Log, revision: u32, amount: Option<u32>) -> Log {
    let data = json!({"revision": revision, "effective_from": "2025-01-01", "amount": amount, "reason": "r"});
    log.and("contract.amended", CONTRACT, data)
}

#[test]
fn a_contract_counts_in_its_year_at_the_highest_revisions_amount() {
    let shows = |log: &Log, period| log.shows("contract_turnover", period);
    let log = contract();
    let periods = ["2023-07", "2023-08", "2023", "2024"].map(|period| shows(&log, period));
    assert_eq!(periods, ["", "510704 F03 100", "510704 F03 100", ""]);
    let log = amended(amended(log, 3, Some(300)), 2, Some(200));
    assert_eq!(shows(&log, "2023-08"), "510704 F03 300");
    let log = amended(log, 4, None);
    assert_eq!(shows(&log, "2023"), "510704 F03 300", "what is left out stays");
    assert_eq!(log.behind("contract_turnover", "2023"), [0, 1]);
    let log = log.and("contract.cancelled", CONTRACT, json!({"effective_from": "2025-01-01", "reason": "r"}));
    assert_eq!(shows(&log, "2023"), "");
}
