//! Who may ask for receipts, queries and exceptions, and how; what they answer is for the whole system's tests.

use insta::assert_snapshot;

use super::{Role, Settings, service, service_with};

const RECEIPT: &str = "/v1/receipts?source=/bureaus/510100&id=a";

#[tokio::test]
async fn units_are_shown_to_no_other_role() {
    let service = service();
    let mut shown = Vec::new();
    for path in [RECEIPT, "/v1/queries?area=510100", "/v1/exceptions?area=510100", "/v1/exceptions"] {
        shown.push(format!("{path}\nwithout a key: {}", service.ask_without_key(path).await.status));
        for role in Role::ALL {
            // 503: the store is away, so the key was let through.
            shown.push(format!("{role}: {}", service.ask_as(role, path).await.status));
        }
    }
    assert_snapshot!(shown.join("\n"));
    let open = service_with(Settings { open: true, ..Settings::default() }, Some("2022-02-01T00:00:00Z"));
    for path in [RECEIPT, "/v1/queries", "/v1/exceptions"] {
        assert_eq!(open.ask_without_key(path).await.status, 401, "open are figures, not units: {path}");
    }
}

#[tokio::test]
async fn problems_of_lists_name_the_parameter() {
    let service = service();
    let mut shown = Vec::new();
    for path in [
        "/v1/receipts",
        "/v1/receipts?source=510100&id=a",
        "/v1/receipts?source=/bureaus/999999&id=a",
        "/v1/receipts?source=/bureaus/510100",
        "/v1/receipts?source=/bureaus/510100&id=a&area=510100",
        "/v1/queries",
        "/v1/queries?area=510100&open=yes",
        "/v1/queries?area=510100&form=B204",
        "/v1/queries?area=510100&period=May",
        "/v1/queries?area=510100&limit=501",
        "/v1/queries?area=510100&cursor=1",
        "/v1/queries?area=510100&kind=conflict",
        "/v1/exceptions?area=510100&kind=lost",
        "/v1/exceptions?area=510100&as_of=then",
        "/v1/exceptions?area=510100",
    ] {
        shown.push(format!("{path}\n{}\n", service.ask_as(Role::Official, path).await.shown()));
    }
    assert_snapshot!(shown.join("\n"));
}
