//! The limits that schemas give are those of the code.

use serde_json::{Value, json};
use weir_schemas::event::{DEPTH_MOST, ID_MOST, NAME_MOST, TEXT_MOST, WIDTH_MOST};
use weir_schemas::exact;

use super::schemas::{Documents, Schemas, URN};

fn definition<'a>(documents: &'a Documents, name: &str) -> &'a Value {
    documents.resolve(&format!("{URN}definitions#/$defs/{name}"))
}

#[test]
fn limits_are_those_of_the_code() {
    let documents = &Schemas::current().documents;
    assert_eq!(definition(documents, "text")["maxLength"], json!(TEXT_MOST));
    let envelope = documents.get(&format!("{URN}envelope"));
    assert_eq!(envelope["properties"]["id"]["maxLength"], json!(ID_MOST));
    let description = envelope["description"].as_str().unwrap().replace(',', "");
    for limit in [
        format!("more than {DEPTH_MOST} levels"),
        format!("more than {WIDTH_MOST} members"),
        format!("more than {NAME_MOST} characters"),
    ] {
        assert!(description.contains(&limit), "{limit}");
    }
    let number = &definition(documents, "decimal")["anyOf"][0];
    assert_eq!(number["maximum"], json!(exact::BOUND));
    assert_eq!(number["minimum"].to_string(), format!("-{}", exact::BOUND));
    assert_eq!(definition(documents, "revision")["maximum"], json!(u32::MAX));
}

#[test]
fn examples_of_definitions_are_good_ones() {
    let documents = &Schemas::current().documents;
    let registry = documents.iter().fold(jsonschema::Registry::new(), |registry, (id, document)| {
        registry.add(id, document.clone()).unwrap()
    });
    let registry = registry.prepare().unwrap();
    let definitions = documents.get(&format!("{URN}definitions"))["$defs"].as_object().unwrap();
    let mut examples = 0;
    for name in definitions.keys() {
        let schema = json!({ "$ref": format!("{URN}definitions#/$defs/{name}") });
        let validator = jsonschema::options().with_registry(&registry).build(&schema).unwrap();
        for example in definitions[name]["examples"].as_array().into_iter().flatten() {
            assert!(validator.is_valid(example), "{name}: {example}");
            examples += 1;
        }
    }
    assert!(examples > 20);
}
