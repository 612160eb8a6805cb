//! API Gateway's part: every HTTP request becomes a payload-2.0 event, for the same handlers.
//!
//! Its habits are kept, since functions come to rely on them: header names in lower case, repeated
//! headers joined with commas, cookies apart, path variables decoded, bodies that are not plainly
//! text in base64, and `{"message":"Not Found"}` where there is no route.

use super::{
    cors::with_cors,
    request_log::{Received, RequestLog},
    template::{DEFAULT_ROUTE, Route, Template},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{RawPathParams, Request, rejection::RawPathParamsRejection},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
    routing::{MethodFilter, MethodRouter, on},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use roster_domain::Timestamp;
use roster_functions::{App, ENDPOINTS, Endpoint, Event};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// The path of a route that takes every path.
const ANY_PATH: &str = "/{proxy+}";

/// The home page has this header on what it reads again to show the account as it is now.
const REFRESH: &str = "x-roster-refresh";

/// API Gateway refuses larger bodies itself.
const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

/// Every route of `template.yaml` with its handler.
///
/// # Errors
/// See [`gateway_of`].
pub fn gateway(app: &App) -> Result<Router, String> {
    gateway_of(&Template::load(), app)
}

/// The same, and every request is noted in `requests`, with what it asked of the store.
///
/// # Errors
/// See [`gateway_of`].
pub fn logged_gateway(app: &App, requests: &RequestLog) -> Result<Router, String> {
    router(&Template::load(), app, Some(requests.clone()))
}

/// Every route of a template with its handler. Paths are matched to the letter, as an HTTP API does:
/// a slash too many and `HEAD` for `GET` are left to the default route.
///
/// # Errors
/// A route that AWS refuses, whose function has no endpoint, or whose method is none.
pub fn gateway_of(template: &Template, app: &App) -> Result<Router, String> {
    router(template, app, None)
}

fn router(template: &Template, app: &App, requests: Option<RequestLog>) -> Result<Router, String> {
    let (default, routes): (Vec<_>, Vec<_>) = template
        .routes()
        .into_iter()
        .partition(|route| route.path == DEFAULT_ROUTE);
    // Every path: those of other routes too, by another method.
    let (greedy, routes): (Vec<_>, Vec<_>) =
        routes.into_iter().partition(|route| route.path == ANY_PATH);
    let greedy = greedy
        .iter()
        .map(|route| Ok((route.method.clone(), endpoint_of(route)?)));
    let gateway = Gateway {
        app: app.clone(),
        timeout: template.timeout(),
        greedy: greedy.collect::<Result<_, String>>()?,
        default: default.first().map(endpoint_of).transpose()?,
        requests,
    };
    let mut router = Router::new();
    for route in routes {
        if route.path.len() > 1 && route.path.ends_with('/') {
            let key = route.key();
            return Err(format!(
                "an HTTP API takes no route key that ends in a slash: {key}"
            ));
        }
        router = router.route(&route.path, gateway.clone().handler(&route)?);
    }
    let unmatched = async move |request: Request| gateway.unmatched(request).await;
    let router = router
        .fallback(unmatched.clone())
        .method_not_allowed_fallback(unmatched);
    let origins = &app.settings.product.allowed_origins;
    Ok(with_cors(router, origins, template.cors_rules()))
}

fn endpoint_of(route: &Route) -> Result<&'static Endpoint, String> {
    ENDPOINTS
        .iter()
        .find(|endpoint| endpoint.name == route.binary)
        .ok_or(format!("no endpoint is called {}", route.binary))
}

#[derive(Clone)]
struct Gateway {
    app: App,
    /// What the template gives every function.
    timeout: Duration,
    /// What is behind the routes that take every path, by their method.
    greedy: Vec<(String, &'static Endpoint)>,
    /// What is behind the default route, if there is one.
    default: Option<&'static Endpoint>,
    requests: Option<RequestLog>,
}

impl Gateway {
    fn handler(self, route: &Route) -> Result<MethodRouter, String> {
        let (endpoint, key) = (endpoint_of(route)?, route.key());
        let method: Method = route
            .method
            .parse()
            .map_err(|_| format!("no method {}", route.method))?;
        let filter = MethodFilter::try_from(method.clone()).map_err(|error| format!("{error}"))?;
        let handle = async move |parameters: Result<RawPathParams, RawPathParamsRejection>,
                                 request: Request| {
            // For axum a GET route takes HEAD too.
            if request.method() != method {
                return self.unmatched(request).await;
            }
            let Ok(parameters) = parameters else {
                return message(StatusCode::BAD_REQUEST, "Bad Request");
            };
            let pairs = parameters.iter();
            let parameters = pairs.map(|(name, value)| (name.to_owned(), value.into()));
            self.invoke(endpoint, &key, parameters.collect(), request)
                .await
        };
        Ok(on(filter, handle))
    }

