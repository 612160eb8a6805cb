//! Who may knock: programs of this machine, and no web page that a browser on it happens to show.

use axum::{
    Json, Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, Uri, header, uri::Authority},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::json;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};
use tokio::net::TcpListener;
use uuid::Uuid;

/// Names of this machine that a request may be sent to, whatever the port.
///
/// Without them a page could point a name of its own at this machine, and read whatever is answered
/// here as if it were its own (DNS rebinding).
#[derive(Clone)]
pub struct Hosts(Arc<[String]>);

impl Hosts {
    /// `localhost`, the loopback addresses, the address that is listened on, and `others`.
    pub fn of(address: SocketAddr, others: &[String]) -> Self {
        let own = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
        // In a `Host` an IPv6 address has brackets.
        let listening = match address.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let others = others.iter().map(|host| host.to_ascii_lowercase());
        Self(own.into_iter().chain([listening]).chain(others).collect())
    }

    /// Puts a door before `router` that is shut to requests for other hosts.
    pub fn guard(self, router: Router) -> Router {
        router.layer(from_fn_with_state(self, refuse_foreign_host))
    }

    fn know(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
        host.is_some_and(|host| self.0.contains(&host.host().to_ascii_lowercase()))
    }
}

async fn refuse_foreign_host(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    if hosts.know(request.headers()) {
        return next.run(request).await;
    }
    refusal("this host is not served here; cargo run takes --allow-host")
}

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
        return refusal("the embedded DynamoDB answers no web page");
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

fn refusal(message: &str) -> Response {
    (StatusCode::FORBIDDEN, Json(json!({ "message": message }))).into_response()
}
