use crate::{Answer, Failure};
use lambda_http::http::{HeaderValue, header};
use serde_json::{Value, json};

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
}

impl Api {
    /// The answer that tells the caller of `failure`.
    pub(crate) fn tell(self, failure: &Failure) -> Answer {
        let status = failure.status();
        let (content_type, body) = match self {
            Self::Profile => ("application/json", profile(failure)),
            Self::Directory => ("application/problem+json", problem(failure)),
            Self::Members => (
                "application/json",
                json!({
                    "error": true,
                    "message": failure.detail(),
                    "statusCode": status.as_u16(),
                }),
            ),
            Self::Accounts => (
                "application/json",
                json!({
                    "status": 0,
                    "message": failure.detail(),
                }),
            ),
        };
        let mut answer = Answer::text(status, content_type, body.to_string());
        if matches!(failure, Failure::Unauthenticated) {
            answer = answer.with_header(header::WWW_AUTHENTICATE, self.challenge());
        }
        if let Some(seconds) = failure.retry_after() {
            answer = answer.with_header(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer
    }

    /// RFC 9110 wants the schemes that would work.
    fn challenge(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Profile | Self::Members => r#"Bearer realm="roster""#,
            Self::Directory | Self::Accounts => {
                r#"Basic realm="roster", charset="UTF-8", Bearer realm="roster""#
            }
        })
    }
}

fn profile(failure: &Failure) -> Value {
    let upper = |field: &str| field.to_ascii_uppercase();
    let code = match failure {
        // To the letter of the document, without a message.
        Failure::Unauthenticated => return json!({ "error": "AUTH_REQUIRED" }),
        Failure::Malformed(_) => "BAD_JSON_FORMAT".into(),
        Failure::Invalid { field, .. } => format!("INVALID_{}", upper(field)),
        Failure::Conflict {
            field: Some(field), ..
        } => format!("{}_IN_USE", upper(field)),
        other => upper(other.code()),
    };
    json!({ "error": code, "message": failure.detail() })
}

/// RFC 9457.
fn problem(failure: &Failure) -> Value {
    let (status, code) = (failure.status(), failure.code());
    let mut problem = json!({
        "type": format!("urn:roster:problem:{code}"),
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": failure.detail(),
        "code": code,
    });
    if let Failure::Invalid { field, .. }
    | Failure::Conflict {
        field: Some(field), ..
    } = failure
    {
        problem["field"] = json!(field);
    }
    problem
}
