//! `DELETE /auth/users/{id}/tokens`: stops all tokens of a user.

use super::{API, of_one_user};
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::{
        NAMED_TOKEN, NOT_AN_ADMIN, caller_and_member, presented_token, require_admin,
        require_login_token, require_may_manage,
    },
    http::endpoint,
    openapi::Operation,
};

/// The function `auth-revoke-user-tokens`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-revoke-user-tokens",
    routes: ["DELETE /auth/users/{id}/tokens"],
    callers: "an admin",
    summary: "Revoke all tokens of a user",
    handler: revoke,
};

pub(super) fn operation() -> Operation {
    of_one_user(Operation::new(
        &ENDPOINT,
        "Stops all tokens of a user who is not above you, named ones too, at once: whoever used them has \
         to log in again. If it is yourself, the one that you present stops too.",
    ))
    .responds_nothing("No token of the user works any more.")
    .errors([NOT_AN_ADMIN, NAMED_TOKEN])
}

async fn revoke(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    let (caller, user) = caller_and_member(app, request).await?;
    require_admin(&caller)?;
    require_login_token(&caller, &token)?;
    let user = user.ok_or(Error::NOT_FOUND)?;
    require_may_manage(&caller, &user)?;
    let after = user.revoke_tokens(|_| false, app.clock.now());
    let save = app.repository.save(&user, after, caller.id);
    save.ending_logins().send().await?;
    Ok(Response::no_content())
}
