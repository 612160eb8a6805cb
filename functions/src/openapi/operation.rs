use super::{
    examples,
    schemas::{SchemaOf, Schemas, schema_of},
};
use crate::{Endpoint, Failure};
use lambda_http::http::StatusCode;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Which credentials an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// None: it is public.
    None,
    /// A token, in either header.
    Token,
    /// A token, or a password.
    TokenOrPassword,
}

/// One operation, as the document shows it.
pub(crate) struct Operation {
    endpoint: &'static Endpoint,
    /// In upper case. The first one's `operationId` is the endpoint's name.
    pub(super) methods: &'static [&'static str],
    /// Without the trailing slash that some routes may also have.
    pub(super) path: &'static str,
    summary: &'static str,
    description: &'static str,
    credentials: Credentials,
    parameters: Vec<Parameter>,
    body: Option<Body>,
    answer: Option<Answer>,
    failures: Vec<Failure>,
}

struct Parameter {
    name: &'static str,
    location: &'static str,
    description: &'static str,
    schema: SchemaOf,
    example: Value,
}

struct Body {
    schema: SchemaOf,
    example: Value,
    required: bool,
    one_of: &'static [&'static str],
    is_form_too: bool,
    is_array_too: bool,
}

struct Answer {
    status: StatusCode,
    description: &'static str,
    schema: SchemaOf,
    /// None where there is no body.
    example: Option<Value>,
    headers: Map<String, Value>,
}

impl Operation {
    /// An operation of `endpoint`, whose first documentation line is `summary`.
    pub(crate) fn new(
        endpoint: &'static Endpoint,
        methods: &'static [&'static str],
        path: &'static str,
        summary: &'static str,
        description: &'static str,
    ) -> Self {
        Self {
            endpoint,
            methods,
            path,
            summary,
            description,
            credentials: Credentials::Token,
            parameters: Vec::new(),
            body: None,
            answer: None,
            failures: Vec::new(),
        }
    }

    /// Which credentials it takes, if not a token.
    pub(crate) fn takes_credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// A variable of the path, of type `T`.
    pub(crate) fn in_path<T: JsonSchema>(
        self,
        name: &'static str,
        description: &'static str,
        example: Value,
    ) -> Self {
        self.parameter::<T>("path", name, description, example)
    }

    /// An optional parameter of the query, of type `T`.
    pub(crate) fn in_query<T: JsonSchema>(
        self,
        name: &'static str,
        description: &'static str,
        example: Value,
    ) -> Self {
        self.parameter::<T>("query", name, description, example)
    }

    fn parameter<T: JsonSchema>(
        mut self,
        location: &'static str,
        name: &'static str,
        description: &'static str,
        example: Value,
    ) -> Self {
        self.parameters.push(Parameter {
            name,
            location,
            description,
            schema: schema_of::<T>,
            example,
        });
        self
    }

    /// A JSON body that is read as `T`. Where it may be absent, `required` is false.
    ///
    /// # Panics
    /// If `T` does not read `example`: the document would be wrong.
    pub(crate) fn takes<T: JsonSchema + DeserializeOwned>(
        mut self,
        required: bool,
        example: Value,
    ) -> Self {
        #[expect(
            clippy::expect_used,
            reason = "the document is made on this machine only"
        )]
        serde_json::from_value::<T>(example.clone()).expect("the example is a valid body");
        self.body = Some(Body {
            schema: schema_of::<T>,
            example,
            required,
            one_of: &[],
            is_form_too: false,
            is_array_too: false,
        });
        self.fails([
            Failure::malformed("the body is not valid JSON, at line 1, column 1"),
            Failure::TooLarge,
        ])
    }

    /// The body has at least one of these fields.
    pub(crate) fn with_one_of(mut self, fields: &'static [&'static str]) -> Self {
        self.body = self.body.map(|body| Body {
            one_of: fields,
            ..body
        });
        self
    }

    /// The body may also be a form.
    pub(crate) fn or_form(mut self) -> Self {
        self.body = self.body.map(|body| Body {
            is_form_too: true,
            ..body
        });
        self
    }

    /// The body may also be an array with that one object.
    pub(crate) fn or_array_of_one(mut self) -> Self {
        self.body = self.body.map(|body| Body {
            is_array_too: true,
            ..body
        });
        self
    }

    /// What it answers when all is well.
    ///
    /// # Panics
    /// If `example` cannot be serialised.
    pub(crate) fn answers<T: JsonSchema + Serialize>(
        mut self,
        status: StatusCode,
        description: &'static str,
        example: &T,
    ) -> Self {
        #[expect(
            clippy::expect_used,
            reason = "the document is made on this machine only"
        )]
        let example = serde_json::to_value(example).expect("the example is serialisable");
        self.answer = Some(Answer {
            status,
            description,
            schema: schema_of::<T>,
            example: Some(example),
            headers: Map::new(),
        });
        self
    }

    /// It answers 204, without a body, when all is well.
    pub(crate) fn answers_nothing(mut self, description: &'static str) -> Self {
        self.answer = Some(Answer {
            status: StatusCode::NO_CONTENT,
            description,
            schema: schema_of::<()>,
            example: None,
            headers: Map::new(),
        });
        self
    }

    /// A header that its answer may carry.
    pub(crate) fn with_header(mut self, name: &str, description: &str, example: &str) -> Self {
        if let Some(answer) = &mut self.answer {
            let schema = json!({ "type": "string", "examples": [example] });
            let header = json!({ "description": description, "schema": schema });
            answer.headers.insert(name.to_owned(), header);
        }
        self
    }

    /// What can go wrong, besides what can go wrong with every operation that takes such
    /// credentials or a body.
    pub(crate) fn fails(mut self, failures: impl IntoIterator<Item = Failure>) -> Self {
        self.failures.extend(failures);
        self
    }

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
        json!({
            "name": self.name,
            "in": self.location,
            "required": self.location == "path",
            "description": self.description,
            "schema": schemas.request(self.schema),
            "example": self.example,
        })
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
