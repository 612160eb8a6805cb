//! `GET /rest/users/{username}`: the caller's own account information.

use super::{API, Envelope, envelope, of_oneself, require_own};
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::authenticate_any,
    http::endpoint,
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;

/// The function `accounts-get`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "accounts-get",
    routes: ["GET /rest/users/{username}"],
    callers: "the user",
    summary: "Get your account information",
    handler: get,
}
.accepting_basic_auth();

pub(super) fn operation() -> Operation {
    of_oneself(Operation::new(
        &ENDPOINT,
        "The account information of the authenticated user.",
    ))
    .responds(
        StatusCode::OK,
        "The user.",
        &Envelope::from(&sample::user()),
    )
}

async fn get(app: &App, request: &Request) -> Result<Response, Error> {
    let user = authenticate_any(app, request).await?;
    require_own(&user, request)?;
    envelope(StatusCode::OK, &user)
}
