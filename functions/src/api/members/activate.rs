//! `POST /api/v2/users/{id}/activate`: gives a deactivated member the access back. An invited user
//! stays invited.

use super::{API, Message, message, of_one};
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::{NO_USER_MANAGEMENT, caller_and_member, require_may_manage, require_user_management},
    http::endpoint,
    openapi::Operation,
};
use lambda_http::http::StatusCode;

/// The function `members-activate`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "members-activate",
    routes: ["POST /api/v2/users/{id}/activate"],
    callers: "`userManagement`",
    summary: "Activate a member",
    handler: activate,
};

pub(super) fn operation() -> Operation {
    of_one(Operation::new(
        &ENDPOINT,
        "Gives a deactivated member their access back, and ends a lock after too many wrong \
         passwords. Takes the permission `userManagement`, and no lower role than theirs.",
    ))
    .no_fields()
    .responds(
        StatusCode::OK,
        "The member is activated.",
        &Message::from("User activated"),
    )
    .errors([NO_USER_MANAGEMENT])
}

async fn activate(app: &App, request: &Request) -> Result<Response, Error> {
    let (caller, member) = caller_and_member(app, request).await?;
    request.no_fields()?;
    require_user_management(&caller)?;
    let member = member.ok_or(Error::NOT_FOUND)?;
    require_may_manage(&caller, &member)?;
    let active = member.activate(app.clock.now());
    let save = app.repository.save(&member, active, caller.id);
    save.unlocking().send().await?;
    message("User activated")
}
