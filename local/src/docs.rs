//! The OpenAPI document, and a page to read it on and to send requests from.

use axum::{
    Router,
    body::Bytes,
    http::header,
    response::{Html, Redirect},
    routing::get,
};
use roster_functions::openapi::document;
use scalar_api_reference::{get_asset, scalar_html};
use serde_json::json;

const SCRIPT: &str = "/docs/scalar.js";

/// `/openapi.json`, and at `/docs` Scalar's reference page of it; `/` leads there.
pub fn docs() -> Router {
    let document = format!("{:#}", document());
    let page = page();
    // Part of the program: the page works without a network.
    let script = Bytes::from(get_asset("scalar.js").unwrap_or_default());
    let json = [(header::CONTENT_TYPE, "application/json")];
    let javascript = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    Router::new()
        .route("/", get(async || Redirect::temporary("/docs")))
        .route("/docs", get(async move || Html(page)))
        .route(SCRIPT, get(async move || (javascript, script)))
        .route("/openapi.json", get(async move || (json, document)))
}

fn page() -> String {
    let configuration = json!({
        "url": "/openapi.json",
        "pageTitle": "Roster",
        // What follows would reach out to the network.
        "withDefaultFonts": false,
        "telemetry": false,
        "agent": { "disabled": true },
        "mcp": { "disabled": true },
        "hideClientButton": true,
        "showDeveloperTools": "never",
        // Requests that are tried in a terminal look like those of the README.
        "defaultHttpClient": { "targetKey": "shell", "clientKey": "curl" },
        "operationTitleSource": "summary",
        "persistAuth": true,
        "authentication": { "preferredSecurityScheme": "token" },
    });
    scalar_html(&configuration, Some(SCRIPT))
}
