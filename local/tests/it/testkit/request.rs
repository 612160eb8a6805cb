//! Requests to the gateway.

use super::reply::Reply;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
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

    /// With one more field in the object that is its body.
    pub fn with_field(mut self, name: &str, value: Value) -> Self {
        if self.body.is_empty() {
            return self.json(json!({ name: value }));
        }
        let mut body: Value = serde_json::from_slice(&self.body).unwrap();
        body[name] = value;
        self.body = body.to_string().into();
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
        reply.check(method.as_str(), &self.path);
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
