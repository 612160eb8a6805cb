//! `DELETE /auth/invitations/{id}`: takes an invitation back that was not accepted.

use super::API;
use crate::{
    App, Endpoint, Error, ErrorCode, Request, Response,
    auth::{
        NAMED_TOKEN, NO_USER_MANAGEMENT, caller_member_and_challenge, require_may_manage,
        require_user_management,
    },
    http::endpoint,
    openapi::{Operation, sample},
};
use roster_domain::{CodePurpose, UserId};

/// The function `auth-revoke-invitation`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-revoke-invitation",
    routes: ["DELETE /auth/invitations/{id}"],
    callers: "`userManagement`",
    summary: "Revoke an invitation",
    handler: revoke,
};

const NO_INVITATION: Error = Error::new(
    ErrorCode::NotFound,
    "There is no invitation of such a user in this account. Look it up again, with GET /auth/invitations.",
);

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "Takes an invitation back: the codes that were mailed stop working at once, and a mail that waits \
         is not sent any more. The user stays in the account as `invited`, and can be invited again, or \
         removed with `POST /user/remove`. Takes the permission `userManagement`, and no lower role than \
         the user's. After a 503, or no response at all, repeat the request: a 404 then means that the \
         first one revoked the invitation.",
    )
    .path_parameter::<UserId>("id", "Id of the invited user.", sample::INVITED_USER)
    .responds_nothing("There is no invitation any more.")
    .errors([NO_USER_MANAGEMENT, NAMED_TOKEN, NO_INVITATION])
}

async fn revoke(app: &App, request: &Request) -> Result<Response, Error> {
    let (caller, user, invitation) =
        caller_member_and_challenge(app, request, CodePurpose::Invitation).await?;
    require_user_management(&caller.user)?;
    caller.require_login_token()?;
    let user = user.filter(|user| !user.status.has_joined());
    let user = user.ok_or(NO_INVITATION)?;
    require_may_manage(&caller.user, &user)?;
    if invitation.is_none() {
        return Err(NO_INVITATION);
    }
    let after = user.uninvited(app.clock.now());
    let save = app.repository.save(&user, after, caller.user.id);
    save.ending_invitation().send().await?;
    Ok(Response::no_content())
}
