//! A small sample account, so that there is something to see.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tower::ServiceExt;

/// The sample account's owner, with a token that works.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Their username.
    pub username: &'static str,
    /// Their password.
    pub password: &'static str,
    /// A token of theirs.
    pub token: String,
}

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
#[error("the sample account: {0}")]
pub struct SampleError(String);

const USERNAME: &str = "ada";
const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "analytical-engine-1843";

impl Sample {
    /// Puts the sample account in, through the front door, and logs its owner in. Where it is
    /// already there, it only logs in.
    ///
    /// # Errors
    /// An answer that was not expected.
    pub async fn load(gateway: &Router) -> Result<Self, SampleError> {
        let person = json!({ "username": USERNAME, "email": EMAIL, "password": PASSWORD });
        match send(gateway, Method::POST, "/rest/users", "", person).await? {
            (StatusCode::CREATED | StatusCode::CONFLICT, _) => {}
            (status, body) => return Err(SampleError(format!("sign-up: {status} {body}"))),
        }
        let basic = format!(
            "Basic {}",
            STANDARD.encode(format!("{USERNAME}:{PASSWORD}"))
        );
        let (status, login) = send(gateway, Method::POST, "/user/login", &basic, json!({})).await?;
        let token = login["token"]["token"].as_str();
        let token = token.ok_or_else(|| SampleError(format!("login: {status} {login}")))?;
        let token = token.to_owned();
        Ok(Self {
            username: USERNAME,
            password: PASSWORD,
            token,
        })
    }
}

async fn send(
    gateway: &Router,
    method: Method,
    path: &str,
    authorization: &str,
    body: Value,
) -> Result<(StatusCode, Value), SampleError> {
    let failed = |error: &dyn std::fmt::Display| SampleError(format!("{method} {path}: {error}"));
    let request = Request::builder()
        .method(&method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, authorization)
        .body(Body::from(body.to_string()))
        .map_err(|error| failed(&error))?;
    let response = gateway
        .clone()
        .oneshot(request)
        .await
        .map_err(|error| failed(&error))?;
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX)
        .await
        .map_err(|error| failed(&error))?;
    Ok((
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    ))
}
