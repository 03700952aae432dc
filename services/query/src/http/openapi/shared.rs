//! What answers have in common: formats, headers, problems, and who may ask.

use serde_json::json;
use utoipa::Modify;
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required};

use crate::http::format::{FORMAT, Format};

/// The security scheme: a key, or a token of the identity provider.
pub(super) const KEY: &str = "key";
const PROBLEM: &str = "Problem";

/// The codes of problems that have something to do with keys.
pub(super) const OF_KEYS: &[(u16, &[&str])] = &[
    (
        401,
        &[
            "unauthorized",
            "token-malformed",
            "token-issuer",
            "token-audience",
            "token-signing-key",
            "token-signature",
            "token-expired",
            "token-not-yet-valid",
        ],
    ),
    (403, &["forbidden", "client-unknown", "client-revoked"]),
];

/// Where what is answered is about a plan's figures or events: what may be wrong with a request, and with the service.
const OF_DATA: &[(u16, &[&str])] = &[
    (400, &["parameter", "query", "path"]),
    (404, &["not-found"]),
    (422, &["too-costly"]),
    (500, &["internal"]),
    (
        503,
        &[
            "no-figures-yet",
            "past-unreachable",
            "store-unreachable",
            "too-slow",
            "identity-provider-unavailable",
        ],
    ),
];

/// Where what is answered is which releases there are.
const OF_RELEASES: &[(u16, &[&str])] = &[
    (400, &["parameter", "query", "path"]),
    (404, &["not-found"]),
    (500, &["internal"]),
    (503, &["releases-unread", "identity-provider-unavailable"]),
];

/// Where what is answered is in a release.
const IN_RELEASES: &[(u16, &[&str])] = &[
    (400, &["parameter", "query", "path"]),
    (404, &["not-found", "not-released"]),
    (500, &["internal"]),
    (503, &["releases-unread", "release-unreachable", "identity-provider-unavailable"]),
];

/// What of a request an answer in one of several formats depends on.
const BY_FORMAT: &str = "`Accept`";

/// Where there is a choice of formats.
const OF_FORMATS: &[(u16, &[&str])] = &[(406, &["not-acceptable"])];

/// What a stream may be refused for.
const OF_STREAMS: &[(u16, &[&str])] = &[
    (400, &["parameter", "query"]),
    (429, &["too-many-readers"]),
    (500, &["internal"]),
    (
        503,
        &[
            "no-figures-yet",
            "not-as-far-yet",
            "too-many-figures",
            "too-many-readers",
            "identity-provider-unavailable",
        ],
    ),
];

/// Adds what operations have in common.
pub(super) struct Shared;

impl Modify for Shared {
    fn modify(&self, document: &mut OpenApi) {
        for (path, item) in &mut document.paths.paths {
            let Some(operation) = &mut item.get else { continue };
            let tags = operation.tags.clone().unwrap_or_default();
            match tags.first().map(String::as_str) {
                _ if path == "/v1/live" => streamed(operation),
                _ if path.ends_with("/explain") => data(operation, &[Format::Json], OF_DATA),
                Some("figures") if path.ends_with("{id}") => data(operation, Format::FIGURES, OF_DATA),
                Some("figures" | "units") => data(operation, Format::LISTS, OF_DATA),
                Some("releases") if path.ends_with("{id}") => data(operation, Format::FIGURES, IN_RELEASES),
                Some("releases") if path.ends_with("targets") => data(operation, Format::LISTS, IN_RELEASES),
                Some("releases") => data(operation, Format::LISTS, OF_RELEASES),
                Some("about") => about(operation, problems_of(path)),
                _ => {}
            }
        }
        let components = document.components.get_or_insert_default();
        components.schemas.insert(PROBLEM.to_owned(), problem().into());
        let says = "A key of Weir, or a token of the identity provider where the service has one";
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(says)).build();
        components.add_security_scheme(KEY, SecurityScheme::Http(scheme));
    }
}

/// What may be wrong with a request for what is for anybody.
fn problems_of(path: &str) -> &'static [(u16, &'static [&'static str])] {
    match path {
        "/v1/plan" => &[(400, &["parameter"])],
        "/docs/{file}" => &[(400, &["path"]), (404, &["not-found"])],
        _ => &[],
    }
}

/// What is for anybody, with a tag.
fn about(operation: &mut Operation, codes: &[(u16, &[&str])]) {
    tagged(operation, false, BY_FORMAT);
    problems(operation, codes);
    problems(operation, &[(500, &["internal"])]);
}

