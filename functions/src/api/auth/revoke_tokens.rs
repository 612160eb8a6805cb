//! `DELETE /auth/tokens`: stops all of the caller's tokens but the one that is presented.

use super::API;
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::{NAMED_TOKEN, authenticate},
    http::endpoint,
    openapi::Operation,
};

/// The function `auth-revoke-tokens`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-revoke-tokens",
    routes: ["DELETE /auth/tokens"],
    callers: "any user",
    summary: "Revoke all your other tokens",
    handler: revoke,
};

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "Stops all of your tokens, named ones too, at once; only the one that you present goes on \
         working.",
    )
    .responds_nothing("No other token of yours works any more.")
    .errors([NAMED_TOKEN])
}

async fn revoke(app: &App, request: &Request) -> Result<Response, Error> {
    let caller = authenticate(app, request).await?;
    caller.require_login_token()?;
    let (user, presented) = (&caller.user, caller.token.hash());
    let after = user.revoke_tokens(|hash| *hash == presented, app.clock.now());
    let save = app.repository.save(user, after, user.id);
    save.ending_logins().send().await?;
    Ok(Response::no_content())
}
