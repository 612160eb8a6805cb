//! How an operation is written as OpenAPI has it.

use super::{
    operation::{Answer, Body, Credentials, Operation, Parameter},
    schemas::Schemas,
    spec::{self, Example, Examples, Header, Location, Map, MediaType, Response},
};
use crate::Failure;
use lambda_http::http::StatusCode;
use schemars::{Schema, json_schema};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

impl Operation {
    /// Its OpenAPI Operation Objects, each with its method in lower case.
    pub(super) fn write(mut self, schemas: &mut Schemas) -> Vec<(String, spec::Operation)> {
        if self.credentials != Credentials::None {
            self.failures.push(Failure::Unauthenticated);
        }
        self.failures.push(Failure::Unavailable("".into()));
        self.failures.push(Failure::Internal("".into()));
        let responses = self.responses(schemas);
        let parameters = self.parameters.iter();
        let operation = spec::Operation {
            operation_id: self.endpoint.name.to_owned(),
            tags: vec![self.endpoint.api.tag()],
            summary: self.summary,
            description: self.description,
            security: self.credentials.security(),
            parameters: parameters.map(|it| it.write(schemas)).collect(),
            request_body: self.body.as_ref().map(|body| body.write(schemas)),
            responses,
        };
        let named = |(index, method): (usize, &&str)| {
            let method = method.to_ascii_lowercase();
            let mut operation = operation.clone();
            if index > 0 {
                operation.operation_id = format!("{}-{method}", operation.operation_id);
            }
            (method, operation)
        };
        self.methods.iter().enumerate().map(named).collect()
    }

    fn responses(&self, schemas: &mut Schemas) -> Map<Response> {
        let mut responses = Map::new();
        if let Some(answer) = &self.answer {
            responses.insert(answer.status.as_str().into(), answer.write(schemas));
        }
        for failure in &self.failures {
            let api = self.endpoint.api;
            let status = failure.status();
            let (content_type, body) = api.body_of(failure);
            let schema = schemas.answer(api.failure_schema());
            schemas.show(&schema, &body);
            let response = responses
                .entry(status.as_str().to_owned())
                .or_insert_with(|| Response {
                    description: meaning(status),
                    headers: failure_headers(failure),
                    content: Map::new(),
                });
            let media = response
                .content
                .entry(content_type.to_owned())
                .or_insert_with(|| MediaType {
                    schema,
                    examples: Examples::Examples(Map::new()),
                });
            if let Examples::Examples(examples) = &mut media.examples {
                let example = Example {
                    value: body,
                    is_disabled: false,
                };
                examples.insert(failure_name(failure), example);
            }
        }
        responses
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

fn failure_headers(failure: &Failure) -> Map<Header> {
    let mut headers = every_answer_has();
    if matches!(failure, Failure::Unauthenticated) {
        headers.extend([Header::named("WWW-Authenticate")]);
    }
    if failure.retry_after().is_some() {
        headers.extend([Header::named("Retry-After")]);
    }
    headers
}

fn every_answer_has() -> Map<Header> {
    Map::from(["x-request-id", "Cache-Control"].map(Header::named))
}

impl Credentials {
    fn security(self) -> Vec<spec::SecurityRequirement> {
        let schemes: &[&str] = match self {
            Self::None => &[],
            Self::Token => &["token", "bearer"],
            Self::TokenOrPassword => &["token", "bearer", "basic"],
        };
        let requirement = |scheme: &&str| Map::from([((*scheme).to_owned(), vec![])]);
        schemes.iter().map(requirement).collect()
    }
}

impl Parameter {
    fn write(&self, schemas: &mut Schemas) -> spec::Parameter {
        let required = self.location == Location::Path;
        let mut schema = schemas.request(self.schema);
        // The type's; what the parameter is, says its own.
        schema.remove("description");
        // Scalar sends every parameter that has an example, also those that exclude each other.
        let examples = if required {
            Examples::Example(self.example.clone())
        } else {
            let example = Example {
                value: self.example.clone(),
                is_disabled: true,
            };
            Examples::Examples(Map::from([(self.name.to_owned(), example)]))
        };
        spec::Parameter {
            name: self.name,
            location: self.location,
            required,
            description: self.description,
            schema,
            examples,
        }
    }
}

impl Body {
    fn write(&self, schemas: &mut Schemas) -> spec::RequestBody {
        let mut schema = schemas.request(self.schema);
        schemas.show(&schema, &self.example);
        if !self.one_of.is_empty() {
            let required = self.one_of.iter();
            let required = required.map(|field| json_schema!({ "required": [field] }).to_value());
            schema.insert("anyOf".into(), required.collect());
        }
        let media = |schema: Schema| MediaType {
            schema,
            examples: Examples::Example(self.example.clone()),
        };
        let mut content = Map::new();
        if self.is_form_too {
            content.insert(FORM.to_owned(), media(schema.clone()));
        }
        if self.is_array_too {
            let array =
                json_schema!({ "type": "array", "items": schema, "minItems": 1, "maxItems": 1 });
            schema = json_schema!({ "anyOf": [schema, array] });
        }
        content.insert(JSON.to_owned(), media(schema));
        spec::RequestBody {
            required: self.required,
            content,
        }
    }
}

impl Answer {
    fn write(&self, schemas: &mut Schemas) -> Response {
        let mut headers = every_answer_has();
        headers.extend(self.headers.clone());
        let mut content = Map::new();
        if let Some(example) = &self.example {
            let schema = schemas.answer(self.schema);
            schemas.show(&schema, example);
            let media = MediaType {
                schema,
                examples: Examples::Example(example.clone()),
            };
            content.insert(JSON.to_owned(), media);
        }
        Response {
            description: self.description,
            headers,
            content,
        }
    }
}
