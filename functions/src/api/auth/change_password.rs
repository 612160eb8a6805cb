//! `PUT /auth/password`: changes the caller's password, by the current one.

use super::API;
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::{
        NAMED_TOKEN, authenticate, hash_password, is_password_of, open_account, presented_token,
        record_attempt,
    },
    http::endpoint,
    openapi::Operation,
};
use roster_domain::{CodePurpose, NameHash, Password, Required, User, Username};
use roster_dynamodb::Reads;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// The function `auth-change-password`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-change-password",
    routes: ["PUT /auth/password"],
    callers: "any user",
    summary: "Change your password",
    handler: change,
}
.warmed_up_by(Password::warm_up);

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "PasswordChange")]
struct Body {
    /// The password as it is.
    current: Required<String>,
    /// The new one.
    #[schemars(with = "Password")]
    new: Required<String>,
}

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "The current password counts as an attempt: too many wrong ones lock your name. All your tokens but \
         the one presented stop working, and a notice goes to your verified address.",
    )
    .body::<Body>(
        true,
        json!({ "current": "analytical-engine-1843", "new": "correct-horse-battery-staple" }),
    )
    .responds_nothing("Your password is the new one.")
    .errors([
        Error::invalid("new", "must be at least 8 characters".into()),
        NAMED_TOKEN,
        Error::too_many_failures(Duration::from_secs(60)),
    ])
}

async fn change(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    // What is wrong with the body is told to an authenticated caller only.
    let body = request.json::<Body>();
    let account_id = token.user().account;
    let caller = authenticate(app, request).await?;
    caller.require_login_token()?;
    let body = body?;
    let (user, now) = (&caller.user, app.clock.now());
    let name = NameHash::new(login_name(user));
    let mut reads = Reads::default();
    let (attempts, account) = (reads.attempts(&name), reads.account(account_id));
    let mut found = app.repository.read(reads).await?;
    let attempts = found.take(attempts)?.unwrap_or_default();
    let account = open_account(account_id, found.take(account)?)?;
    if let Some(wait) = attempts.locked_for(now) {
        return Err(Error::too_many_failures(wait));
    }
    let right = is_password_of(Some(user), Some(&account), &body.current.0);
    record_attempt(app, &name, &attempts, right).await?;
    if !right {
        return Err(Error::UNAUTHENTICATED);
    }
    let password = hash_password("new", body.new.0, &user.email, user.username.as_ref())?;
    let after = user.change_password(password, &token.hash(), now);
    let notice = after.notice_email().cloned();
    app.repository
        .save(user, after, user.id)
        .ending_resets()
        .telling(CodePurpose::Notice, notice)
        .send()
        .await?;
    Ok(Response::no_content())
}

/// The name whose attempts count: the one that the user logs in by.
fn login_name(user: &User) -> &str {
    let username = user.username.as_ref().map(Username::as_str);
    match user.logs_in_by_email() {
        true => user.email.as_str(),
        false => username.unwrap_or(user.email.as_str()),
    }
}
