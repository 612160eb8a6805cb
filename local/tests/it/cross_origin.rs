//! Calls by web pages of other origins: those that the deployer names may make them, and no others.

use crate::testkit::{Call, Product, Reply, TestApp};

const ORIGIN: &str = "https://app.example.com";

async fn app(origins: &[&str]) -> TestApp {
    let origins = origins.iter().map(|origin| (*origin).to_owned());
    TestApp::with_product(Product {
        allowed_origins: origins.collect(),
        ..Product::default()
    })
    .await
}

/// As a browser asks before a page sends a token.
fn preflight(app: &TestApp, method: &str, path: &str, origin: &str) -> Call {
    app.call("OPTIONS", path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization")
}

fn cors_headers(reply: &Reply) -> Vec<(String, String)> {
    let headers = reply.headers.iter();
    let headers = headers.filter(|(name, _)| name.as_str().starts_with("access-control-"));
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    headers
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Also for the paths that end in a slash, and those that have no route.
#[tokio::test]
async fn a_browser_that_asks_is_told_what_a_page_may_send() {
    let app = app(&["http://localhost:5173", ORIGIN]).await;
    for (method, path) in [
        ("GET", "/v2/user"),
        ("POST", "/user/login"),
        ("PATCH", "/api/v2/users/1"),
        ("POST", "/rest/users/"),
        ("DELETE", "/nothing/here"),
    ] {
        for origin in [ORIGIN, "http://localhost:5173"] {
            let reply = preflight(&app, method, path, origin).await;
            let reply = reply.expect_status(204);
            assert_eq!(
                cors_headers(&reply),
                pairs(&[
                    (
                        "access-control-allow-headers",
                        "authorization,x-apitoken,content-type,idempotency-key"
                    ),
                    ("access-control-allow-methods", "GET,POST,PUT,PATCH,DELETE"),
                    ("access-control-allow-origin", origin),
                    ("access-control-max-age", "7200"),
                ])
            );
        }
    }
}

#[tokio::test]
async fn a_page_of_another_origin_reads_answers_and_their_headers() {
    let app = app(&[ORIGIN]).await;
    let ada = app.owner("ada").await;
    let expected = pairs(&[
        ("access-control-allow-origin", ORIGIN),
        (
            "access-control-expose-headers",
            "x-request-id,link,retry-after,idempotency-replayed",
        ),
    ]);
    let call = |path: &str| app.get(path).header("origin", ORIGIN);
    let found = call("/v2/user").api_token(&ada.token).await;
    assert_eq!(cors_headers(&found.expect_status(200)), expected);
    // It is to know of an error too, and of what is not there.
    let refused = call("/v2/user").await.expect_status(401);
    assert_eq!(cors_headers(&refused), expected);
    let missing = call("/nothing").await.expect_status(404);
    assert_eq!(cors_headers(&missing), expected);
}

#[tokio::test]
async fn no_other_origin_is_told_anything() {
    let app = app(&[ORIGIN]).await;
    for origin in [
        "https://evil.example",
        "http://app.example.com",
        "https://app.example.com:444",
        "https://app.example.com.evil.example",
        "null",
    ] {
        let asked = preflight(&app, "GET", "/v2/user", origin).await;
        assert_eq!(cors_headers(&asked), [], "{origin}");
        let sent = app.get("/v2/user").header("origin", origin).await;
        assert_eq!(cors_headers(&sent.expect_status(401)), [], "{origin}");
    }
    let plain = app.get("/v2/user").await.expect_status(401);
    assert_eq!(cors_headers(&plain), []);
    // Not a browser that asks.
    app.call("OPTIONS", "/v2/user").await.expect_status(404);
}

#[tokio::test]
async fn without_origins_nothing_is_added() {
    let app = app(&[]).await;
    let asked = preflight(&app, "GET", "/v2/user", ORIGIN).await;
    assert_eq!(cors_headers(&asked.expect_status(404)), []);
    let sent = app.get("/v2/user").header("origin", ORIGIN).await;
    assert_eq!(cors_headers(&sent.expect_status(401)), []);
}
