//! `POST /user/get`: the caller, or for an admin any user of the account.

use super::{API, UserRecord, invalid_selector};
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::{NOT_AN_ADMIN, UserSelector, presented_token, require_admin, select_user},
    http::endpoint,
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use serde_json::json;

/// The function `directory-get`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "directory-get",
    routes: ["POST /user/get"],
    callers: "any user; for another user, an admin",
    summary: "Get a user",
    handler: get,
};

pub(super) fn operation() -> Operation {
    let (user, account) = (sample::user(), sample::account());
    Operation::new(
        &ENDPOINT,
        "The caller, if the body names nobody. To name somebody else takes an admin.",
    )
    .body::<UserSelector>(false, json!({ "email": user.email, "id": user.id }))
    .responds(
        StatusCode::OK,
        "The user.",
        &UserRecord::of(&user, &account),
    )
    .errors(invalid_selector())
    .errors([NOT_AN_ADMIN, Error::NOT_FOUND])
}

async fn get(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    // What is wrong with the body is told to an authenticated caller only.
    let selector = request.json_or_empty::<UserSelector>();
    let selected = select_user(app, token, selector.as_ref().ok()).await?;
    selector?;
    if !selected.is_caller {
        require_admin(&selected.caller)?;
    }
    let user = selected.user.ok_or(Error::NOT_FOUND)?;
    Response::ok(&UserRecord::of(&user, &selected.account))
}
