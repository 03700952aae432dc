use insta::assert_snapshot;

use super::*;

#[tokio::test]
async fn problems_name_what_cannot_be_explained() {
    let service = service();
    let mut shown = Vec::new();
    for path in [
        "/v1/indicators/NONE/explain?period=2021",
        "/v1/indicators/HTE_COUNT/explain",
        "/v1/indicators/HTE_COUNT/explain?period=soon",
        "/v1/indicators/STSME_COUNT/explain?period=2021-06",
        "/v1/indicators/HTE_COUNT/explain?period=2019",
        "/v1/indicators/HTE_COUNT/explain?period=2022-03",
        "/v1/indicators/HTE_COUNT/explain?period=2021&area=510100,510700",
        "/v1/indicators/HTE_COUNT/explain?period=2021&freq=A",
        "/v1/indicators/HTE_COUNT/explain?period=2021&cursor=x",
        "/v1/indicators/HTE_COUNT/explain?period=2021",
    ] {
        shown.push(format!("{path}\n{}\n", service.ask(path).await.shown()));
    }
    let official = service.ask_as(Role::Official, "/v1/indicators/HTE_COUNT/explain?period=2021&area=510700");
    shown.push(format!("of another area\n{}\n", official.await.shown()));
    assert_snapshot!(shown.join("\n"));
    for role in [Role::Bureau, Role::Operator, Role::Public] {
        assert_eq!(
            service.ask_as(role, "/v1/indicators/HTE_COUNT/explain?period=2021").await.status,
            403,
            "{role}"
        );
    }
}
