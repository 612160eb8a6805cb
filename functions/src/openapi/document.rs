use super::{
    operation::Operation,
    schemas::{SchemaOf, Schemas},
    spec::{
        Components, Document, Header, Info, License, Location, Map, SecurityScheme, Server, Tag,
    },
    write::requirements,
};
use crate::Api;
use schemars::json_schema;
use serde_json::Value;

/// One API, as the document shows it.
pub(crate) struct Documentation {
    pub(crate) api: &'static Api,
    /// What it is for.
    pub(crate) description: &'static str,
    /// The schema of what it says of an error.
    pub(crate) error_schema: SchemaOf,
    pub(crate) operations: Vec<Operation>,
}

/// The OpenAPI 3.1 document of all operations of `apis`.
///
/// # Panics
/// If it cannot be serialised.
pub(crate) fn document(apis: impl IntoIterator<Item = Documentation>) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: Map<Map<_>> = Map::new();
    let mut tags = Vec::new();
    for documentation in apis {
        tags.push(Tag {
            name: documentation.api.name,
            description: documentation.description,
        });
        for operation in documentation.operations {
            for (path, method, operation) in
                operation.write(documentation.error_schema, &mut schemas)
            {
                let path = paths.entry(path).or_default();
                path.insert(method, operation);
            }
        }
    }
    let document = Document {
        openapi: "3.1.0",
        info: Info {
            title: "Roster",
            version: env!("CARGO_PKG_VERSION"),
            summary: "Four user-management APIs over one directory of accounts and users",
            description: DESCRIPTION,
            license: License {
                name: "MIT OR Apache-2.0",
                identifier: "MIT OR Apache-2.0",
            },
        },
        servers: vec![Server {
            url: "/",
            description: "Where this document comes from",
        }],
        tags,
        security: requirements(&["token", "bearer", "basic"]),
        paths,
        components: Components {
            schemas: schemas.into_components(),
            headers: headers(),
            security_schemes: security_schemes(),
        },
    };
    #[expect(
        clippy::expect_used,
        reason = "the document is made on this machine only"
    )]
    serde_json::to_value(document).expect("the document is serialisable")
}

const DESCRIPTION: &str = "\
A person who is created through one API is the same person in the other three.

**Credentials.** A token is one thing: every operation takes the same one, in `X-APITOKEN` or in \
`Authorization`. `POST /user/login` gives one for a username (or email) and a password.

**Requests.** Fields that are not known are ignored; a known field of a wrong type is refused. A \
body is at most 64 KiB. Paths without a variable at their end are served with a trailing slash too \
where the original documents show one: `/api/v2/users/`, `/rest/users/`.

**Responses.** A documented field is always there, and `null` where it has no value. Dates are ISO \
8601 in UTC, with milliseconds. Every error is said in the words of its API. Every response has an \
`x-request-id`, which finds it in the log, and an `x-build-id`, which says what build of Roster it is from.";

fn headers() -> Map<Header> {
    let header = |name: &str, description, kind: &str, example: Value| {
        let header = Header::Inline {
            description,
            required: true,
            schema: json_schema!({ "type": kind, "examples": [example] }),
        };
        (name.to_owned(), header)
    };
    Map::from([
        header(
            "x-request-id",
            "Id of the request, as it is in the log.",
            "string",
            "JKJaXmPLvHcESHA=".into(),
        ),
        header(
            "x-build-id",
            "Id of the build that responded.",
            "string",
            env!("CARGO_PKG_VERSION").into(),
        ),
        header(
            "Cache-Control",
            "Nobody on the way may keep a response.",
            "string",
            "no-store".into(),
        ),
        header(
            "WWW-Authenticate",
            "The schemes that would work (RFC 9110).",
            "string",
            "Bearer realm=\"roster\"".into(),
        ),
        header(
            "Retry-After",
            "Seconds to wait before trying again.",
            "integer",
            1.into(),
        ),
    ])
}

fn security_schemes() -> Map<SecurityScheme> {
    let token = SecurityScheme::ApiKey {
        location: Location::Header,
        name: "X-APITOKEN",
        description: "A token from `POST /user/login`.",
    };
    let bearer = SecurityScheme::Http {
        scheme: "bearer",
        description: "The same token in `Authorization`, with or without `Bearer` before it.",
    };
    let basic = SecurityScheme::Http {
        scheme: "basic",
        description: "A username or an email address, and the password.",
    };
    Map::from([
        ("token".into(), token),
        ("bearer".into(), bearer),
        ("basic".into(), basic),
    ])
}
