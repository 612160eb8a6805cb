//! `GET /join`, `GET /reset` and `GET /.well-known/change-password`

use crate::testkit::{Product, TestApp};
use serde_json::json;

async fn orchard() -> TestApp {
    TestApp::with_product(Product {
        name: "Orchard <& Sons>".into(),
        app_url: Some("https://app.example.com/welcome".into()),
        ..Product::default()
    })
    .await
}

#[tokio::test]
async fn a_page_names_the_product_and_ends_at_its_app() {
    let app = orchard().await;
    for path in ["/join", "/reset"] {
        for (query, go) in [
            ("?lang=en", "Go on to"),
            ("?lang=da", "Videre til"),
            ("?lang=de", "Weiter zu"),
            ("?lang=fr", "Continuer vers"),
        ] {
            let page = app.get(&format!("{path}{query}")).await.expect_status(200);
            assert!(
                page.text
                    .contains("<title>Orchard &#60;&#38; Sons&#62;</title>")
            );
            let link = format!(
                r#"href="https://app.example.com/welcome">{go} Orchard &#60;&#38; Sons&#62;</a>"#
            );
            assert!(page.text.contains(&link), "{}", page.text);
            // Whoever goes on to the app logs in there.
            assert!(!page.text.contains(r#"id="token""#));
        }
    }
}

#[tokio::test]
async fn a_page_runs_and_reaches_nothing_but_its_own() {
    let app = TestApp::start().await;
    for path in ["/join", "/reset"] {
        let page = app.get(path).await.expect_status(200);
        let policy = page.header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "connect-src 'self'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        // One style and two scripts, each by its hash.
        assert_eq!(policy.matches("'sha256-").count(), 3, "{policy}");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("vary"), "accept-language");
    }
}

/// Where the API is behind a path, the page is behind it too.
#[tokio::test]
async fn password_managers_are_led_to_the_page() {
    let app = orchard().await;
    let found = app.get("/.well-known/change-password").await;
    assert_eq!(found.expect_status(302).header("location"), "../reset");
    let event = json!({
        "rawPath": "/api/.well-known/change-password",
        "requestContext": {
            "http": { "method": "GET", "path": "/api/.well-known/change-password" },
        },
    });
    let response = app.respond("reset-page", event).await;
    assert_eq!(response.status, 302);
    assert_eq!(response.headers["location"], "../reset");
}
