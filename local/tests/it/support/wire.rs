//! Between a function and whatever it calls: a hook decides what becomes of each request.

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::sync::Arc;
use tokio::net::TcpListener;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// It arrives, and so does its answer.
    Pass,
    /// It never arrives.
    HangBefore,
    /// It arrives, and its answer never does.
    HangAfter,
    /// It is refused with this status and error.
    Refuse(u16, &'static str),
}

/// Stands before `upstream`; where it is. The hook is given the operation: the name that the
/// request's target has after the point, or its path.
pub async fn wire(
    upstream: &str,
    hook: impl Fn(&str) -> Verdict + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let client: Client<HttpConnector, Full<Bytes>> =
        Client::builder(TokioExecutor::new()).build_http();
    let (upstream, hook) = (upstream.to_owned(), Arc::new(hook));
    let pass = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let (client, hook, upstream) = (client.clone(), hook.clone(), upstream.clone());
        async move {
            let target = headers.get("x-amz-target");
            let target = target.map(|target| target.to_str().unwrap().to_owned());
            let operation = target.as_deref().and_then(|target| target.split_once('.'));
            let operation = operation.map_or(uri.path(), |(_, operation)| operation);
            let verdict = hook(operation);
            match verdict {
                Verdict::HangBefore => std::future::pending().await,
                Verdict::Refuse(status, code) => return refusal(status, code),
                _ => {}
            }
            let mut request = axum::http::Request::builder()
                .method(method)
                .uri(format!("{upstream}{uri}"));
            *request.headers_mut().unwrap() = headers;
            let request = request.body(Full::new(body)).unwrap();
            let (parts, body) = client.request(request).await.unwrap().into_parts();
            let bytes = body.collect().await.unwrap().to_bytes();
            match verdict {
                Verdict::HangAfter => std::future::pending().await,
                _ => Response::from_parts(parts, Body::from(bytes)),
            }
        }
    };
    let router = Router::new().fallback(pass);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

fn refusal(status: u16, code: &str) -> Response {
    let body = format!(r#"{{"__type":"{code}","message":"a fault of the test"}}"#);
    let headers = [("x-amzn-errortype", code.to_owned())];
    (StatusCode::from_u16(status).unwrap(), headers, body).into_response()
}
