//! Errors as the directory and Roster's own API say them: RFC 9457.

use crate::{Error, http::ErrorBody};
use schemars::JsonSchema;
use serde::Serialize;

/// An error, with the members of RFC 9457.
#[derive(Serialize, JsonSchema)]
pub(super) struct Problem<'a> {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: Option<&'static str>,
    /// The HTTP status.
    status: u16,
    /// One sentence that says what to do next.
    detail: &'a str,
    /// A stable word for programs.
    code: &'static str,
    /// The field that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

pub(super) fn error_body(error: &Error) -> ErrorBody {
    let (status, code) = (error.code.status(), error.code.as_str());
    let body = ErrorBody::json(&Problem {
        kind: format!("urn:roster:problem:{code}"),
        title: status.canonical_reason(),
        status: status.as_u16(),
        detail: &error.detail,
        code,
        field: error.field.as_deref(),
    });
    ErrorBody {
        content_type: "application/problem+json",
        ..body
    }
}
