//! How an operation is written as OpenAPI has it.

use super::{
    operation::{Body, Credentials, Operation, Parameter, Success},
    schemas::{SchemaOf, Schemas},
    spec::{self, Example, Examples, Header, Location, Map, MediaType, Response},
};
use crate::{Error, ErrorCode};
use lambda_http::http::StatusCode;
use schemars::{Schema, json_schema};
use serde_json::Value;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

impl Operation {
    /// Its OpenAPI Operation Objects, each with its path and its method in lower case. The first one's
    /// `operationId` is the endpoint's name.
    pub(super) fn write(
        mut self,
        error_schema: SchemaOf,
        schemas: &mut Schemas,
    ) -> Vec<(String, String, spec::Operation)> {
        if self.credentials != Credentials::None {
            self.errors.push(Error::UNAUTHENTICATED);
        }
        self.errors.push(Error::STALE);
        self.errors.push(Error::internal(""));
        let responses = self.responses(error_schema, schemas);
        let parameters = self.parameters.iter();
        let operation = spec::Operation {
            operation_id: self.endpoint.name.to_owned(),
            tags: vec![self.endpoint.api.name],
            summary: self.endpoint.summary,
            description: self.description,
            security: self.credentials.security(),
            parameters: parameters.map(|it| it.write(schemas)).collect(),
            request_body: self.body.as_ref().map(|body| body.write(schemas)),
            responses,
        };
        let routes = self.endpoint.routes.iter().enumerate();
        let of_route = |(index, route): (usize, &&str)| {
            let (method, path) = route.split_once(' ').unwrap_or(("", route));
            let method = method.to_ascii_lowercase();
            let mut operation = operation.clone();
            if index > 0 {
                operation.operation_id = format!("{}-{method}", operation.operation_id);
            }
            (path.to_owned(), method, operation)
        };
        routes.map(of_route).collect()
    }

    fn responses(&self, error_schema: SchemaOf, schemas: &mut Schemas) -> Map<Response> {
        let mut responses = Map::new();
        if let Some(success) = &self.response {
            responses.insert(success.status.as_str().into(), success.write(schemas));
        }
        for error in &self.errors {
            let status = error.code.status();
            let body = (self.endpoint.api.error_body)(error);
            let value: Value = serde_json::from_str(&body.text).unwrap_or_default();
            let schema = schemas.response(error_schema);
            schemas.show(&schema, &value);
            let response = responses
                .entry(status.as_str().to_owned())
                .or_insert_with(|| Response {
                    description: meaning(status),
                    headers: error_headers(error),
                    content: Map::new(),
                });
            let media = response
                .content
                .entry(body.content_type.to_owned())
                .or_insert_with(|| MediaType {
                    schema,
                    examples: Examples::Examples(Map::new()),
                });
            if let Examples::Examples(examples) = &mut media.examples {
                let example = Example {
                    value,
                    is_disabled: false,
                };
                let mut name = name_of(error);
                while examples.contains_key(&name) {
                    name.push_str("-too");
                }
                examples.insert(name, example);
            }
        }
        responses
    }
}

/// What an error of this status means, whatever it is about.
fn meaning(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "The request cannot be read, or a value in it is not valid.",
        StatusCode::UNAUTHORIZED => "There is no credential, or it does not work (any more).",
        StatusCode::FORBIDDEN => "The credential works, but what was asked for is not allowed.",
        StatusCode::NOT_FOUND => "The account has nobody and nothing of that name.",
        StatusCode::CONFLICT => "It clashes with what is there.",
        StatusCode::GONE => "The code was used already, or is too old.",
        StatusCode::PAYLOAD_TOO_LARGE => "The body is over 64 KiB.",
        StatusCode::UNPROCESSABLE_ENTITY => "The `Idempotency-Key` came with another request.",
        StatusCode::TOO_MANY_REQUESTS => "Too many wrong passwords; none is looked at for a while.",
        StatusCode::SERVICE_UNAVAILABLE => "The store is busy or away; try again.",
        _ => "A defect of ours, which is in the log.",
    }
}

/// Tells apart the errors that share a status.
fn name_of(error: &Error) -> String {
    match (error.code, &error.field) {
        (ErrorCode::InvalidValue, Some(field)) => format!("{}-{field}", error.code.as_str()),
        (code, _) => code.as_str().to_owned(),
    }
}

fn error_headers(error: &Error) -> Map<Header> {
    let mut headers = common_headers();
    if error.code == ErrorCode::AuthRequired {
        headers.extend([Header::named("WWW-Authenticate")]);
    }
    if error.retry_after().is_some() {
        headers.extend([Header::named("Retry-After")]);
    }
    headers
}

/// What every response has.
fn common_headers() -> Map<Header> {
    Map::from(["x-request-id", "x-build-id", "Cache-Control"].map(Header::named))
}

impl Credentials {
    /// A page offers the first: whoever logs in has a password, and no token yet.
    fn security(self) -> Vec<spec::SecurityRequirement> {
        requirements(match self {
            Self::None => &[],
            Self::Token => &["token", "bearer"],
            Self::TokenOrPassword => &["basic", "token", "bearer"],
            Self::Password => &["basic"],
        })
    }
}

/// Any one of these schemes.
pub(super) fn requirements(schemes: &[&str]) -> Vec<spec::SecurityRequirement> {
    let requirement = |scheme: &&str| Map::from([((*scheme).to_owned(), vec![])]);
    schemes.iter().map(requirement).collect()
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
        let refused = self.refused.iter();
        let refused: Vec<_> = refused
            .map(|field| json_schema!({ "required": [field] }).to_value())
            .collect();
        schema.insert("not".into(), json_schema!({ "anyOf": refused }).to_value());
        let media = |schema: Schema| MediaType {
            schema,
            examples: Examples::Example(self.example.clone()),
        };
        let mut content = Map::new();
        if self.is_form_too {
            let mut form = schema.clone();
            // A form without any field is a body that is not there.
            form.insert("minProperties".into(), 1.into());
            content.insert(FORM.to_owned(), media(form));
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

impl Success {
    fn write(&self, schemas: &mut Schemas) -> Response {
        let mut headers = common_headers();
        headers.extend(self.headers.clone());
        let mut content = Map::new();
        if let Some(example) = &self.example {
            let schema = schemas.response(self.schema);
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
