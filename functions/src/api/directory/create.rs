//! `POST /user/create`: puts a user into the caller's account, with an invitation if that is wished.

use super::{API, ROLE_ABOVE, UserRecord, require_may_give};
use crate::{
    App, Endpoint, Error, Request, Response,
    api::idempotency::Repeatable,
    auth::{NOT_AN_ADMIN, authenticate_and_read, open_account, presented_token, require_admin},
    http::{endpoint, parse},
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{EmailAddress, Language, Optional, Required, Role, User, UserKey};
use roster_dynamodb::Reads;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// The function `directory-create`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "directory-create",
    routes: ["POST /user/create"],
    callers: "an admin",
    summary: "Create a user",
    handler: create,
};

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "UserCreate")]
#[serde(rename_all = "camelCase")]
struct Body {
    /// The email address of the new user; it has to be free.
    email: Required<EmailAddress>,
    /// What the new user is in the account: at most what the caller is.
    role: Required<Role>,
    /// Whether to send an invitation by email.
    #[serde(default)]
    send_invite: bool,
    /// The language to write to the new user in, which the invitation has too.
    #[serde(default)]
    language: Optional<Language>,
}

pub(super) fn operation() -> Operation {
    Operation::new(&ENDPOINT, "Puts a user into the account, and sends an invitation if that is wished. Until they accept \
         one, no credential of theirs works.",
    )
    .body::<Body>(
        true,
        json!({ "email": "edsger@example.com", "role": "user", "sendInvite": true, "language": "da" }),
    )
    .responds(
        StatusCode::OK,
        "The new user.",
        &UserRecord::of(&sample::newcomer("edsger@example.com"), &sample::account()),
    )
    .errors(parse::<EmailAddress>("email", "ada").err())
    .errors(parse::<Role>("role", "king").err())
    .errors(parse::<Language>("language", "tlh").err())
    .errors([NOT_AN_ADMIN, ROLE_ABOVE, Error::email_in_use()])
    .requests_mail()
    .idempotent()
}

async fn create(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    let UserKey { account, .. } = token.user();
    let repeatable = Repeatable::of(request, Some(token.user()));
    let mut reads = Reads::default();
    let account_row = reads.account(account);
    let kept = repeatable.as_ref().ok().and_then(|it| it.queue(&mut reads));
    let (caller, mut found) = authenticate_and_read(app, token, reads).await?;
    let (caller, account) = (
        caller.user,
        open_account(account, found.take(account_row)?)?,
    );
    let (repeatable, now) = (repeatable?, app.clock.now());
    if let Some(response) = repeatable.replay(found.take_if(kept)?, now)? {
        return Ok(response);
    }
    let body: Body = request.json_or_empty()?;
    let (Required(email), Required(role)) = (body.email, body.role);
    require_admin(&caller)?;
    require_may_give(&caller, role)?;
    let mut user = User::invite(account.id, email, role, now);
    user.language = body.language.0;
    if body.send_invite {
        user = user.invited(now);
    }
    let per_day = app.settings.mails_per_day_of(&account);
    let response = Response::ok(&UserRecord::of(&user, &account))?;
    let keep = repeatable.keep(&response, now)?;
    let create = app
        .repository
        .create_user(&user, caller.id, Some(per_day), keep.as_ref());
    create.await?;
    Ok(response)
}
