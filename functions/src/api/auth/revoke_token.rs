//! `DELETE /auth/tokens/{id}`: stops one of the caller's tokens; `current` logs out.

use super::API;
use crate::{
    App, Endpoint, Error, ErrorCode, Request, Response,
    auth::{NAMED_TOKEN, authenticate},
    http::endpoint,
    openapi::Operation,
};

/// The function `auth-revoke-token`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-revoke-token",
    routes: ["DELETE /auth/tokens/{id}"],
    callers: "any user",
    summary: "Revoke a token, or log out",
    handler: revoke,
};

/// What stands for the id of the token that is presented.
const CURRENT: &str = "current";

const NO_TOKEN: Error = Error::new(
    ErrorCode::NotFound,
    "You have no such token. Look its id up again, with GET /auth/tokens.",
);

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "Stops one of your tokens, at once. A named token may revoke itself, and no other. After a 503, \
         or no response at all, repeat the request: a 404 then means that the first one revoked the \
         token, or a 401 if it is the one that you present.",
    )
    .path_parameter::<String>(
        "id",
        "Id of the token, from `GET /auth/tokens`; or `current`, for the one that you present: that is \
         how to log out.",
        CURRENT,
    )
    .responds_nothing("The token does not work any more.")
    .errors([NAMED_TOKEN, NO_TOKEN])
}

async fn revoke(app: &App, request: &Request) -> Result<Response, Error> {
    let caller = authenticate(app, request).await?;
    let presented = caller.token.hash();
    let id = request.path_parameter("id");
    let revoked = match id {
        CURRENT => Some(&presented),
        id => caller.user.find_token(id),
    };
    if revoked != Some(&presented) {
        caller.require_login_token()?;
    }
    let revoked = revoked.ok_or(NO_TOKEN)?;
    let (user, now) = (&caller.user, app.clock.now());
    let after = user.revoke_tokens(|hash| hash != revoked, now);
    app.repository.save(user, after, user.id).send().await?;
    Ok(Response::no_content())
}
