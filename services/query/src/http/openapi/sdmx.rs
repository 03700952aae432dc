//! SDMX REST, whose paths and messages are the standard's: what of it is served, and in which media types (docs/sdmx.md).

use utoipa::Modify;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn, ParameterStyle, PathItem};
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, HttpMethod, ObjectBuilder, OpenApi, RefOr, Required, ResponseBuilder};

use super::shared::{KEY, OF_KEYS, problems, tagged};

const DATA: [&str; 3] =
    ["application/vnd.sdmx.data+json", "application/vnd.sdmx.data+xml", "application/vnd.sdmx.data+csv"];
const STRUCTURE: [&str; 2] = ["application/vnd.sdmx.structure+json", "application/vnd.sdmx.structure+xml"];

/// What is no parameter of the standard.
const AS_OF: &str = "as_of";

/// What is asked of a resource.
struct Resource {
    name: &'static str,
    summary: &'static str,
    /// What its path may say; whatever is left out at its end is everything.
    path: &'static str,
    /// Whether it can be asked for without a path.
    bare: bool,
    parameters: &'static [&'static str],
    media_types: &'static [&'static str],
    /// Whether it tells figures, to those who may see them.
    figures: bool,
}

const RESOURCES: [Resource; 4] = [
    Resource {
        name: "data",
        summary: "Data",
        path: "context/agency/id/version/key",
        bare: true,
        parameters: &[
            "asOf",
            AS_OF,
            "updatedAfter",
            "includeHistory",
            "firstNObservations",
            "lastNObservations",
            "dimensionAtObservation",
            "attributes",
            "measures",
            "format",
        ],
        media_types: &DATA,
        figures: true,
    },
    Resource {
        name: "availability",
        summary: "Of which codes and periods there is data",
        path: "context/agency/id/version/key/component",
        bare: true,
        parameters: &["mode", "references", "asOf", AS_OF, "format"],
        media_types: &STRUCTURE,
        figures: true,
    },
    Resource {
        name: "structure",
        summary: "Dataflows, data structures, code lists, concepts",
        path: "type/agency/id/version",
        bare: true,
        parameters: &["detail", "references", "format"],
        media_types: &STRUCTURE,
        figures: false,
    },
    Resource {
        name: "schema",
        summary: "A flow and all that it refers to",
        path: "context/agency/id/version",
        bare: false,
        parameters: &["dimensionAtObservation", "format"],
        media_types: &STRUCTURE,
        figures: false,
    },
];

/// Adds it.
pub(super) struct Sdmx;

impl Modify for Sdmx {
    fn modify(&self, document: &mut OpenApi) {
        let mut add = |path: String, operation| {
            document.paths.paths.insert(path, PathItem::new(HttpMethod::Get, operation));
        };
        for resource in &RESOURCES {
            let bare = format!("/sdmx/{}", resource.name);
            add(format!("{bare}/{{path}}"), resource.operation(true));
            if resource.bare {
                add(bare, resource.operation(false));
            }
        }
        let mut other = OperationBuilder::new()
            .tag("sdmx")
            .operation_id(Some("sdmx_other"))
            .summary(Some("What the standard has besides, of which nothing is served"))
            .parameter(
                parameter("other", "Any other resource")
                    .parameter_in(ParameterIn::Path)
                    .required(Required::True),
            )
            .build();
        problems(&mut other, &[(400, &["path"]), (404, &["not-found"]), (501, &["sdmx-not-implemented"])]);
        add("/sdmx/{other}".to_owned(), other);
    }
}

impl Resource {
    fn operation(&self, with_path: bool) -> utoipa::openapi::path::Operation {
        let tail = if with_path { "" } else { "_of_all" };
        let mut operation = OperationBuilder::new()
            .tag("sdmx")
            .operation_id(Some(format!("sdmx_{}{tail}", self.name)))
            .summary(Some(self.summary));
        if with_path {
            let says = format!("`{}`, slashes between; what is left out at its end is everything", self.path);
            let path = parameter("path", &says).parameter_in(ParameterIn::Path);
            operation = operation.parameter(path.required(Required::True));
        }
        for name in self.parameters {
            let says = if *name == AS_OF {
                "`asOf`, by the name it has elsewhere"
            } else {
                "As SDMX REST 2.x has it"
            };
            operation = operation.parameter(parameter(name, says));
        }
        if self.figures {
            let filters = Schema::Object(ObjectBuilder::new().additional_properties(Some(text())).build());
            let says = "Filters by component, as `c[TIME_PERIOD]=ge:2021`";
            let filters = parameter("c", says).schema(Some(filters)).style(Some(ParameterStyle::DeepObject));
            operation = operation.parameter(filters.explode(Some(true)));
            operation = operation.security(SecurityRequirement::new(KEY, Vec::<String>::new()));
        }
        let mut answer = ResponseBuilder::new().description("A message");
        for media_type in self.media_types {
            let shape = if media_type.ends_with("json") { Type::Object } else { Type::String };
            let content = ContentBuilder::new().schema(Some(Object::with_type(shape)));
            answer = answer.content(*media_type, content.build());
        }
        let mut operation = operation.response("200", answer.build());
        if self.figures {
            let nothing =
                ResponseBuilder::new().description("There are such data, and none of what is asked for");
            operation = operation.response("204", nothing.build());
        }
        let mut operation = operation.build();
        tagged(&mut operation, self.figures, BY_ALL);
        problems(&mut operation, &OF_SDMX[if self.figures { 0 } else { OF_FIGURES }..]);
        if self.figures {
            problems(&mut operation, OF_KEYS);
        }
        operation
    }
}

/// What of a request a message depends on.
const BY_ALL: &str = "`Accept`, `Accept-Language`, `Accept-Encoding`, `Authorization`";

/// How many of the problems are of figures alone; they come first.
const OF_FIGURES: usize = 2;

/// Problems.
const OF_SDMX: &[(u16, &[&str])] = &[
    (413, &["too-much-data"]),
    (422, &["too-costly"]),
    (400, &["parameter", "query", "path", "key", "accept"]),
    (404, &["not-found"]),
    (406, &["not-acceptable"]),
    (500, &["internal"]),
    (501, &["sdmx-not-implemented"]),
    (503, &["no-figures-yet", "past-unreachable", "too-slow", "identity-provider-unavailable"]),
];

fn text() -> RefOr<Schema> {
    Schema::Object(Object::with_type(Type::String)).into()
}

fn parameter(name: &str, says: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(says))
        .schema(Some(text()))
}
