//! The embedded DynamoDB, for programs of this machine, and for no web page that a browser on it happens
//! to show.

use super::{
    consumption::{ask_for_capacity, store_operation, take_capacity},
    request_log::RequestLog,
    web_pages::refuse_web_pages,
};
use axum::{
    BoxError, Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use roster_dynamodb::TAG_HEADER;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use uuid::Uuid;

/// Serves the database on `listener`, but for web pages: a browser gives their requests an `Origin`.
///
/// The emulator answers every origin, and takes nothing but a listener of its own. So it listens where
/// no page finds it, and what passes here is handed on. What is tagged with a request is noted in
/// `requests`.
///
/// # Errors
/// When no port is free.
pub async fn serve_database(
    listener: TcpListener,
    database: dynoxide::Database,
    requests: RequestLog,
) -> std::io::Result<()> {
    let hidden = hidden_listener().await?;
    let inner = Inner {
        address: hidden.local_addr()?,
        client: Client::builder(TokioExecutor::new()).build_http(),
        requests,
    };
    tokio::spawn(dynoxide::server::serve_on(hidden, database));
    let router = refuse_web_pages(Router::new().fallback(hand_on).with_state(inner));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

/// One of 16 million loopback addresses, each with some 28,000 ports, is not to be found by trying. macOS
/// has just the one address: there it is hidden by its port alone.
async fn hidden_listener() -> std::io::Result<TcpListener> {
    let [a, b, c, ..] = *Uuid::new_v4().as_bytes();
    match TcpListener::bind((Ipv4Addr::new(127, a, b, c), 0)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await,
    }
}

#[derive(Clone)]
struct Inner {
    address: SocketAddr,
    client: Client<HttpConnector, Body>,
    requests: RequestLog,
}

async fn hand_on(State(inner): State<Inner>, mut request: Request) -> Response {
    let uri = Uri::builder()
        .scheme("http")
        .authority(inner.address.to_string())
        .path_and_query(
            request
                .uri()
                .path_and_query()
                .map_or("/", |path| path.as_str()),
        )
        .build();
    let Ok(uri) = uri else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    *request.uri_mut() = uri;
    let tag = request.headers_mut().remove(TAG_HEADER);
    let answered = match tag.as_ref().and_then(|tag| tag.to_str().ok()) {
        Some(tag) => inner.count(tag, request).await,
        None => {
            let response = inner.client.request(request).await;
            response
                .map(|response| response.map(Body::new))
                .map_err(BoxError::from)
        }
    };
    match answered {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "the embedded DynamoDB does not answer");
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}

impl Inner {
    /// Hands a request on that also asks for the units it consumes, and notes them.
    async fn count(&self, tag: &str, request: Request) -> Result<Response, BoxError> {
        let (mut parts, body) = request.into_parts();
        let operation = store_operation(&parts.method, &parts.headers);
        let (body, asked) = ask_for_capacity(&to_bytes(body, usize::MAX).await?);
        parts.headers.remove(header::CONTENT_LENGTH);
        let request = Request::from_parts(parts, Body::from(body));
        let (mut parts, body) = self.client.request(request).await?.into_parts();
        let body = to_bytes(Body::new(body), usize::MAX).await?;
        let (body, units) = take_capacity(body, asked);
        // Those of the longer answer.
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove("x-amz-crc32");
        self.requests.add_call(tag, operation, units);
        Ok(Response::from_parts(parts, Body::from(body)))
    }
}
