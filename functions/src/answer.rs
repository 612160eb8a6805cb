use crate::Failure;
use lambda_http::{
    Body,
    aws_lambda_events::apigw::ApiGatewayV2httpResponse,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};
use serde::Serialize;
use std::fmt;

/// What a handler answers, before API Gateway wraps it.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// Headers; names are in lower case.
    pub headers: HeaderMap,
    /// Text, empty if there is none.
    pub body: String,
}

impl Answer {
    /// 200 with a JSON body.
    ///
    /// # Errors
    /// [`Failure::Internal`] if the body cannot be serialised, which is a defect.
    pub fn ok(body: &impl Serialize) -> Result<Self, Failure> {
        Self::json(StatusCode::OK, body)
    }

    /// A JSON body.
    ///
    /// # Errors
    /// [`Failure::Internal`] if the body cannot be serialised, which is a defect.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, Failure> {
        let body = serde_json::to_string(body).map_err(|error| Failure::Internal(error.into()))?;
        Ok(Self::text(status, "application/json", body))
    }

    /// 204, with nothing to say.
    pub(crate) fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: HeaderMap::new(),
            body: String::new(),
        }
    }

    pub(crate) fn text(status: StatusCode, content_type: &'static str, body: String) -> Self {
        let content_type = HeaderValue::from_static(content_type);
        Self {
            status,
            headers: HeaderMap::from_iter([(header::CONTENT_TYPE, content_type)]),
            body,
        }
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// What every answer carries: the request's id, and that nobody on the way may keep it.
    pub(crate) fn finish(self, request_id: &str) -> Self {
        let id = HeaderValue::from_str(request_id)
            .unwrap_or_else(|_| HeaderValue::from_static("unknown"));
        self.with_header(HeaderName::from_static("x-request-id"), id)
            .with_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
    }
}

/// The body may hold a token.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}/…)", self.status)
    }
}

impl From<Answer> for ApiGatewayV2httpResponse {
    fn from(answer: Answer) -> Self {
        let mut response = Self::default();
        response.status_code = i64::from(answer.status.as_u16());
        response.headers = answer.headers;
        response.body = (!answer.body.is_empty()).then_some(Body::Text(answer.body));
        response
    }
}
