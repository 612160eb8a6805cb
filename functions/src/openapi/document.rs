use super::{examples, schemas::Schemas};
use crate::{Api, accounts, directory, members, profile};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The OpenAPI 3.1 document of all HTTP operations.
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    let mut shown = BTreeMap::new();
    let mut paths: Map<String, Value> = Map::new();
    let operations = [
        profile::openapi::operations(),
        directory::openapi::operations(),
        members::openapi::operations(),
        accounts::openapi::operations(),
    ];
    for operation in operations.into_iter().flatten() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        for (method, operation) in operation.write(&mut schemas, &mut shown) {
            path[method] = operation;
        }
    }
    let mut components = schemas.into_components();
    examples::spread(&mut components, shown);
    let apis = [Api::Profile, Api::Directory, Api::Members, Api::Accounts];
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Roster",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Four user-management APIs over one directory of accounts and users",
            "description": DESCRIPTION,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "Where this document comes from" }],
        "tags": apis.map(|api| json!({ "name": api.tag(), "description": api.description() })),
        "paths": paths,
        "components": {
            "schemas": components,
            "headers": headers(),
            "securitySchemes": security_schemes(),
        },
    })
}

const DESCRIPTION: &str = "\
A person who is created through one API is the same person in the other three.

**Credentials.** A token is one thing: every operation takes the same one, in `X-APITOKEN` or in \
`Authorization`. `POST /user/login` gives one for a username (or email) and a password.

**Requests.** Fields that are not known are ignored; a known field of a wrong type is refused. A \
body is at most 64 KiB. Paths without a variable at their end are served with a trailing slash too \
where the original documents show one: `/api/v2/users/`, `/rest/users/`.

**Answers.** A documented field is always there, and `null` where it has no value. Dates are ISO \
8601 in UTC, with milliseconds. Every failure is said in the words of its API. Every answer has an \
`x-request-id`, which finds it in the log.";

fn headers() -> Value {
    let header = |description: &str, example: Value| {
        let kind = if example.is_number() {
            "integer"
        } else {
            "string"
        };
        let schema = json!({ "type": kind, "examples": [example] });
        json!({ "description": description, "required": true, "schema": schema })
    };
    json!({
        "x-request-id": header(
            "Id of the request, as it is in the log.",
            json!("JKJaXmPLvHcESHA="),
        ),
        "Cache-Control": header("Nobody on the way may keep an answer.", json!("no-store")),
        "WWW-Authenticate": header(
            "The schemes that would work (RFC 9110).",
            json!("Bearer realm=\"roster\""),
        ),
        "Retry-After": header("Seconds to wait before trying again.", json!(1)),
    })
}

fn security_schemes() -> Value {
    json!({
        "token": {
            "type": "apiKey",
            "in": "header",
            "name": "X-APITOKEN",
            "description": "A token from `POST /user/login`.",
        },
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "The same token in `Authorization`, with or without `Bearer` before it.",
        },
        "basic": {
            "type": "http",
            "scheme": "basic",
            "description": "A username or an email address, and the password.",
        },
    })
}
