//! What stands in for AWS answers programs of this machine, and no web page that a browser on it happens to
//! show.

use axum::{
    Json, Router,
    extract::Request,
    http::{StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Refuses what web pages send to `router`: a browser gives their requests an `Origin`.
pub(crate) fn refuse_web_pages(router: Router) -> Router {
    router.layer(from_fn(refuse_origin))
}

async fn refuse_origin(request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::ORIGIN) {
        let message = json!({ "message": "what stands for AWS here answers no web page" });
        return (StatusCode::FORBIDDEN, Json(message)).into_response();
    }
    next.run(request).await
}
