use super::document::DOCUMENT;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::{future::IntoFuture, pin::Pin};
use tower::ServiceExt;

/// A request in the making; awaiting it sends it.
#[must_use]
#[derive(Clone)]
pub struct Call {
    gateway: Router,
    method: Method,
    path: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Call {
    pub fn new(gateway: &Router, method: Method, path: &str) -> Self {
        Self {
            gateway: gateway.clone(),
            method,
            path: path.into(),
            headers: vec![],
            body: vec![],
        }
    }

    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// As the profile API's document has it.
    pub fn api_token(self, token: &str) -> Self {
        self.header("x-apitoken", token)
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub fn basic(self, name: &str, password: &str) -> Self {
        let encoded = STANDARD.encode(format!("{name}:{password}"));
        self.header("authorization", format!("Basic {encoded}"))
    }

    pub fn json(self, body: Value) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_string())
    }

    pub fn form(self, body: &str) -> Self {
        self.header(
            "content-type",
            "application/x-www-form-urlencoded; charset=UTF-8",
        )
        .body(body)
    }

    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    async fn send(self) -> Reply {
        let what = format!("{} {}", self.method, self.path);
        let method = self.method.clone();
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let request = request
            .header("host", "roster.test")
            .body(Body::from(self.body))
            .unwrap();
        let response = self.gateway.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        let reply = Reply {
            what,
            status: parts.status.as_u16(),
            headers: parts.headers,
            text,
        };
        let from_gateway = reply.check_common();
        let operation = DOCUMENT.operation(&method, &self.path);
        if let Some(operation) = operation.filter(|_| !from_gateway) {
            operation.check(&reply);
        }
        reply
    }
}

impl IntoFuture for Call {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

#[derive(Clone, Debug)]
pub struct Reply {
    pub what: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    /// What holds for every answer of every function. Tells whether the answer is of none.
    fn check_common(&self) -> bool {
        assert_ne!(self.status, 500, "{}: {}", self.what, self.text);
        assert!(
            !self.header("x-request-id").is_empty(),
            "{} has no x-request-id",
            self.what
        );
        let said_by_gateway = [r#"{"message":"Not Found"}"#, r#"{"message":"Bad Request"}"#];
        // HEAD has no route, and its answer no text.
        let from_gateway =
            said_by_gateway.contains(&self.text.as_str()) || self.what.starts_with("HEAD ");
        if !from_gateway {
            assert_eq!(self.header("cache-control"), "no-store", "{}", self.what);
        }
        if !from_gateway && self.status == 401 {
            assert!(
                self.headers.contains_key(header::WWW_AUTHENTICATE),
                "{}",
                self.what
            );
        }
        from_gateway
    }

    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.what, self.text))
    }

    /// The answer must be a failure in the words of the profile API.
    #[track_caller]
    pub fn expect_profile_error(self, status: u16, code: &str) -> Self {
        let reply = self.expect_status(status);
        let body = reply.json();
        assert_eq!(body["error"], code, "{}", reply.text);
        if code == "AUTH_REQUIRED" {
            assert_eq!(reply.text, r#"{"error":"AUTH_REQUIRED"}"#);
        } else {
            assert!(
                body["message"]
                    .as_str()
                    .is_some_and(|message| !message.is_empty())
            );
        }
        reply
    }

    /// The answer must be a failure in the words of the directory API.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let reply = self.expect_status(status);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        let body = reply.json();
        assert_eq!(body["code"], code, "{}", reply.text);
        assert_eq!(body["status"], status);
        for member in ["type", "title", "detail"] {
            assert!(body[member].is_string(), "{member} in {}", reply.text);
        }
        reply
    }

    /// The answer must be a failure in the words of the members API.
    #[track_caller]
    pub fn expect_members_error(self, status: u16) -> Self {
        let reply = self.expect_status(status);
        let body = reply.json();
        assert_eq!(body["error"], true, "{}", reply.text);
        assert_eq!(body["statusCode"], status);
        assert!(body["message"].is_string());
        reply
    }

    /// The answer must be a failure in the words of the accounts API.
    #[track_caller]
    pub fn expect_accounts_error(self, status: u16) -> Self {
        let reply = self.expect_status(status);
        let body = reply.json();
        assert_eq!(body["status"], 0, "{}", reply.text);
        assert!(body["message"].is_string());
        reply
    }
}

/// Where the answer's `Link` header says that the next page is: path and query.
pub fn next_page(reply: &Reply) -> Option<String> {
    let link = reply.headers.get(header::LINK)?.to_str().unwrap();
    let (url, parameters) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
    assert_eq!(parameters, r#"; rel="next""#);
    Some(url.strip_prefix("http://roster.test").unwrap().to_owned())
}
