//! The OpenAPI document, and a page to read it on and to send requests from.

use axum::{Router, body::Bytes, http::header, response::Html, routing::get};
use roster_functions::api::openapi_document;
use scalar_api_reference::get_asset;

/// `/openapi.json`, and at `/docs` Scalar's reference page of it.
pub fn docs() -> Router {
    let document = format!("{:#}", openapi_document());
    let page = include_str!("docs.html");
    // Part of the program: the page works without a network.
    let script = Bytes::from(get_asset("scalar.js").unwrap_or_default());
    let json = [(header::CONTENT_TYPE, "application/json")];
    let javascript = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    Router::new()
        .route("/docs", get(async move || Html(page)))
        .route("/docs/scalar.js", get(async move || (javascript, script)))
        .route("/openapi.json", get(async move || (json, document)))
}
