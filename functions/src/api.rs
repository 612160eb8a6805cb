use crate::{Answer, Failure};
use lambda_http::http::{HeaderValue, header};
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;

/// One of the four documented APIs: the same failures, said in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// The current user's profile, `/v2/user`.
    Profile,
    /// An account's user directory, by role, `/user/…`.
    Directory,
    /// The members of an account, by permission, `/api/v2/users…`.
    Members,
    /// Account resources, by username, `/rest/users…`.
    Accounts,
    /// Outside the four: pages for people, which the OpenAPI document leaves out.
    Pages,
    /// No API: a request without a route, which gets API Gateway's own words. The OpenAPI document
    /// leaves it out.
    Gateway,
}

impl Api {
    /// What the OpenAPI document calls it.
    #[cfg(feature = "openapi")]
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Profile => "Profile",
            Self::Directory => "Directory",
            Self::Members => "Members",
            Self::Accounts => "Accounts",
            Self::Pages => "Pages",
            Self::Gateway => "Gateway",
        }
    }

    /// What the OpenAPI document says of it.
    #[cfg(feature = "openapi")]
    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Profile => "The current user's profile.",
            Self::Directory => "An account's user directory, by role: user < admin < owner.",
            Self::Members => "The members of an account, by permission.",
            Self::Accounts => "Account resources, by username.",
            Self::Pages => "Pages for people.",
            Self::Gateway => "Requests without a route.",
        }
    }

    /// The schema of [`Api::body_of`].
    #[cfg(feature = "openapi")]
    pub(crate) fn failure_schema(self) -> crate::openapi::SchemaOf {
        use crate::openapi::schema_of;
        match self {
            Self::Profile => schema_of::<ProfileFailure>,
            Self::Directory => schema_of::<Problem>,
            Self::Members => schema_of::<MembersFailure>,
            Self::Accounts => schema_of::<AccountsFailure>,
            Self::Pages | Self::Gateway => schema_of::<String>,
        }
    }

    /// Whether the OpenAPI document has its operations.
    pub fn is_documented(self) -> bool {
        !matches!(self, Self::Pages | Self::Gateway)
    }

    /// The answer that tells the caller of `failure`, where `takes_passwords` says whether one would
    /// have worked.
    pub(crate) fn tell(self, failure: &Failure, takes_passwords: bool) -> Answer {
        let (content_type, body) = self.body_of(failure);
        let body = match body {
            Value::String(text) => text,
            body => body.to_string(),
        };
        let mut answer = Answer::text(failure.status(), content_type, body);
        if matches!(failure, Failure::Unauthenticated) {
            answer = answer.with_header(header::WWW_AUTHENTICATE, challenge(takes_passwords));
        }
        if let Some(seconds) = failure.retry_after() {
            answer = answer.with_header(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }

    /// The body that tells of `failure`, with its media type.
    pub(crate) fn body_of(self, failure: &Failure) -> (&'static str, Value) {
        const JSON: &str = "application/json";
        match self {
            Self::Profile => (JSON, json!(ProfileFailure::from(failure))),
            Self::Directory => ("application/problem+json", json!(Problem::from(failure))),
            Self::Members => (JSON, json!(MembersFailure::from(failure))),
            Self::Accounts => (JSON, json!(AccountsFailure::from(failure))),
            Self::Pages => ("text/plain; charset=utf-8", json!(failure.detail())),
            Self::Gateway => {
                let message = failure.status().canonical_reason();
                (JSON, json!({ "message": message }))
            }
        }
    }
}

/// RFC 9110 wants the schemes that would work.
fn challenge(takes_passwords: bool) -> HeaderValue {
    HeaderValue::from_static(if takes_passwords {
        r#"Basic realm="roster", charset="UTF-8", Bearer realm="roster""#
    } else {
        r#"Bearer realm="roster""#
    })
}

/// A failure in the words of the profile API.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub(crate) struct ProfileFailure {
    /// A word for programs.
    error: String,
    /// One sentence that says what to mend; not with `AUTH_REQUIRED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'static, str>>,
}

impl From<&Failure> for ProfileFailure {
    fn from(failure: &Failure) -> Self {
        let upper = |field: &str| field.to_ascii_uppercase();
        let error = match failure {
            Failure::Malformed(_) => "BAD_JSON_FORMAT".into(),
            Failure::Invalid { field, .. } => format!("INVALID_{}", upper(field)),
            other => upper(other.code()),
        };
        // To the letter of the document, without a message.
        let is_bare = matches!(failure, Failure::Unauthenticated);
        Self {
            error,
            message: (!is_bare).then(|| failure.detail()),
        }
    }
}

/// A failure in the words of the directory API: a problem of RFC 9457.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub(crate) struct Problem {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: Option<&'static str>,
    /// The HTTP status.
    status: u16,
    /// One sentence that says what to do next.
    detail: Cow<'static, str>,
    /// A stable word for programs.
    code: &'static str,
    /// The field that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
}

impl From<&Failure> for Problem {
    fn from(failure: &Failure) -> Self {
        let (status, code) = (failure.status(), failure.code());
        Self {
            kind: format!("urn:roster:problem:{code}"),
            title: status.canonical_reason(),
            status: status.as_u16(),
            detail: failure.detail(),
            code,
            field: match failure {
                Failure::Invalid { field, .. } => Some(field),
                Failure::Conflict { field, .. } => *field,
                _ => None,
            },
        }
    }
}

/// A failure in the words of the members API.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct MembersFailure {
    /// Always true.
    #[cfg_attr(feature = "openapi", schemars(extend("const" = true)))]
    error: bool,
    /// One sentence that says what to do next.
    message: Cow<'static, str>,
    /// The HTTP status.
    status_code: u16,
}

impl From<&Failure> for MembersFailure {
    fn from(failure: &Failure) -> Self {
        Self {
            error: true,
            message: failure.detail(),
            status_code: failure.status().as_u16(),
        }
    }
}

/// A failure in the words of the accounts API.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub(crate) struct AccountsFailure {
    /// Always 0.
    #[cfg_attr(feature = "openapi", schemars(extend("const" = 0)))]
    status: u8,
    /// One sentence that says what to do next.
    message: Cow<'static, str>,
}

impl From<&Failure> for AccountsFailure {
    fn from(failure: &Failure) -> Self {
        Self {
            status: 0,
            message: failure.detail(),
        }
    }
}
