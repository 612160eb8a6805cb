//! Programs of this machine get in, web pages do not.

use crate::testkit::{TestApp, guarded};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    routing::get,
};
use http_body_util::BodyExt;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::json;
use tower::ServiceExt;

async fn status_for(host: Option<&str>) -> StatusCode {
    let router = Router::new().route("/outbox", get(async || "mails"));
    let mut request = Request::get("/outbox");
    if let Some(host) = host {
        request = request.header("host", host);
    }
    let request = request.body(Body::empty()).unwrap();
    let address = "192.0.2.7:3000".parse().unwrap();
    let router = guarded(address, &["roster.test"], router);
    router.oneshot(request).await.unwrap().status()
}

#[tokio::test]
async fn the_gateway_answers_no_foreign_host() {
    for host in [
        "localhost",
        "localhost:3000",
        "LOCALHOST:1",
        "127.0.0.1:65535",
        "[::1]:3000",
        "192.0.2.7:3000",
        "roster.test",
        "Roster.Test:80",
    ] {
        assert_eq!(status_for(Some(host)).await, 200, "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:3000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.0.2.8",
        "[::2]",
        "localhost@evil.example",
        "",
        "not a host",
    ] {
        assert_eq!(status_for(Some(host)).await, 403, "{host}");
    }
    assert_eq!(status_for(None).await, 403);
}

/// With the `Origin` of any page, of its own address too, which is that of a page which pretends.
#[tokio::test]
async fn the_embedded_dynamodb_answers_no_web_page() {
    let app = TestApp::start().await;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let send = async |method: &str, origin: Option<&str>| {
        let mut request = Request::builder()
            .method(method)
            .uri(app.store_endpoint())
            .header("x-amz-target", "DynamoDB_20120810.ListTables")
            .header("x-amz-date", "20261121T180000Z")
            .header("content-type", "application/x-amz-json-1.0")
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=a/20261121/local/dynamodb/aws4_request, SignedHeaders=host, Signature=a",
            );
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let response = client.request(request.body(Body::from("{}")).unwrap());
        let response = response.await.unwrap();
        let status = response.status();
        let allowed = response
            .headers()
            .get("access-control-allow-origin")
            .is_some();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (
            status.as_u16(),
            allowed,
            String::from_utf8_lossy(&body).into_owned(),
        )
    };
    let (status, _, body) = send("POST", None).await;
    assert_eq!((status, body.contains("roster")), (200, true), "{body}");
    let own = app.store_endpoint();
    for origin in ["https://evil.example", "null", &own] {
        for method in ["POST", "GET", "OPTIONS"] {
            let (status, allowed, body) = send(method, Some(origin)).await;
            assert_eq!((status, allowed), (403, false), "{method} {origin}");
            assert!(!body.contains("TableNames"), "{body}");
        }
    }
}

/// Whatever a page could put into the outbox would be looked at beside the sample's tokens.
#[tokio::test]
async fn what_stands_for_aws_takes_no_mail_of_a_web_page_and_a_mail_runs_nothing() {
    let app = TestApp::start().await;
    let background = app.background_workers().await;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let send = async |origin: Option<&str>| {
        let mut request = Request::post(format!(
            "{}/v2/email/outbound-emails",
            background.aws.serve().await
        ));
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let mail = json!({
            "FromEmailAddress": "roster@example.com",
            "Destination": { "ToAddresses": ["ada@example.com"] },
            "Content": { "Simple": {
                "Subject": { "Data": "s" },
                "Body": { "Text": { "Data": "t" }, "Html": { "Data": "<script>1</script>" } },
            } },
        });
        let request = request.body(Body::from(mail.to_string())).unwrap();
        client.request(request).await.unwrap().status()
    };
    assert_eq!(send(Some("http://evil.example")).await, 403);
    assert!(background.aws.mails().is_empty());
    assert_eq!(send(None).await, 200);
    assert_eq!(background.aws.mails().len(), 1);
}
