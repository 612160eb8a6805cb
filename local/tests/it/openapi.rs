//! The OpenAPI document says what the program does.

use crate::testkit::{
    Route, SAMPLE_LONER, SAMPLE_TOKEN, TestApp, documented_endpoints, openapi_document, routes,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::PathBuf};

fn committed() -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../openapi.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Every operation: method, path and `operationId`.
fn operations(document: &Value) -> BTreeSet<(String, String, String)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .iter()
                .map(move |(method, operation)| {
                    let id = operation["operationId"].as_str().unwrap();
                    (method.to_ascii_uppercase(), path.clone(), id.to_owned())
                })
        })
        .collect()
}

#[test]
fn the_committed_document_is_up_to_date() {
    assert!(
        committed() == openapi_document(),
        "openapi.json is not up to date: cargo run -- generate"
    );
}

#[test]
fn the_documented_operations_are_the_routes_of_the_template() {
    let apis = documented_endpoints();
    let is_of_an_api = |route: &Route| apis.contains(&*route.binary);
    let routed: BTreeSet<_> = routes()
        .into_iter()
        .filter(is_of_an_api)
        .map(|route| (route.method, route.path, route.binary))
        .collect();
    let documented: BTreeSet<_> = operations(&committed())
        .into_iter()
        .map(|(method, path, id)| {
            // An operation with two methods has two ids.
            let suffix = format!("-{}", method.to_ascii_lowercase());
            let twice = routed.iter().any(|(_, _, binary)| *binary == id);
            let binary = if twice {
                &id
            } else {
                id.trim_end_matches(&suffix)
            };
            (method, path, binary.to_owned())
        })
        .collect();
    assert_eq!(documented, routed);
}

/// Of two types with one name, the second would be called `…2` in every client that is made of the
/// document.
#[test]
fn every_schema_has_a_name_of_its_own() {
    let document = committed();
    let names = document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys();
    let numbered: Vec<_> = names
        .filter(|name| name.ends_with(|last: char| last.is_ascii_digit()))
        .collect();
    assert_eq!(numbered, Vec::<&String>::new());
}

/// Of a parameter.
fn example_of(parameter: &Value) -> &Value {
    match parameter.get("example") {
        Some(example) => example,
        None => &parameter["examples"][parameter["name"].as_str().unwrap()]["value"],
    }
}

/// Every named schema's fields, and every parameter and header.
#[test]
fn every_field_has_a_description_and_an_example() {
    let document = committed();
    let components = &document["components"];
    let mut incomplete = Vec::new();
    let mut fields_seen = 0;
    for (name, schema) in components["schemas"].as_object().unwrap() {
        let fields = schema["properties"].as_object();
        for (field, schema) in fields.into_iter().flatten() {
            fields_seen += 1;
            if !schema["description"].is_string() || schema["examples"][0].is_null() {
                incomplete.push(format!("{name}.{field}"));
            }
        }
    }
    for (name, header) in components["headers"].as_object().unwrap() {
        if !header["description"].is_string() || header["schema"]["examples"][0].is_null() {
            incomplete.push(name.clone());
        }
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let parameters = operation["parameters"].as_array();
            for parameter in parameters.into_iter().flatten() {
                if !parameter["description"].is_string() || example_of(parameter).is_null() {
                    incomplete.push(format!("{path} {}", parameter["name"]));
                }
            }
        }
    }
    assert_eq!(incomplete, Vec::<String>::new());
    assert!(fields_seen > 50, "only {fields_seen} fields were looked at");
}

/// What the reference page suggests to send is something that the sample's owner may send.
#[tokio::test]
async fn every_example_is_answered_with_success_over_the_sample() {
    let document = openapi_document();
    for (method, path, id) in operations(&document) {
        let operation = &document["paths"][&path][method.to_ascii_lowercase()];
        let mut path = path;
        // Parameters of the query are all optional: each is sent by itself.
        let mut queries = vec![String::new()];
        let parameters = operation["parameters"].as_array();
        for parameter in parameters.into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let example = match example_of(parameter) {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            if parameter["in"] == "path" {
                path = path.replace(&format!("{{{name}}}"), &example);
            } else {
                queries.push(format!("?{name}={example}"));
            }
        }
        for query in queries {
            let app = TestApp::with_sample().await;
            let mut call = app.call(&method, &format!("{path}{query}"));
            let security = &operation["security"];
            if *security == json!([{ "basic": [] }]) {
                call = call.basic(SAMPLE_LONER.0, SAMPLE_LONER.1);
            } else if *security != json!([]) {
                call = call.api_token(SAMPLE_TOKEN);
            }
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            if !example.is_null() {
                call = call.json(example.clone());
            }
            let reply = call.await;
            assert!(
                (200..300).contains(&reply.status),
                "{id}{query}: {}",
                reply.text
            );
        }
    }
}
