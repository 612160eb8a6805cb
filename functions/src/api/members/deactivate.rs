//! `POST /api/v2/users/{id}/deactivate`: takes a member's access away, at once.

use super::{API, Message, message, of_one};
use crate::{
    App, Endpoint, Error, ErrorCode, Request, Response,
    auth::{NO_USER_MANAGEMENT, caller_and_member, require_may_manage, require_user_management},
    http::endpoint,
    openapi::Operation,
};
use lambda_http::http::StatusCode;

/// The function `members-deactivate`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "members-deactivate",
    routes: ["POST /api/v2/users/{id}/deactivate"],
    callers: "`userManagement`",
    summary: "Deactivate a member",
    handler: deactivate,
};

pub(in crate::api) const OWN_USER: Error = Error::new(
    ErrorCode::OwnUser,
    "You cannot deactivate yourself. Ask another administrator.",
);

pub(super) fn operation() -> Operation {
    of_one(Operation::new(&ENDPOINT, "Takes a member's access away: their tokens stop working at once. Takes the permission \
         `userManagement`, and no lower role than theirs. Nobody deactivates themselves, or the last \
         active owner.",
    ))
    .no_fields()
    .responds(
        StatusCode::OK,
        "The member is deactivated.",
        &Message::from("User deactivated"),
    )
    .errors([NO_USER_MANAGEMENT, OWN_USER, Error::LAST_OWNER])
}

async fn deactivate(app: &App, request: &Request) -> Result<Response, Error> {
    let (caller, member) = caller_and_member(app, request).await?;
    request.no_fields()?;
    require_user_management(&caller)?;
    let member = member.ok_or(Error::NOT_FOUND)?;
    require_may_manage(&caller, &member)?;
    if member.id == caller.id {
        return Err(OWN_USER);
    }
    let inactive = member.deactivate(app.clock.now());
    let save = app.repository.save(&member, inactive, caller.id);
    save.send().await?;
    message("User deactivated")
}
