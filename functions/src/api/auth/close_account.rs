//! `DELETE /auth/account`: closes the account, for good. What it means to everybody in it happens in
//! the background: see `workers::close_account`.

use super::API;
use crate::{
    App, Endpoint, Error, Request, Response,
    api::account_record::AccountRecord,
    auth::{PASSWORD_REQUIRED, Verified, authenticate_by_password},
    http::endpoint,
    openapi::{Credentials, Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::Role;
use std::time::Duration;

/// The function `auth-close-account`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-close-account",
    routes: ["DELETE /auth/account"],
    callers: "an owner, by password",
    summary: "Close the account",
    handler: close,
}
.accepting_only_basic_auth();

const NOT_AN_OWNER: Error =
    Error::forbidden("Only an owner may close the account. Ask one of your account.");

pub(super) fn operation() -> Operation {
    let account = sample::account().close();
    Operation::new(
        &ENDPOINT,
        "Closes the account, for good. Nobody logs in, joins or is invited from then on; every token \
         stops working soon after; then everybody in the account is erased, with all that there is of \
         them. Takes an owner's password in `Authorization: Basic`: no token will do. After a 503, or no \
         response at all, repeat the request: a 401 then means that the first one closed the account.",
    )
    .credentials(Credentials::Password)
    .no_fields()
    .responds(
        StatusCode::ACCEPTED,
        "The account is closed, and is being erased.",
        &AccountRecord::from(&account),
    )
    .errors([
        PASSWORD_REQUIRED,
        NOT_AN_OWNER,
        Error::too_many_failures(Duration::from_secs(60)),
    ])
}

async fn close(app: &App, request: &Request) -> Result<Response, Error> {
    let Verified { user, account } = authenticate_by_password(app, request).await?;
    request.no_fields()?;
    if user.role != Role::Owner {
        return Err(NOT_AN_OWNER);
    }
    let (closed, now) = (account.close(), app.clock.now());
    let save = app.repository.save_account(&account, closed, user.id, now);
    let account = save.await?;
    Response::json(StatusCode::ACCEPTED, &AccountRecord::from(&account))
}