    /// What no route with a path of its own matches.
    async fn unmatched(&self, request: Request) -> Response {
        let (method, path) = (request.method().as_str(), request.uri().path());
        let greedy = self.greedy.iter().find(|(known, _)| known == method);
        if let Some(&(ref method, endpoint)) = greedy.filter(|_| path.len() > 1) {
            let key = format!("{method} {ANY_PATH}");
            let parameters = Map::from_iter([("proxy".to_owned(), json!(path[1..]))]);
            return self.invoke(endpoint, &key, parameters, request).await;
        }
        match self.default {
            Some(endpoint) => {
                self.invoke(endpoint, DEFAULT_ROUTE, Map::new(), request)
                    .await
            }
            None => message(StatusCode::NOT_FOUND, "Not Found"),
        }
    }

    async fn invoke(
        &self,
        endpoint: &'static Endpoint,
        route_key: &str,
        parameters: Map<String, Value>,
        request: Request,
    ) -> Response {
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
            return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        };
        let now = self.app.clock.now();
        let event = event(&parts, route_key, parameters, &body, now);
        let event: Event = match serde_json::from_value(event) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(%error, "the event is not one");
                return message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
            }
        };
        let deadline = Instant::now() + self.timeout;
        let respond = endpoint.respond(&self.app, event, deadline);
        let responded = match &self.requests {
            Some(requests) => {
                let received = Received {
                    time: now,
                    method: parts.method.to_string(),
                    path: parts.uri.path().to_owned(),
                    function: endpoint.name,
                    is_refresh: parts.headers.contains_key(REFRESH),
                };
                let status = |response: &roster_functions::Response| response.status.as_u16();
                requests.record(received, respond, status).await
            }
            None => respond.await,
        };
        let mut response = Response::new(Body::from(responded.body));
        *response.status_mut() = responded.status;
        *response.headers_mut() = responded.headers;
        response
    }
}

/// The event of a request: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.
fn event(
    parts: &Parts,
    route_key: &str,
    parameters: Map<String, Value>,
    body: &[u8],
    now: Timestamp,
) -> Value {
    let (headers, cookies) = headers(&parts.headers);
    let query = parts.uri.query().unwrap_or_default();
    let path = parts.uri.path();
    let host = headers.get("host").cloned().unwrap_or_default();
    let text = body_text(&parts.headers, body);
    let mut event = json!({
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": host,
            "domainPrefix": "local",
            "http": {
                "method": parts.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent").cloned().unwrap_or_default(),
            },
            "requestId": uuid::Uuid::new_v4().to_string(),
            "routeKey": route_key,
            "stage": "$default",
            "time": time(now),
            "timeEpoch": now.as_millis(),
        },
        "isBase64Encoded": text.is_none(),
    });
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !query.is_empty() {
        event["queryStringParameters"] = joined(form_urlencoded::parse(query.as_bytes()));
    }
    if !parameters.is_empty() {
        event["pathParameters"] = parameters.into();
    }
    if body.is_empty() {
        event["isBase64Encoded"] = json!(false);
    } else {
        event["body"] = json!(text.unwrap_or_else(|| STANDARD.encode(body)));
    }
    event
}

fn headers(headers: &HeaderMap) -> (BTreeMap<String, String>, Vec<String>) {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    let mut cookies = Vec::new();
    for (name, value) in headers {
        // Headers are bytes and events are text: each byte becomes the character of its number.
        let value: String = value
            .as_bytes()
            .iter()
            .map(|byte| char::from(*byte))
            .collect();
        if *name == header::COOKIE {
            cookies.extend(value.split("; ").map(str::to_owned));
        } else {
            joined
                .entry(name.as_str().to_owned())
                .and_modify(|known| *known = format!("{known},{value}"))
                .or_insert(value);
        }
    }
    joined
        .entry("x-forwarded-proto".into())
        .or_insert_with(|| "http".into());
    (joined, cookies)
}

fn joined<'a>(pairs: impl Iterator<Item = (impl Into<String>, impl AsRef<str> + 'a)>) -> Value {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in pairs {
        joined
            .entry(name.into())
            .and_modify(|known| *known = format!("{known},{}", value.as_ref()))
            .or_insert_with(|| value.as_ref().to_owned());
    }
    json!(joined)
}

/// The body, where API Gateway would pass it on as text.
fn body_text(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = content_type
        .unwrap_or("application/json")
        .to_ascii_lowercase();
    let textual = media_type.starts_with("text/")
        || [
            "application/json",
            "application/javascript",
            "application/xml",
        ]
        .iter()
        .any(|text| media_type.starts_with(text));
    let encoded = headers.contains_key(header::CONTENT_ENCODING);
    (textual && !encoded)
        .then(|| String::from_utf8(body.to_vec()).ok())
        .flatten()
}

fn message(status: StatusCode, message: &str) -> Response {
    let mut response = Response::new(Body::from(json!({ "message": message }).to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    let id = HeaderValue::from_str(&uuid::Uuid::new_v4().to_string());
    headers.insert(
        HeaderName::from_static("x-request-id"),
        id.unwrap_or_else(|_| HeaderValue::from_static("unknown")),
    );
    response
}

/// As in web servers' logs: `21/Nov/2026:18:00:00 +0000`.
fn time(now: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(now.as_millis()).unwrap_or_default();
    time.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string()
}
