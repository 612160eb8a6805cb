//! `GET /v2/user`: the caller's profile, as an array of one (so is the documented sample).

use super::{API, Profile};
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::authenticate,
    http::endpoint,
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;

/// The function `profile-get`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "profile-get",
    routes: ["GET /v2/user"],
    callers: "any user",
    summary: "Get your profile",
    handler: get,
};

pub(super) fn operation() -> Operation {
    let (user, token) = (sample::user(), sample::token());
    Operation::new(&ENDPOINT, "The profile of the current user.").responds(
        StatusCode::OK,
        "The profile, as an array of one.",
        &[Profile::of(&user, &token)],
    )
}

async fn get(app: &App, request: &Request) -> Result<Response, Error> {
    let caller = authenticate(app, request).await?;
    Response::ok(&[Profile::of(&caller.user, &caller.token)])
}
