//! The OpenAPI document says what the program does.

use crate::support::App;
use roster_functions::{ENDPOINTS, openapi::document};
use roster_local::{ADA, Route, Template, load_sample};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

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

/// What the document is made with is in `cargo run` only.
#[test]
fn no_function_depends_on_what_makes_it() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package=roster-functions",
            "--edges=normal",
            "--prefix=none",
        ])
        .args(["--locked", "--offline"])
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.starts_with("roster-functions "), "{tree}");
    assert!(!tree.contains("schemars"), "{tree}");
}

#[test]
fn the_committed_document_is_up_to_date() {
    assert!(
        committed() == document(),
        "openapi.json is not up to date: `cargo run -- openapi > openapi.json` makes it anew"
    );
}

#[test]
fn its_operations_are_the_routes_of_the_template() {
    let is_of_an_api = |route: &Route| {
        let mut endpoints = ENDPOINTS.iter();
        endpoints.any(|endpoint| endpoint.name == route.binary && endpoint.api.is_documented())
    };
    let routes: BTreeSet<_> = Template::load()
        .routes()
        .into_iter()
        .filter(is_of_an_api)
        .map(|route| (route.method, route.path, route.binary))
        .collect();
    let documented: BTreeSet<_> = operations(&committed())
        .into_iter()
        .map(|(method, path, id)| {
            // An operation with two methods has two ids.
            let suffix = format!("-{}", method.to_ascii_lowercase());
            let twice = routes.iter().any(|(_, _, binary)| *binary == id);
            let binary = if twice {
                &id
            } else {
                id.trim_end_matches(&suffix)
            };
            (method, path, binary.to_owned())
        })
        .collect();
    assert_eq!(documented, routes);
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
    for (name, schema) in components["schemas"].as_object().unwrap() {
        let fields = schema["properties"].as_object();
        for (field, schema) in fields.into_iter().flatten() {
            if !schema["description"].is_string() || !schema["examples"].is_array() {
                incomplete.push(format!("{name}.{field}"));
            }
        }
    }
    for (name, header) in components["headers"].as_object().unwrap() {
        if !header["description"].is_string() || !header["schema"]["examples"].is_array() {
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
}

/// What the reference page suggests to send is something that the sample's owner may send.
#[tokio::test]
async fn every_example_is_answered_with_success_over_the_sample() {
    let document = document();
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
            let app = App::start().await;
            load_sample(&app.roster).await.unwrap();
            let mut call = app.call(&method, &format!("{path}{query}"));
            if operation["security"] != json!([]) {
                call = call.api_token(ADA.token);
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
