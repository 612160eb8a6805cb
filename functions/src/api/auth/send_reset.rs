//! `POST /auth/users/{id}/password-reset`: mails a user a code to choose a new password with.

use super::API;
use crate::{
    App, Endpoint, Error, ErrorCode, Request, Response,
    auth::{
        NAMED_TOKEN, NO_USER_MANAGEMENT, caller_account_and_member, presented_token,
        require_login_token, require_may_manage, require_user_management,
    },
    http::endpoint,
    openapi::{Operation, sample},
};
use roster_domain::{CodePurpose, UserId};

/// The function `auth-send-reset`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-send-reset",
    routes: ["POST /auth/users/{id}/password-reset"],
    callers: "`userManagement`",
    summary: "Mail a user a code to choose a new password with",
    handler: send,
};

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "The mail goes to the address that the user verified last. Until the code is used, their password and \
         tokens stay as they are. Takes the permission `userManagement`, and no lower role than theirs.",
    )
    .path_parameter::<UserId>("id", "Id of the user.", sample::other_user().id.to_string())
    .no_fields()
    .accepts("The mail is on its way.")
    .errors([NO_USER_MANAGEMENT, NAMED_TOKEN, Error::NOT_FOUND, NOT_ACTIVE])
    .requests_mail()
}

async fn send(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    let (caller, account, member) = caller_account_and_member(app, request).await?;
    request.no_fields()?;
    require_user_management(&caller)?;
    require_login_token(&caller, &token)?;
    let member = member.ok_or(Error::NOT_FOUND)?;
    require_may_manage(&caller, &member)?;
    let email = member.reset_email().cloned().ok_or(NOT_ACTIVE)?;
    let mut after = member.clone();
    after.updated_at = app.clock.now();
    app.repository
        .save(&member, after, caller.id)
        .with_mail_to(
            email,
            CodePurpose::Reset,
            app.settings.mails_per_day_of(&account),
        )
        .send()
        .await?;
    Ok(Response::accepted())
}

pub(in crate::api) const NOT_ACTIVE: Error = Error::new(
    ErrorCode::NotActive,
    "This user has not joined, or is deactivated. Invite or activate them first.",
);
