//! The home page of `cargo run`: its files, and the sample's people on it.

use crate::testkit::TestApp;
use axum::{Router, body::Body, http::Request};
use http_body_util::BodyExt;
use serde_json::Value;
use std::collections::BTreeSet;
use tower::ServiceExt;

/// Content type, policy and body of what is at a path.
async fn get(router: &Router, path: &str) -> (String, String, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    };
    let (content_type, policy) = (header("content-type"), header("content-security-policy"));
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (
        content_type,
        policy,
        String::from_utf8(body.to_vec()).unwrap(),
    )
}

#[tokio::test]
async fn the_page_and_all_that_it_loads_are_served_under_a_strict_policy() {
    let app = TestApp::start().await;
    let router = app.home();
    let mut seen = BTreeSet::new();
    let mut paths = vec!["/".to_owned()];
    while let Some(path) = paths.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let (content_type, policy, body) = get(&router, &path).await;
        let expected = match path.rsplit_once('.') {
            Some((_, "js")) => "text/javascript; charset=utf-8",
            Some((_, "css")) => "text/css; charset=utf-8",
            _ => "text/html; charset=utf-8",
        };
        assert_eq!(content_type, expected, "{path}");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        // Whatever would need a laxer policy, or the network.
        for refused in ["style=", "onclick=\"", "http://", "https://", "innerHTML"] {
            assert!(!body.contains(refused), "{path} has {refused}");
        }
        let texts = body.split('"').filter(|text| !text.contains(' '));
        for text in texts {
            if let Some(file) = text.strip_prefix("./") {
                paths.push(format!("/home/{file}"));
            } else if text.starts_with("/home/") && text.contains('.') {
                paths.push(text.to_owned());
            }
        }
    }
    assert!(
        seen.contains("/home/people.js") && seen.len() == 10,
        "{seen:?}"
    );
    let (content_type, _, readme) = get(&router, "/readme").await;
    assert_eq!(content_type, "text/plain; charset=utf-8");
    assert!(readme.starts_with("# Roster"));
}

#[tokio::test]
async fn the_people_of_the_sample_can_be_acted_as() {
    let app = TestApp::with_sample().await;
    let (_, _, body) = get(&app.home(), "/home/sample").await;
    let people: Vec<Value> = serde_json::from_str(&body).unwrap();
    let shown = people.iter().map(|person| {
        let word = |field: &str| person[field].as_str().unwrap_or("-");
        let elsewhere = person["isElsewhere"].as_bool().unwrap_or(false);
        (
            word("email"),
            word("last"),
            word("role"),
            word("state"),
            elsewhere,
        )
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            ("ada@example.com", "Lovelace", "owner", "active", false),
            ("grace@example.com", "Hopper", "admin", "active", false),
            ("alan@example.com", "Turing", "user", "active", false),
            ("margaret@example.com", "Hamilton", "user", "active", false),
            ("linus@example.com", "Torvalds", "owner", "active", true),
            ("barbara@example.com", "Liskov", "user", "invited", false),
            ("hedy@example.com", "Lamarr", "user", "deactivated", false),
        ]
    );
    for person in people {
        let Some(token) = person["token"].as_str() else {
            assert_ne!(person["state"], "active", "{person}");
            continue;
        };
        let me = app.get("/auth/me").header("x-apitoken", token).await;
        let me = me.expect_status(200);
        assert!(me.text.contains(person["email"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn without_the_sample_there_is_nobody_to_act_as() {
    let app = TestApp::start().await;
    assert_eq!(get(&app.home(), "/home/sample").await.2, "[]");
}
