//! Years that the plan does not have.

use super::service;

#[tokio::test]
async fn figures_of_other_years_are_refused() {
    let service = service();
    for (query, parameter) in [("from=2026&to=2027", "from"), ("from=2026", "from"), ("to=2019", "to")] {
        let refused = service.ask(&format!("/v1/indicators/HTE_COUNT?{query}")).await.shown();
        let said = format!("\"parameter\":\"{parameter}\"");
        assert!(refused.starts_with("400") && refused.contains("2020 to 2025"), "{refused}");
        assert!(refused.contains(&said), "{refused}");
    }
    let reaching_out = service.ask("/v1/indicators/HTE_COUNT?from=2019&to=2027").await.shown();
    assert!(reaching_out.starts_with("200"), "{reaching_out}");
}
