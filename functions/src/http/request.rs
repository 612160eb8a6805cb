use super::{
    Error, Event,
    body::{self, Passwords},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use roster_domain::{ValidationError, digest};
use serde::de::{DeserializeOwned, IgnoredAny};
use std::{borrow::Cow, collections::BTreeMap, str::FromStr};

/// The header by which a request may be repeated.
pub(crate) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// The largest body that is read.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;

/// One HTTP request, over the event that carried it.
#[derive(Clone, Debug)]
pub struct Request {
    event: Event,
    /// The name of the endpoint that it was sent to.
    operation: &'static str,
}

impl From<Event> for Request {
    fn from(event: Event) -> Self {
        Self {
            event,
            operation: "",
        }
    }
}

impl Request {
    /// The same request, to an endpoint of this name.
    pub(crate) fn to(self, operation: &'static str) -> Self {
        Self { operation, ..self }
    }

    /// The name of the endpoint that it was sent to.
    pub(crate) fn operation(&self) -> &'static str {
        self.operation
    }

    /// The id that API Gateway gave the request; every response carries it.
    pub fn id(&self) -> &str {
        &self.event.request_context.request_id
    }

    /// The method, and the path without the query.
    pub fn method_and_path(&self) -> (&str, &str) {
        let http = &self.event.request_context.http;
        (&http.method, &http.path)
    }

    /// The value of a header, by its name in any case. Repeated ones are joined with commas.
    pub fn header(&self, name: &str) -> Option<&str> {
        let headers = &self.event.headers;
        let found = headers.get(name).or_else(|| {
            headers
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        });
        found.map(String::as_str)
    }

    /// A variable of the route, percent-decoded.
    pub fn path_parameter(&self, name: &str) -> &str {
        self.event
            .path_parameters
            .get(name)
            .map_or("", String::as_str)
    }

    /// The first value of a query parameter.
    pub fn query_parameter(&self, name: &str) -> Option<Cow<'_, str>> {
        form_urlencoded::parse(self.event.raw_query_string.as_bytes())
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The first value of a query parameter, parsed.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidValue`](super::ErrorCode::InvalidValue).
    pub(crate) fn query<T: FromStr<Err = ValidationError>>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, Error> {
        let text = self.query_parameter(name);
        text.map(|text| parse(name, &text)).transpose()
    }

    /// Where the API answers, as the caller reached it: `https://host/path` without the query.
    /// Where what the caller says of that is no host, only `/path`, which means the same to them; and
    /// nothing, which means the same as well, where the path is none that a header can hold.
    pub fn url(&self) -> String {
        let context = &self.event.request_context;
        let path = &context.http.path;
        let is_fit = |byte: u8| byte.is_ascii_graphic() && !b"<>\"".contains(&byte);
        if !path.bytes().all(is_fit) {
            return String::new();
        }
        let scheme = match self.header("x-forwarded-proto") {
            Some("http") => "http",
            _ => "https",
        };
        let host = self.header("host").unwrap_or(&context.domain_name);
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
        if host.is_empty() || !host.bytes().all(allowed) {
            return path.clone();
        }
        format!("{scheme}://{host}{path}")
    }

    /// What makes the request another one than a request with the same `Idempotency-Key`: query, body,
    /// and `with_password` a password with its name. Not the token: another one of the same user is as
    /// good.
    pub(crate) fn digest(&self, with_password: bool) -> String {
        let authorization = self.header("authorization").unwrap_or_default();
        let scheme = authorization.split(' ').next().unwrap_or_default();
        let basic = match with_password && scheme.eq_ignore_ascii_case("basic") {
            true => authorization,
            false => "",
        };
        let body = self.event.body.as_deref().unwrap_or_default();
        digest(&[&self.event.raw_query_string, body, basic])
    }

    /// The body as JSON. An absent one counts as `{}`.
    ///
    /// # Errors
    /// An error of the body: too large, malformed, or with an invalid value.
    pub fn json_or_empty<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let bytes = self.body()?;
        let bytes = if bytes.is_empty() { b"{}" } else { &bytes[..] };
        body::from_json(bytes, Passwords::Refused)
    }

    /// The body as JSON, which has to be there.
    ///
    /// # Errors
    /// An error of the body: too large, malformed, or with an invalid value.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        body::from_json(&self.body()?, Passwords::Refused)
    }

    /// The body as JSON with a `password`, which has to be there.
    ///
    /// # Errors
    /// An error of the body: too large, malformed, or with an invalid value.
    pub(crate) fn json_with_password<T: DeserializeOwned>(&self) -> Result<T, Error> {
        body::from_json(&self.body()?, Passwords::Taken)
    }

    /// The body as one JSON object, or as an array with one. It has to be there.
    ///
    /// # Errors
    /// An error of the body: too large, malformed, or with an invalid value.
    pub fn json_or_array_of_one<T: DeserializeOwned>(&self) -> Result<T, Error> {
        body::from_json_or_array_of_one(&self.body()?)
    }

    /// A body without any field that means something.
    ///
    /// # Errors
    /// An error of the body: too large, malformed, or with an invalid value.
    pub fn no_fields(&self) -> Result<(), Error> {
        self.json_or_empty::<BTreeMap<String, IgnoredAny>>()
            .map(drop)
    }

    /// The body as a form if its content type says so and it does not look like JSON (which `curl
    /// -d` labels as a form), else as JSON. An absent body counts as an empty one of either kind.
    ///
    /// # Errors
    /// An error of the body: too large, malformed, or with an invalid value.
    pub(crate) fn form_or_json<T: DeserializeOwned>(
        &self,
        passwords: Passwords,
    ) -> Result<T, Error> {
        const FORM: &str = "application/x-www-form-urlencoded";
        let content_type = self.header("content-type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        let bytes = self.body()?;
        if media_type.eq_ignore_ascii_case(FORM) && !body::looks_like_json(&bytes) {
            body::from_form(&bytes, passwords)
        } else {
            let bytes = if bytes.is_empty() { b"{}" } else { &bytes[..] };
            body::from_json(bytes, passwords)
        }
    }

    /// See [`Request::form_or_json`]; the body has to be there.
    ///
    /// # Errors
    /// An error of the body: too large, malformed, or with an invalid value.
    pub fn required_form_or_json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        if self.event.body.as_ref().is_none_or(String::is_empty) {
            return Err(Error::malformed("a JSON or form body is required"));
        }
        self.form_or_json(Passwords::Refused)
    }

    fn body(&self) -> Result<Cow<'_, [u8]>, Error> {
        let body = self.event.body.as_deref().unwrap_or_default();
        let bytes = if self.event.is_base64_encoded {
            let decoded = STANDARD.decode(body);
            Cow::Owned(decoded.map_err(|_| Error::malformed("the body is not valid base64"))?)
        } else {
            Cow::Borrowed(body.as_bytes())
        };
        if bytes.len() > MAX_BODY_BYTES {
            Err(Error::TOO_LARGE)
        } else {
            Ok(bytes)
        }
    }
}

/// Parses a parameter, so that an error names it as the caller knows it.
///
/// # Errors
/// [`ErrorCode::InvalidValue`](super::ErrorCode::InvalidValue).
pub(crate) fn parse<T: FromStr<Err = ValidationError>>(
    field: &'static str,
    text: &str,
) -> Result<T, Error> {
    text.parse().map_err(|error| Error::invalid(field, error))
}
