//! `DELETE /auth/me`: removes the caller, with all that there is of them. The account of a caller who
//! is alone in it is closed with that.

use super::API;
use crate::{
    App, Endpoint, Error, ErrorCode, Request, Response,
    auth::{Verified, authenticate_by_password},
    http::endpoint,
    openapi::{Credentials, Operation},
};
use roster_domain::{Account, Direction, User};
use roster_dynamodb::{Conflict, StoreError};
use std::time::Duration;

/// The function `auth-remove-me`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-remove-me",
    routes: ["DELETE /auth/me"],
    callers: "any user, by password",
    summary: "Remove yourself",
    handler: remove,
}
.accepting_only_basic_auth();

const LAST_OWNER: Error = Error::new(
    ErrorCode::LastOwner,
    "You are the last owner of an account with others in it. Make somebody else an owner first, or \
     close the account with DELETE /auth/account.",
);

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "Removes you with all that there is of you. If nobody else is in the account, it is closed with \
         that; the last owner of an account with others in it cannot leave it. Takes your password in \
         `Authorization: Basic`: no token will do. After a 503, or no response at all, repeat the \
         request: a 401 then means that the first one removed you.",
    )
    .credentials(Credentials::Password)
    .no_fields()
    .responds_nothing("You are removed.")
    .errors([
        LAST_OWNER,
        Error::too_many_failures(Duration::from_secs(60)),
    ])
}

async fn remove(app: &App, request: &Request) -> Result<Response, Error> {
    let Verified { user, account } = authenticate_by_password(app, request).await?;
    request.no_fields()?;
    match user.is_active_owner() && account.active_owners <= 1 {
        true => close_if_alone(app, &user, &account).await?,
        false => {
            let now = app.clock.now();
            let removed = app.repository.remove_user(&user, &account, user.id, now);
            match removed.await {
                // The other owner was quicker.
                Err(StoreError::Conflict(Conflict::LastOwner)) => return Err(Error::STALE),
                removed => removed?,
            }
        }
    }
    Ok(Response::no_content())
}

/// # Errors
/// [`LAST_OWNER`] if the user is not alone, whatever became of the others' invitations.
async fn close_if_alone(app: &App, user: &User, account: &Account) -> Result<(), Error> {
    let (repository, now) = (&app.repository, app.clock.now());
    let page = repository.list_users(account.id, None, Direction::Forwards, 1);
    if page.await?.more {
        return Err(LAST_OWNER);
    }
    let closed = account.close();
    repository
        .save_account(account, closed, user.id, now)
        .await?;
    Ok(())
}
