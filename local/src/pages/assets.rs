//! The files that the pages are made of, and the policy that keeps everything else out of them.

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

/// Nothing but the page's own files, and calls to where it came from.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub const HTML: &str = "text/html; charset=utf-8";
pub const CSS: &str = "text/css; charset=utf-8";
pub const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// Part of the program: the pages work without a network.
const FILES: [(&str, &str, &str); 14] = [
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
    (
        "/home/requests.js",
        JAVASCRIPT,
        include_str!("home/requests.js"),
    ),
    ("/home/list.js", JAVASCRIPT, include_str!("home/list.js")),
    (
        "/home/list-kinds.js",
        JAVASCRIPT,
        include_str!("home/list-kinds.js"),
    ),
    ("/home/rule.js", JAVASCRIPT, include_str!("home/rule.js")),
    ("/readme", TEXT, include_str!("../../../README.md")),
];

/// `/` and all files of the pages, and the README at `/readme`.
pub fn assets() -> Router {
    let mut router = Router::new();
    for (path, content_type, content) in FILES {
        let respond = async move || asset(content_type, content);
        router = router.route(path, get(respond));
    }
    router
}

/// A file that a page is made of.
pub fn asset(content_type: &'static str, content: impl IntoResponse) -> Response {
    asset_with_policy(content_type, CONTENT_SECURITY_POLICY, content)
}

/// The same under a policy of its own.
pub fn asset_with_policy(
    content_type: &'static str,
    policy: &'static str,
    content: impl IntoResponse,
) -> Response {
    let mut response = content.into_response();
    let headers: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // The next build may have another.
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in headers {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
