//! The home page: an account managed in a browser, by the public API alone.

use super::assets::assets;
use crate::{PRICES, RequestLog};
use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use std::fmt::Display;

/// `/` and the files of all pages; at `/home/sample` what `sample` finds, which is the people who can be
/// acted as; and at `/home/requests` what the newest requests asked of the store. None of it is deployed.
pub fn home<F, E>(
    sample: impl Fn() -> F + Clone + Send + Sync + 'static,
    requests: RequestLog,
) -> Router
where
    F: Future<Output = Result<Vec<Value>, E>> + Send,
    E: Display,
{
    let people = async move || match sample().await {
        Ok(people) => Json(people).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    };
    assets()
        .route("/home/sample", get(people))
        .route("/home/requests", get(async move || newest(&requests)))
}

fn newest(requests: &RequestLog) -> Response {
    Json(json!({ "prices": PRICES, "requests": requests.newest() })).into_response()
}
