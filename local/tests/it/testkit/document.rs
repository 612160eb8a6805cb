//! Every reply to every test has to be one that the OpenAPI document has.

use super::{
    Reply,
    deployment::{openapi_document, routes},
};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::LazyLock};

pub static DOCUMENT: LazyLock<Document> = LazyLock::new(Document::load);

pub struct Document {
    operations: Vec<Operation>,
}

pub struct Operation {
    method: String,
    path: Vec<String>,
    /// By status and media type; without a validator where there is no body.
    responses: BTreeMap<(String, String), Option<Validator>>,
}

impl Document {
    fn load() -> Self {
        let document = openapi_document();
        let operations = routes().into_iter().map(|route| {
            let item = &document["paths"][&route.path];
            Operation {
                path: segments(&route.path),
                responses: responses(&document, &item[route.method.to_ascii_lowercase()]),
                method: route.method,
            }
        });
        Self {
            operations: operations.collect(),
        }
    }

    /// The operation behind a path as it was sent, perhaps with a query, or with the slash that two
    /// of the original documents show.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let path = path.split('?').next().unwrap();
        let path = segments(path.trim_end_matches('/'));
        self.operations.iter().find(|operation| {
            let named = operation.path.iter().zip(&path);
            operation.method == method
                && operation.path.len() == path.len()
                && named
                    .into_iter()
                    .all(|(name, sent)| name.starts_with('{') || name == sent)
        })
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

fn responses(document: &Value, operation: &Value) -> BTreeMap<(String, String), Option<Validator>> {
    let mut responses = BTreeMap::new();
    let documented = operation["responses"].as_object();
    for (status, response) in documented.into_iter().flatten() {
        let Some(content) = response["content"].as_object() else {
            responses.insert((status.clone(), String::new()), None);
            continue;
        };
        for (media_type, content) in content {
            let mut schema = content["schema"].clone();
            schema["components"] = json!({ "schemas": document["components"]["schemas"] });
            let validator = jsonschema::draft202012::options()
                .should_validate_formats(true)
                .build(&schema);
            let key = (status.clone(), media_type.clone());
            responses.insert(key, Some(validator.unwrap()));
        }
    }
    responses
}

impl Operation {
    #[track_caller]
    pub fn check(&self, reply: &Reply) {
        let what = &reply.what;
        let media_type = reply.headers.get("content-type");
        let media_type = media_type.map_or("", |value| value.to_str().unwrap());
        let key = (reply.status.to_string(), media_type.to_owned());
        let documented = self.responses.get(&key);
        let documented =
            documented.unwrap_or_else(|| panic!("openapi.json has no {key:?} of {what}"));
        if let Some(schema) = documented {
            let errors: Vec<_> = schema
                .iter_errors(&reply.json())
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{what}: {errors:?} in {}", reply.text);
        }
    }
}
