//! What Roster's document has of OpenAPI 3.1, as types.
//!
//! By hand, because no crate for OpenAPI can hold our schemas: `oas3` and `utoipa` leave a `$ref` no
//! keyword beside it but a description, where JSON Schema 2020-12 takes any and ours have examples;
//! `aide` is released for an older `schemars` only.

use schemars::Schema;
use serde::Serialize;
use serde_json::Value;
use std::{collections::BTreeMap, ops::Not};

/// OpenAPI's "Map": its keys are in alphabetical order.
pub(super) type Map<T> = BTreeMap<String, T>;

#[derive(Serialize)]
pub(super) struct Document {
    pub(super) openapi: &'static str,
    pub(super) info: Info,
    pub(super) servers: Vec<Server>,
    pub(super) tags: Vec<Tag>,
    /// What is offered first. Every operation says its own.
    pub(super) security: Vec<SecurityRequirement>,
    /// By path and by method, which is in lower case.
    pub(super) paths: Map<Map<Operation>>,
    pub(super) components: Components,
}

#[derive(Serialize)]
pub(super) struct Info {
    pub(super) title: &'static str,
    pub(super) version: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) license: License,
}

#[derive(Serialize)]
pub(super) struct License {
    pub(super) name: &'static str,
    pub(super) identifier: &'static str,
}

#[derive(Serialize)]
pub(super) struct Server {
    pub(super) url: &'static str,
    pub(super) description: &'static str,
}

#[derive(Serialize)]
pub(super) struct Tag {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Components {
    pub(super) schemas: Map<Schema>,
    pub(super) headers: Map<Header>,
    pub(super) security_schemes: Map<SecurityScheme>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(super) enum SecurityScheme {
    ApiKey {
        #[serde(rename = "in")]
        location: Location,
        name: &'static str,
        description: &'static str,
    },
    Http {
        scheme: &'static str,
        description: &'static str,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Location {
    Header,
    Path,
    Query,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Operation {
    pub(super) operation_id: String,
    pub(super) tags: Vec<&'static str>,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    /// Any one of these is enough; none means that it is public.
    pub(super) security: Vec<SecurityRequirement>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) parameters: Vec<Parameter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_body: Option<RequestBody>,
    /// By status.
    pub(super) responses: Map<Response>,
}

/// A security scheme by name, and the scopes that it takes: here none ever.
pub(super) type SecurityRequirement = Map<Vec<String>>;

#[derive(Clone, Serialize)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    #[serde(rename = "in")]
    pub(super) location: Location,
    pub(super) required: bool,
    pub(super) description: &'static str,
    pub(super) schema: Schema,
    #[serde(flatten)]
    pub(super) examples: Examples,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Examples {
    Example(Value),
    Examples(Map<Example>),
}

#[derive(Clone, Serialize)]
pub(super) struct Example {
    pub(super) value: Value,
    /// Scalar's word for an example that is filled in and not sent.
    #[serde(rename = "x-disabled", skip_serializing_if = "Not::not")]
    pub(super) is_disabled: bool,
}

#[derive(Clone, Serialize)]
pub(super) struct RequestBody {
    pub(super) required: bool,
    /// By content type.
    pub(super) content: Map<MediaType>,
}

#[derive(Clone, Serialize)]
pub(super) struct MediaType {
    pub(super) schema: Schema,
    #[serde(flatten)]
    pub(super) examples: Examples,
}

#[derive(Clone, Serialize)]
pub(super) struct Response {
    pub(super) description: &'static str,
    pub(super) headers: Map<Header>,
    /// By content type.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) content: Map<MediaType>,
}

#[derive(Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Header {
    Inline {
        description: &'static str,
        #[serde(skip_serializing_if = "Not::not")]
        required: bool,
        schema: Schema,
    },
    Reference {
        #[serde(rename = "$ref")]
        reference: String,
    },
}

impl Header {
    /// One of the document's named headers.
    pub(super) fn named(name: &str) -> (String, Self) {
        let reference = format!("#/components/headers/{name}");
        (name.to_owned(), Self::Reference { reference })
    }
}