/// What is told to those who may see it, in several formats.
fn data(operation: &mut Operation, formats: &[Format], codes: &[(u16, &[&str])]) {
    secured(operation);
    if formats.len() > 1 {
        operation.parameters.get_or_insert_default().push(format_parameter(formats).into());
        problems(operation, OF_FORMATS);
    }
    if let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") {
        for format in formats.iter().filter(|format| **format != Format::Json) {
            let schema = match format {
                Format::JsonStat => Object::with_type(Type::Object).into(),
                _ => Object::with_type(Type::String).into(),
            };
            let content = ContentBuilder::new().schema(Some::<Schema>(schema)).build();
            answer.content.insert(format.media_type().to_owned(), content.into());
        }
    }
    tagged(operation, true, BY_FORMAT);
    for status in ["200", "304"] {
        if let Some(RefOr::T(answer)) = operation.responses.responses.get_mut(status) {
            let next = header("With `rel=\"next\"`, the next page of a list that has one");
            answer.headers.insert("Link".to_owned(), next.into());
        }
    }
    problems(operation, codes);
}

/// What goes on until the reader leaves: there is nothing to ask for again.
fn streamed(operation: &mut Operation) {
    secured(operation);
    problems(operation, OF_STREAMS);
}

/// Adds that a key is needed, and what may be wrong with it.
fn secured(operation: &mut Operation) {
    operation.security = Some(vec![SecurityRequirement::new(KEY, Vec::<String>::new())]);
    problems(operation, OF_KEYS);
}

fn format_parameter(formats: &[Format]) -> Parameter {
    let words = formats.iter().map(|format| format.word());
    let says = "In which format; `Accept` asks for one too, and this overrules it. Of `csv` and `csv-excel` only the second has a \
                byte-order mark.";
    ParameterBuilder::new()
        .name(FORMAT)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(says))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()))
        .build()
}

/// Adds the headers by which an answer is asked for again, and 304.
/// `varies` says what of a request the answer depends on.
pub(super) fn tagged(operation: &mut Operation, of_data: bool, varies: &str) {
    let mut again = Response::new("The reader has this answer already");
    if let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") {
        for response in [answer, &mut again] {
            let mut add = |name: &str, says| response.headers.insert(name.to_owned(), header(says).into());
            add("ETag", "A hash of what is shown; send it again in `If-None-Match`");
            add("Vary", varies);
            if of_data {
                add("Weir-As-Of", "The recorded time that the answer reflects");
            }
        }
    }
    operation.responses.responses.insert("304".to_owned(), again.into());
}

fn header(says: &str) -> Header {
    HeaderBuilder::new().schema(Some(Object::with_type(Type::String))).description(Some(says)).build()
}

/// Adds problems with their codes, by status.
pub(super) fn problems(operation: &mut Operation, codes: &[(u16, &[&str])]) {
    for (status, codes) in codes {
        let listed: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
        let schema = utoipa::openapi::AllOfBuilder::new().item(Ref::from_schema_name(PROBLEM)).item(
            ObjectBuilder::new().property(
                "code",
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes.iter().copied())),
            ),
        );
        let content = ContentBuilder::new().schema(Some(Schema::AllOf(schema.build()))).build();
        let mut response = ResponseBuilder::new()
            .description(format!("A problem: {}", listed.join(", ")))
            .content("application/problem+json", content);
        if *status == 401 {
            response = response.header("WWW-Authenticate", header("How to show a key"));
        }
        if matches!(status, 429 | 503) {
            response = response.header("Retry-After", header("In how many seconds to ask again"));
        }
        operation.responses.responses.insert(status.to_string(), response.build().into());
    }
}

/// A problem, as RFC 9457 has it.
fn problem() -> Object {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    ObjectBuilder::new()
        .description(Some(
            "A problem (RFC 9457). Programs go by its `code`; docs/codes.md says what each means.",
        ))
        .property("type", text().enum_values(Some(["about:blank"])))
        .property("title", text())
        .property("status", ObjectBuilder::new().schema_type(Type::Integer))
        .property("code", text())
        .property("detail", text())
        .property("parameter", text().description(Some("The parameter that is wrong")))
        .property(
            "formats",
            utoipa::openapi::ArrayBuilder::new()
                .items(ObjectBuilder::new().property("format", text()).property("media_type", text())),
        )
        .required("type")
        .required("title")
        .required("status")
        .required("code")
        .required("detail")
        .examples([json!({
            "type": "about:blank", "title": "Bad Request", "status": 400, "code": "parameter",
            "detail": "freq: \"D\" is not one of A, Q, M", "parameter": "freq",
        })])
        .build()
}
