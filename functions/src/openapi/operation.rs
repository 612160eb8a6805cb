use super::{
    schemas::{SchemaOf, schema_of},
    spec::{Header, Location, Map},
};
use crate::{
    Endpoint, Error,
    http::{IDEMPOTENCY_KEY, PASSWORD_FIELDS, parse},
};
use lambda_http::http::StatusCode;
use roster_domain::{Cursor, IdempotencyKey, PageLimit};
use schemars::{JsonSchema, json_schema};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::time::Duration;

/// Which credentials an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// None: it is public.
    None,
    /// A token, in either header.
    Token,
    /// A token, or a password.
    TokenOrPassword,
    /// A password, and no token.
    Password,
}

/// One operation, as the document shows it.
pub(crate) struct Operation {
    pub(super) endpoint: &'static Endpoint,
    pub(super) description: &'static str,
    pub(super) credentials: Credentials,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    pub(super) response: Option<Success>,
    pub(super) errors: Vec<Error>,
}

pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) location: Location,
    pub(super) description: &'static str,
    pub(super) schema: SchemaOf,
    pub(super) example: Value,
}

pub(super) struct Body {
    pub(super) schema: SchemaOf,
    pub(super) example: Value,
    pub(super) required: bool,
    pub(super) one_of: &'static [&'static str],
    /// Fields that make the body invalid, though others that are not known are ignored.
    pub(super) refused: &'static [&'static str],
    pub(super) is_form_too: bool,
    pub(super) is_array_too: bool,
}

/// The response when all is well.
pub(super) struct Success {
    pub(super) status: StatusCode,
    pub(super) description: &'static str,
    pub(super) schema: SchemaOf,
    /// None where there is no body.
    pub(super) example: Option<Value>,
    pub(super) headers: Map<Header>,
}

impl Operation {
    /// An operation of `endpoint`.
    pub(crate) fn new(endpoint: &'static Endpoint, description: &'static str) -> Self {
        Self {
            endpoint,
            description,
            credentials: Credentials::Token,
            parameters: Vec::new(),
            body: None,
            response: None,
            errors: Vec::new(),
        }
    }

    /// Which credentials it takes, if not a token.
    pub(crate) fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// A variable of the path, of type `T`.
    pub(crate) fn path_parameter<T: JsonSchema>(
        self,
        name: &'static str,
        description: &'static str,
        example: impl Into<Value>,
    ) -> Self {
        self.parameter::<T>(Location::Path, name, description, example.into())
    }

    /// An optional parameter of the query, of type `T`.
    pub(crate) fn query_parameter<T: JsonSchema>(
        self,
        name: &'static str,
        description: &'static str,
        example: impl Into<Value>,
    ) -> Self {
        self.parameter::<T>(Location::Query, name, description, example.into())
    }

    fn parameter<T: JsonSchema>(
        mut self,
        location: Location,
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
    pub(crate) fn body<T: JsonSchema + DeserializeOwned>(
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
            refused: &PASSWORD_FIELDS,
            is_form_too: false,
            is_array_too: false,
        });
        self.errors([
            Error::malformed("the body is not valid JSON, at line 1, column 1"),
            Error::TOO_LARGE,
        ])
    }

    /// The body has a `password` that the operation takes.
    pub(crate) fn with_password(mut self) -> Self {
        self.body = self.body.map(|body| Body {
            refused: &PASSWORD_FIELDS[1..],
            ..body
        });
        self
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

    /// Its response when all is well.
    ///
    /// # Panics
    /// If `example` cannot be serialised.
    pub(crate) fn responds<T: JsonSchema + Serialize>(
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
        self.response = Some(Success {
            status,
            description,
            schema: schema_of::<T>,
            example: Some(example),
            headers: Map::new(),
        });
        self
    }

    /// Its response is 204, without a body, when all is well.
    pub(crate) fn responds_nothing(self, description: &'static str) -> Self {
        self.responds_without_body(StatusCode::NO_CONTENT, description)
    }

    /// Its response is 202, without a body, when all is well: what it is about is done later.
    pub(crate) fn accepts(self, description: &'static str) -> Self {
        self.responds_without_body(StatusCode::ACCEPTED, description)
    }

    fn responds_without_body(mut self, status: StatusCode, description: &'static str) -> Self {
        self.response = Some(Success {
            status,
            description,
            schema: schema_of::<()>,
            example: None,
            headers: Map::new(),
        });
        self
    }

    /// Its response is a page of a list, of which the query says how long it is, and where it starts.
    pub(crate) fn pages(self) -> Self {
        let cursor = "PgGh_0PdAHKMjq8wutfD38U";
        self.query_parameter::<PageLimit>("limit", "How many there are on a page at most.", 100)
            .query_parameter::<Cursor>("cursor", "From the `Link` of the page before.", cursor)
            .errors(parse::<PageLimit>("limit", "0").err())
            .errors(parse::<Cursor>("cursor", "2").err())
    }

    /// Its response says where the next page is.
    pub(crate) fn links_to_next_page(self, example: &str) -> Self {
        self.response_header(
            "Link",
            "The next page (RFC 8288), if there is one.",
            example,
        )
    }

    /// It requests a mail, of which there can be too many.
    pub(crate) fn requests_mail(self) -> Self {
        self.errors([Error::too_many_mails(Duration::from_secs(600))])
    }

    /// It may be repeated with an `Idempotency-Key`.
    pub(crate) fn idempotent(self) -> Self {
        self.parameter::<IdempotencyKey>(
            Location::Header,
            IDEMPOTENCY_KEY,
            "With a key, the request can be sent again when its response was lost: for 24 hours the first \
             response is given again, without the secrets that it had, and nothing is done twice.",
            "8e03978e-40d5-43dd-bc93-6894a57f9324".into(),
        )
        .errors([Error::IDEMPOTENCY_KEY_REUSED])
    }

    /// It takes no field, but reads a body that comes all the same.
    pub(crate) fn no_fields(self) -> Self {
        self.errors([
            Error::malformed("the body is not valid JSON, at line 1, column 1"),
            Error::TOO_LARGE,
        ])
    }

    /// A header that its response may carry.
    pub(crate) fn response_header(
        mut self,
        name: &str,
        description: &'static str,
        example: &str,
    ) -> Self {
        if let Some(response) = &mut self.response {
            let header = Header::Inline {
                description,
                required: false,
                schema: json_schema!({ "type": "string", "examples": [example] }),
            };
            response.headers.insert(name.to_owned(), header);
        }
        self
    }

    /// What can go wrong, besides what can go wrong with every operation that takes such
    /// credentials or a body.
    pub(crate) fn errors(mut self, errors: impl IntoIterator<Item = Error>) -> Self {
        self.errors.extend(errors);
        self
    }
}
