use super::{Error, ErrorBody};
use lambda_http::{
    Body,
    aws_lambda_events::apigw::ApiGatewayV2httpResponse,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};
use serde::Serialize;
use std::fmt;

/// What goes out, before API Gateway wraps it.
#[derive(Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: StatusCode,
    /// Headers; names are in lower case.
    pub headers: HeaderMap,
    /// Text, empty if there is none.
    pub body: String,
}

impl Response {
    /// 200 with a JSON body.
    ///
    /// # Errors
    /// [`ErrorCode::Internal`](super::ErrorCode::Internal) if the body cannot be serialised, which is
    /// a defect.
    pub fn ok(body: &impl Serialize) -> Result<Self, Error> {
        Self::json(StatusCode::OK, body)
    }

    /// A JSON body.
    ///
    /// # Errors
    /// See [`Response::ok`].
    pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_string(body).map_err(Error::internal)?;
        Ok(Self::text(status, "application/json", body))
    }

    /// 204, without a body.
    pub(crate) fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: HeaderMap::new(),
            body: String::new(),
        }
    }

    /// 202, without a body.
    pub(crate) fn accepted() -> Self {
        Self {
            status: StatusCode::ACCEPTED,
            ..Self::no_content()
        }
    }

    /// 302, to another place.
    pub(crate) fn found(location: &'static str) -> Self {
        let location = HeaderValue::from_static(location);
        Self {
            status: StatusCode::FOUND,
            headers: HeaderMap::from_iter([(header::LOCATION, location)]),
            body: String::new(),
        }
    }

    /// A body of another media type.
    pub(crate) fn text(status: StatusCode, content_type: &'static str, body: String) -> Self {
        let content_type = HeaderValue::from_static(content_type);
        Self {
            status,
            headers: HeaderMap::from_iter([(header::CONTENT_TYPE, content_type)]),
            body,
        }
    }

    /// The response that tells the caller of `error`, with the headers that belong to it: of a
    /// credential that does not work, the schemes that would.
    pub(crate) fn error(error: &Error, body: ErrorBody, schemes: &'static str) -> Self {
        let mut response = Self::text(error.code.status(), body.content_type, body.text);
        if response.status == StatusCode::UNAUTHORIZED {
            let schemes = HeaderValue::from_static(schemes);
            response = response.with_header(header::WWW_AUTHENTICATE, schemes);
        }
        match error.retry_after() {
            Some(seconds) => response.with_header(header::RETRY_AFTER, seconds.into()),
            None => response,
        }
    }

    /// The same response with one more header.
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// What every response carries: the request's id, the build's, and that nobody on the way may keep it.
    pub(crate) fn finish(self, request_id: &str, build_id: &HeaderValue) -> Self {
        let id = HeaderValue::from_str(request_id)
            .unwrap_or_else(|_| HeaderValue::from_static("unknown"));
        self.with_header(HeaderName::from_static("x-request-id"), id)
            .with_header(HeaderName::from_static("x-build-id"), build_id.clone())
            .with_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
    }
}

/// The body may hold a token.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}/…)", self.status)
    }
}

impl From<Response> for ApiGatewayV2httpResponse {
    fn from(response: Response) -> Self {
        let mut wrapped = Self::default();
        wrapped.status_code = i64::from(response.status.as_u16());
        wrapped.headers = response.headers;
        wrapped.body = (!response.body.is_empty()).then_some(Body::Text(response.body));
        wrapped
    }
}
