//! The OpenAPI document, and a page to read it on and to send requests from.

use super::assets::{CSS, HTML, JAVASCRIPT, asset, asset_with_policy};
use axum::{Router, body::Bytes, http::header, routing::get};
use roster_functions::api::openapi_document;
use scalar_api_reference::get_asset;

/// That of the other pages, but that Scalar puts styles into its page, and draws what is in them.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; connect-src 'self'; \
    form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// `/openapi.json`, and at `/docs` Scalar's reference page of it.
pub fn docs() -> Router {
    let document = format!("{:#}\n", openapi_document());
    let page = || {
        asset_with_policy(
            HTML,
            CONTENT_SECURITY_POLICY,
            include_str!("docs/docs.html"),
        )
    };
    let style = || asset(CSS, include_str!("docs/docs.css"));
    let own_script = || asset(JAVASCRIPT, include_str!("docs/docs.js"));
    // Part of the program: the page works without a network.
    let script = Bytes::from(get_asset("scalar.js").unwrap_or_default());
    let json = [(header::CONTENT_TYPE, "application/json")];
    Router::new()
        .route("/docs", get(async move || page()))
        .route("/docs/docs.css", get(async move || style()))
        .route("/docs/docs.js", get(async move || own_script()))
        .route(
            "/docs/scalar.js",
            get(async move || asset(JAVASCRIPT, script)),
        )
        .route("/openapi.json", get(async move || (json, document)))
}
