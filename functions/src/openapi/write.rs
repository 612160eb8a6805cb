//! How an operation is written as OpenAPI has it.

use super::{
    examples,
    operation::{Answer, Body, Credentials, Operation, Parameter},
    schemas::Schemas,
};
use crate::Failure;
use lambda_http::http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

impl Operation {
    /// Its OpenAPI Operation Objects, each with its method in lower case. What the examples show of
    /// named schemas goes into `shown`.
    pub(super) fn write(
        mut self,
        schemas: &mut Schemas,
        shown: &mut BTreeMap<String, Value>,
    ) -> Vec<(String, Value)> {
        if self.credentials != Credentials::None {
            self.failures.push(Failure::Unauthenticated);
        }
        self.failures.push(Failure::Unavailable("".into()));
        self.failures.push(Failure::Internal("".into()));
        let mut operation = json!({
            "tags": [self.endpoint.api.tag()],
            "summary": self.summary,
            "description": self.description,
            "security": self.credentials.security(),
            "responses": self.responses(schemas, shown),
        });
        let parameters = self.parameters.iter();
        let parameters: Vec<_> = parameters.map(|it| it.write(schemas)).collect();
        if !parameters.is_empty() {
            operation["parameters"] = parameters.into();
        }
        if let Some(body) = &self.body {
            operation["requestBody"] = body.write(schemas, shown);
        }
        let named = |(index, method): (usize, &&str)| {
            let method = method.to_ascii_lowercase();
            let mut operation = operation.clone();
            operation["operationId"] = match index {
                0 => self.endpoint.name.into(),
                _ => format!("{}-{method}", self.endpoint.name).into(),
            };
            (method, operation)
        };
        self.methods.iter().enumerate().map(named).collect()
    }

    fn responses(&self, schemas: &mut Schemas, shown: &mut BTreeMap<String, Value>) -> Value {
        let mut responses: BTreeMap<String, Value> = BTreeMap::new();
        if let Some(answer) = &self.answer {
            responses.insert(answer.status.as_str().into(), answer.write(schemas, shown));
        }
        for failure in &self.failures {
            let api = self.endpoint.api;
            let status = failure.status();
            let response = responses
                .entry(status.as_str().to_owned())
                .or_insert_with(|| {
                    json!({
                        "description": meaning(status),
                        "headers": failure_headers(failure),
                    })
                });
            let (content_type, body) = api.body_of(failure);
            let schema = schemas.answer(api.failure_schema());
            examples::show(&schema, &body, shown);
            let content = &mut response["content"][content_type];
            content["schema"] = schema;
            content["examples"][failure_name(failure)] = json!({ "value": body });
        }
        json!(responses)
    }
}

/// What a failure of this status means, whatever it is about.
fn meaning(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "The request cannot be read, or a value in it is not valid.",
        StatusCode::UNAUTHORIZED => "There is no credential, or it does not work (any more).",
        StatusCode::FORBIDDEN => "The credential works, but what was asked for is not allowed.",
        StatusCode::NOT_FOUND => "There is no such user in the account.",
        StatusCode::CONFLICT => "It clashes with what is there.",
        StatusCode::GONE => "The code was used already, or is too old.",
        StatusCode::PAYLOAD_TOO_LARGE => "The body is over 64 KiB.",
        StatusCode::TOO_MANY_REQUESTS => "Too many wrong passwords; none is looked at for a while.",
        StatusCode::SERVICE_UNAVAILABLE => "The store is busy or away; try again.",
        _ => "A defect of ours, which is in the log.",
    }
}

/// Tells apart the failures that share a status.
fn failure_name(failure: &Failure) -> String {
    match failure {
        Failure::Invalid { field, .. } => format!("{}-{field}", failure.code()),
        _ => failure.code().to_owned(),
    }
}

fn failure_headers(failure: &Failure) -> Map<String, Value> {
    let mut headers = every_answer_has();
    if matches!(failure, Failure::Unauthenticated) {
        headers.insert("WWW-Authenticate".into(), reference("WWW-Authenticate"));
    }
    if failure.retry_after().is_some() {
        headers.insert("Retry-After".into(), reference("Retry-After"));
    }
    headers
}

fn every_answer_has() -> Map<String, Value> {
    let header = |name: &str| (name.to_owned(), reference(name));
    ["x-request-id", "Cache-Control"]
        .map(header)
        .into_iter()
        .collect()
}

fn reference(header: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{header}") })
}

impl Credentials {
    fn security(self) -> Value {
        match self {
            Self::None => json!([]),
            Self::Token => json!([{ "token": [] }, { "bearer": [] }]),
            Self::TokenOrPassword => json!([{ "token": [] }, { "bearer": [] }, { "basic": [] }]),
        }
    }
}

impl Parameter {
    fn write(&self, schemas: &mut Schemas) -> Value {
        let required = self.location == "path";
        let mut schema = schemas.request(self.schema);
        if let Some(schema) = schema.as_object_mut() {
            // The type's; what the parameter is, says its own.
            schema.remove("description");
        }
        let mut parameter = json!({
            "name": self.name,
            "in": self.location,
            "required": required,
            "description": self.description,
            "schema": schema,
        });
        // Scalar sends every parameter that has an example, also those that exclude each other:
        // `x-disabled` is its word for one that is filled in and not sent.
        if required {
            parameter["example"] = self.example.clone();
        } else {
            parameter["examples"] = json!({
                self.name: { "value": self.example, "x-disabled": true },
            });
        }
        parameter
    }
}

impl Body {
    fn write(&self, schemas: &mut Schemas, shown: &mut BTreeMap<String, Value>) -> Value {
        let mut schema = schemas.request(self.schema);
        examples::show(&schema, &self.example, shown);
        if !self.one_of.is_empty() {
            let required = self
                .one_of
                .iter()
                .map(|field| json!({ "required": [field] }));
            schema["anyOf"] = required.collect();
        }
        let form = json!({ "schema": &schema, "example": &self.example });
        let json_schema = if self.is_array_too {
            let array = json!({ "type": "array", "items": schema, "minItems": 1, "maxItems": 1 });
            json!({ "anyOf": [schema, array] })
        } else {
            schema
        };
        let mut content = json!({
            "application/json": { "schema": json_schema, "example": self.example },
        });
        if self.is_form_too {
            content["application/x-www-form-urlencoded"] = form;
        }
        json!({ "required": self.required, "content": content })
    }
}

impl Answer {
    fn write(&self, schemas: &mut Schemas, shown: &mut BTreeMap<String, Value>) -> Value {
        let mut headers = every_answer_has();
        headers.extend(self.headers.clone());
        let mut response = json!({ "description": self.description, "headers": headers });
        if let Some(example) = &self.example {
            let schema = schemas.answer(self.schema);
            examples::show(&schema, example, shown);
            response["content"]["application/json"] =
                json!({ "schema": schema, "example": example });
        }
        response
    }
}
