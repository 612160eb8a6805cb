//! The home page: an account managed in a browser, by the public API alone.

use axum::{
    Json, Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use serde_json::Value;
use std::fmt::Display;

/// Nothing but the page's own files, and calls to where it came from.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// Part of the program: the page works without a network.
const FILES: [(&str, &str, &str); 10] = [
    ("/", HTML, include_str!("home/home.html")),
    ("/home/home.css", CSS, include_str!("home/home.css")),
    ("/home/home.js", JAVASCRIPT, include_str!("home/home.js")),
    ("/home/api.js", JAVASCRIPT, include_str!("home/api.js")),
    ("/home/dom.js", JAVASCRIPT, include_str!("home/dom.js")),
    (
        "/home/people.js",
        JAVASCRIPT,
        include_str!("home/people.js"),
    ),
    (
        "/home/invitations.js",
        JAVASCRIPT,
        include_str!("home/invitations.js"),
    ),
    (
        "/home/tokens.js",
        JAVASCRIPT,
        include_str!("home/tokens.js"),
    ),
    ("/home/feed.js", JAVASCRIPT, include_str!("home/feed.js")),
    ("/readme", TEXT, include_str!("../../../README.md")),
];

/// `/` with its files, the README at `/readme`, and at `/home/sample` what `sample` finds: the people
/// who can be acted as. None of it is deployed.
pub fn home<F, E>(sample: impl Fn() -> F + Clone + Send + Sync + 'static) -> Router
where
    F: Future<Output = Result<Vec<Value>, E>> + Send,
    E: Display,
{
    let people = async move || match sample().await {
        Ok(people) => Json(people).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    };
    let mut router = Router::new().route("/home/sample", get(people));
    for (path, content_type, content) in FILES {
        let headers = [
            (header::CONTENT_TYPE, content_type),
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
            // The next build may have another.
            (header::CACHE_CONTROL, "no-store"),
        ];
        router = router.route(path, get(async move || (headers, content)));
    }
    router
}
