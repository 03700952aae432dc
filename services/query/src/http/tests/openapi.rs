//! The description holds: of every route, and of whatever these tests were answered.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{Answered, Role, Settings, service, service_with};
use crate::http::openapi::DOCUMENT;

fn document() -> Value {
    serde_json::to_value(&*DOCUMENT).unwrap()
}

/// What the document says of a path.
fn described<'d>(document: &'d Value, path: &str) -> Option<&'d Value> {
    let same = |template: &str| {
        let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        let mut pairs = template.iter().zip(&path);
        // What SDMX has in a path has slashes in it.
        let last = template.last().is_some_and(|last| last.starts_with('{'));
        let long = last && template.starts_with(&["", "sdmx"]) && path.len() > template.len();
        (long || template.len() == path.len())
            && pairs.all(|(one, other)| one.starts_with('{') || one == other)
    };
    document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .find(|(template, _)| same(template))
        .map(|(_, item)| &item["get"])
}

/// Fails where an answer is not as the document says: its status, its media type, a problem's code, the shape of JSON.
pub(super) fn hold(target: &str, answered: &Answered) {
    let (document, path) = (document(), target.split('?').next().unwrap());
    let Some(operation) = described(&document, path) else {
        assert_eq!(answered.status, 404, "{path} is not described");
        return;
    };
    let response = &operation["responses"][answered.status.to_string()];
    assert!(
        response.is_object(),
        "{path} does not say that it answers {}: {}",
        answered.status,
        answered.body
    );
    for header in response["headers"].as_object().into_iter().flat_map(|headers| headers.keys()) {
        let sometimes = matches!(header.as_str(), "Link" | "Weir-As-Of");
        assert!(sometimes || !answered.header(header).is_empty(), "{path} {}: no {header}", answered.status);
    }
    let varies = response["headers"]["Vary"]["description"].as_str().unwrap_or_default().to_lowercase();
    for name in answered.header("vary").split(", ").filter(|_| !varies.is_empty()) {
        assert!(varies.contains(&format!("`{name}`")), "{path} also varies by {name}");
    }
    if answered.bytes.is_empty() {
        return;
    }
    let media_type = answered.header("content-type").split(';').next().unwrap();
    let content = &response["content"][media_type];
    assert!(content.is_object(), "{path} {} does not say that it is in {media_type}", answered.status);
    if media_type.ends_with("json") {
        let schema = json!({"allOf": [content["schema"]], "components": document["components"]});
        let body: Value = serde_json::from_slice(&answered.bytes).unwrap();
        let errors: Vec<String> = jsonschema::draft202012::new(&schema)
            .unwrap()
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{target}: {errors:#?}");
    }
}

#[test]
fn the_description_is_as_it_was_read() {
    assert_snapshot!(serde_json::to_string_pretty(&document()).unwrap());
}

#[test]
fn every_route_is_described() {
    // What the router knows of its paths it tells in its debug text alone.
    let routes = format!("{:?}", service().router);
    // The fallback lies at the root, and below it under a name that is axum's own.
    let own = |text: &&str| text.starts_with('/') && *text != "/" && !text.contains("__private");
    let paths: BTreeSet<String> = routes.split('"').filter(own).map(|path| path.replace("{*", "{")).collect();
    let document = document();
    let described: BTreeSet<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(paths, described);
}

#[test]
fn every_operation_names_its_problems_and_who_may_ask() {
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        let operation = &item["get"];
        assert!(operation["summary"].is_string(), "{path}");
        let asks_for_key = operation["responses"].get("401").is_some();
        assert_eq!(asks_for_key, operation["security"].is_array(), "{path}");
        let formats = operation["responses"]["200"]["content"].as_object().map_or(0, serde_json::Map::len);
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let offered = parameters.filter(|one| one["name"] == "format").map(|one| &one["schema"]["enum"]);
        // Both kinds of CSV have one media type.
        assert!(
            offered.into_iter().flat_map(Value::as_array).all(|words| words.len() == formats + 1),
            "{path}"
        );
    }
}

#[tokio::test]
async fn anybody_may_read_the_description_and_try_it() {
    let service = service_with(Settings::default(), None);
    let answered = service.ask_without_key("/openapi.json").await;
    assert_eq!(serde_json::from_slice::<Value>(&answered.bytes).unwrap(), document());
    let page = service.ask_without_key("/docs").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").starts_with("default-src 'self'"));
    let loaded: Vec<&str> = page.body.split(['"']).filter(|text| text.starts_with("docs/")).collect();
    assert_eq!(loaded.len(), 4, "{}", page.body);
    assert!(!page.body.contains("://"), "it loads nothing from elsewhere");
    for file in loaded {
        let asset = service.ask_without_key(&format!("/{file}")).await;
        assert_eq!(asset.status, 200, "{file}");
        assert!(asset.bytes.len() > 100, "{file}");
    }
    assert_eq!(service.ask_as(Role::Public, "/docs/none.js").await.status, 404);
}
