//! The embedded DynamoDB, for programs of this machine, and for no web page that a browser on it happens
//! to show.

use axum::{
    Json, Router,
    body::Body,
    extract::{Request, State},
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use uuid::Uuid;

/// Serves the database on `listener`, but for web pages: a browser gives their requests an `Origin`.
///
/// The emulator answers every origin, and takes nothing but a listener of its own. So it listens where
/// no page finds it, and what passes here is handed on.
///
/// # Errors
/// When no port is free.
pub async fn serve_database(
    listener: TcpListener,
    database: dynoxide::Database,
) -> std::io::Result<()> {
    let hidden = hidden_listener().await?;
    let inner = Inner {
        address: hidden.local_addr()?,
        client: Client::builder(TokioExecutor::new()).build_http(),
    };
    tokio::spawn(dynoxide::server::serve_on(hidden, database));
    let router = Router::new().fallback(hand_on).with_state(inner);
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
}

async fn hand_on(State(inner): State<Inner>, mut request: Request) -> Response {
    if request.headers().contains_key(header::ORIGIN) {
        return forbidden();
    }
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
    match inner.client.request(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) => {
            tracing::error!(%error, "the embedded DynamoDB does not answer");
            StatusCode::BAD_GATEWAY.into_response()
        }
    }
}

fn forbidden() -> Response {
    let message = json!({ "message": "the embedded DynamoDB answers no web page" });
    (StatusCode::FORBIDDEN, Json(message)).into_response()
}
