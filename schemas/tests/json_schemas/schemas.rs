//! The schemas as they stand in a folder, with a validator for each event type.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jsonschema::{Registry, Validator};
use serde_json::Value;

/// What every `$id` begins with.
pub(crate) const URN: &str = "urn:weir:events:";

/// The folder of the schemas.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("events")
}

/// The JSON in a file.
pub(crate) fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files in a folder that end so, in order; none if there is no such folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

/// Schemas by their `$id`.
#[derive(Clone)]
pub(crate) struct Documents(BTreeMap<String, Value>);

impl Documents {
    pub(crate) fn new(documents: impl IntoIterator<Item = Value>) -> Self {
        let by_id = |document: Value| (document["$id"].as_str().unwrap().to_owned(), document);
        let documents: Vec<Value> = documents.into_iter().collect();
        let count = documents.len();
        let documents = Self(documents.into_iter().map(by_id).collect());
        assert_eq!(documents.0.len(), count, "each schema has an $id of its own");
        documents
    }

    /// The schemas in force: the shared ones, and one in each type's folder.
    pub(crate) fn current() -> Self {
        let types =
            std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path().join("schema.json"));
        let shared = files(&folder());
        Self::new(shared.into_iter().chain(types.filter(|file| file.exists())).map(|file| read(&file)))
    }

    pub(crate) fn get(&self, id: &str) -> &Value {
        self.0.get(id).unwrap_or_else(|| panic!("no schema is {id}"))
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> &mut Value {
        self.0.get_mut(id).unwrap()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(id, document)| (id.as_str(), document))
    }

    /// The event types that have a schema.
    pub(crate) fn types(&self) -> BTreeSet<&str> {
        let kinds = self.0.keys().filter_map(|id| id.strip_prefix(URN));
        kinds.filter(|kind| kind.starts_with("weir.")).collect()
    }

    /// What a `$ref` points to.
    pub(crate) fn resolve(&self, reference: &str) -> &Value {
        let (id, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        self.get(id).pointer(pointer).unwrap_or_else(|| panic!("{reference} points to nothing"))
    }

    /// A schema in which the references at its head are followed, and null beside another schema is left out.
    pub(crate) fn plain<'a>(&'a self, schema: &'a Value) -> &'a Value {
        if let Some(reference) = schema["$ref"].as_str()
            && schema.get("properties").is_none()
            && schema.get("enum").is_none()
        {
            return self.plain(self.resolve(reference));
        }
        let branches = schema["anyOf"].as_array().map_or(&[][..], Vec::as_slice);
        match branches {
            [one, null] if null["type"] == "null" => self.plain(one),
            _ => schema,
        }
    }
}

/// The schemas in force, with their validators.
pub(crate) struct Schemas {
    pub(crate) documents: Documents,
    validators: BTreeMap<String, Validator>,
}

impl Schemas {
    /// Those in force, made once.
    pub(crate) fn current() -> &'static Self {
        static CURRENT: LazyLock<Schemas> = LazyLock::new(|| Schemas::new(Documents::current()));
        &CURRENT
    }

    fn new(documents: Documents) -> Self {
        let registry = documents
            .iter()
            .fold(Registry::new(), |registry, (id, document)| registry.add(id, document.clone()).unwrap());
        let registry = registry.prepare().unwrap();
        let validator = |kind: &str| {
            let schema = documents.get(&format!("{URN}{kind}"));
            let validator = jsonschema::options().with_registry(&registry).build(schema);
            (kind.to_owned(), validator.unwrap_or_else(|error| panic!("{kind}: {error}")))
        };
        let validators = documents.types().into_iter().map(validator).collect();
        Self { documents, validators }
    }

    /// Whether an event is valid by the schema of that type.
    pub(crate) fn accepts(&self, kind: &str, event: &Value) -> bool {
        self.validators[kind].is_valid(event)
    }

    /// What the schema of that type says against an event.
    pub(crate) fn objections(&self, kind: &str, event: &Value) -> Vec<String> {
        let of = |error: jsonschema::ValidationError<'_>| format!("{}: {error}", error.instance_path());
        self.validators[kind].iter_errors(event).map(of).collect()
    }

    /// The schema of an event's data.
    pub(crate) fn data(&self, kind: &str) -> &Value {
        &self.documents.get(&format!("{URN}{kind}"))["properties"]["data"]
    }
}

#[test]
fn the_schemas_are_schemas() {
    for (id, document) in Documents::current().iter() {
        assert_eq!(document["$schema"], "https://json-schema.org/draft/2020-12/schema", "{id}");
        if let Err(error) = jsonschema::draft202012::meta::validate(document) {
            panic!("{id}: {error}");
        }
    }
}
