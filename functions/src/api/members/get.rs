//! `GET /api/v2/users/{id}`: one member of the caller's account.

use super::{API, Member, of_one};
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::caller_and_member,
    http::endpoint,
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;

/// The function `members-get`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "members-get",
    routes: ["GET /api/v2/users/{id}"],
    callers: "any user",
    summary: "Get a member",
    handler: get,
};

pub(super) fn operation() -> Operation {
    of_one(Operation::new(&ENDPOINT, "A member of your account.")).responds(
        StatusCode::OK,
        "The member.",
        &Member::from(&sample::other_user()),
    )
}

async fn get(app: &App, request: &Request) -> Result<Response, Error> {
    let (_, member) = caller_and_member(app, request).await?;
    Response::ok(&Member::from(&member.ok_or(Error::NOT_FOUND)?))
}
