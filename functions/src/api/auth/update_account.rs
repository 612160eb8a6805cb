//! `PATCH /auth/account`: renames the account.

use super::API;
use crate::{
    App, Endpoint, Error, Request, Response,
    api::account_record::AccountRecord,
    auth::{caller_and_account, presented_token},
    http::{endpoint, parse},
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{Patch, ShortText, User};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// The function `auth-update-account`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-update-account",
    routes: ["PATCH /auth/account"],
    callers: "`accountManagement`",
    summary: "Rename the account",
    handler: update,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "AccountUpdate")]
struct Body {
    /// Name of the account or company; null clears it.
    name: Patch<ShortText>,
}

const NO_ACCOUNT_MANAGEMENT: Error = Error::forbidden(
    "This takes the permission accountManagement. Ask an admin of your account for it.",
);

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "Gives the account another name. A name that is absent stays. Takes the permission \
         `accountManagement`.",
    )
    .body::<Body>(true, json!({ "name": "Analytical Engines Ltd" }))
    .responds(
        StatusCode::OK,
        "The account as it is now.",
        &AccountRecord::from(&sample::account()),
    )
    .errors(parse::<ShortText>("name", "").err())
    .errors([NO_ACCOUNT_MANAGEMENT])
}

async fn update(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    // What is wrong with the body is told to an authenticated caller only.
    let body = request.json::<Body>();
    let (caller, account) = caller_and_account(app, token).await?;
    let body = body?;
    require_account_management(&caller)?;
    let (renamed, now) = (account.rename(body.name), app.clock.now());
    let save = app
        .repository
        .save_account(&account, renamed, caller.id, now);
    let account = save.await?;
    Response::ok(&AccountRecord::from(&account))
}

/// # Errors
/// [`NO_ACCOUNT_MANAGEMENT`].
fn require_account_management(caller: &User) -> Result<(), Error> {
    match caller.effective_permissions().account_management {
        true => Ok(()),
        false => Err(NO_ACCOUNT_MANAGEMENT),
    }
}
