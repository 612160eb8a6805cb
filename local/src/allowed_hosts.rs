//! Requests are answered for programs of this machine, and for no web page that a browser on it happens
//! to show.

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header, uri::Authority},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use serde_json::json;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// Names of this machine that a request may be sent to, whatever the port.
///
/// Without them a page could point a name of its own at this machine, and read whatever is answered
/// here as if it were its own (DNS rebinding).
#[derive(Clone)]
pub struct AllowedHosts(Arc<[String]>);

impl AllowedHosts {
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

async fn refuse_foreign_host(
    State(hosts): State<AllowedHosts>,
    request: Request,
    next: Next,
) -> Response {
    if hosts.know(request.headers()) {
        return next.run(request).await;
    }
    let message =
        json!({ "message": "this host is not served here; cargo run takes --allow-host" });
    (StatusCode::FORBIDDEN, Json(message)).into_response()
}
