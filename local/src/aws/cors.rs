//! API Gateway's part in calls by pages of other origins: it adds headers to what a function answers.
//!
//! Also to the answer to a preflight request, which it does not give by itself where a route takes the
//! request: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>.

use super::template::CorsRules;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use std::sync::Arc;

/// The headers that only API Gateway may set.
const HEADERS: [HeaderName; 6] = [
    header::ACCESS_CONTROL_ALLOW_ORIGIN,
    header::ACCESS_CONTROL_ALLOW_METHODS,
    header::ACCESS_CONTROL_ALLOW_HEADERS,
    header::ACCESS_CONTROL_EXPOSE_HEADERS,
    header::ACCESS_CONTROL_MAX_AGE,
    header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
];

/// What is allowed to which origins.
#[derive(Debug)]
struct Cors {
    origins: Vec<String>,
    rules: CorsRules,
}

/// The same routes, which pages of these `origins` may call. Without any, nothing is added.
pub(super) fn with_cors(router: Router, origins: &[String], rules: CorsRules) -> Router {
    if origins.is_empty() {
        return router;
    }
    let origins = origins.to_vec();
    let cors = Arc::new(Cors { origins, rules });
    router.layer(from_fn_with_state(cors, add_headers))
}

async fn add_headers(State(cors): State<Arc<Cors>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let origin = headers.get(header::ORIGIN).cloned();
    let is_preflight = request.method() == Method::OPTIONS
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for name in HEADERS {
        headers.remove(name);
    }
    if let Some(origin) = origin.filter(|origin| cors.allows(origin)) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        cors.rules.add(headers, is_preflight);
    }
    response
}

impl Cors {
    fn allows(&self, origin: &HeaderValue) -> bool {
        self.origins.iter().any(|allowed| origin == allowed)
    }
}

impl CorsRules {
    fn add(&self, headers: &mut HeaderMap, is_preflight: bool) {
        let mut add = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        if is_preflight {
            add(header::ACCESS_CONTROL_ALLOW_METHODS, &self.methods);
            add(header::ACCESS_CONTROL_ALLOW_HEADERS, &self.headers);
            add(header::ACCESS_CONTROL_MAX_AGE, &self.max_age.to_string());
        } else {
            add(header::ACCESS_CONTROL_EXPOSE_HEADERS, &self.exposed);
        }
    }
}
