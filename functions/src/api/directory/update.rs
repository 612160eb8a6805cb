//! `POST /user/update`: changes the caller, or for an admin any user of the account who is not above
//! the admin. Absent fields stay, `null` clears.

use super::{API, ROLE_ABOVE, UserRecord, invalid_selector};
use crate::{
    App, Endpoint, Error, Request, Response,
    api::changes::save_changes,
    auth::{
        NOT_AN_ADMIN, UserSelector, presented_token, require_admin, require_may_manage, select_user,
    },
    http::endpoint,
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{EmailAddress, Optional, Patch, Replace, ShortText, UserChanges, UserId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The function `directory-update`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "directory-update",
    routes: ["POST /user/update"],
    callers: "any user; for another user, an admin",
    summary: "Change a user",
    handler: update,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "UserUpdate")]
struct Body {
    /// A new email address; it has to be free, and is unverified from then on.
    email: Replace<EmailAddress>,
    /// First name; null clears it.
    first: Patch<ShortText>,
    /// The id of the user; the caller, if it is absent.
    id: Optional<UserId>,
    /// Surname; null clears it.
    last: Patch<ShortText>,
    /// A merge patch (RFC 7396) of what is there, which is at most 8 KiB afterwards.
    preferences: Optional<Map<String, Value>>,
}

pub(super) fn operation() -> Operation {
    let (user, account) = (sample::user(), sample::account());
    Operation::new(
        &ENDPOINT,
        "Changes the caller, or for an admin anyone who is not above them. Fields that are absent \
         stay as they are.",
    )
    .body::<Body>(
        false,
        json!({
            "email": user.email,
            "first": "Ada",
            "id": user.id,
            "last": "Lovelace",
            "preferences": user.preferences,
        }),
    )
    .responds(
        StatusCode::OK,
        "The user as they are now.",
        &UserRecord::of(&user, &account),
    )
    .errors(invalid_selector())
    .errors([
        NOT_AN_ADMIN,
        ROLE_ABOVE,
        Error::NOT_FOUND,
        Error::email_in_use(),
        Error::invalid(
            "preferences",
            "must be at most 8 KiB as JSON, with what is already there".into(),
        ),
    ])
    .requests_mail()
}

async fn update(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    // What is wrong with the body is told to an authenticated caller only.
    let body = request.json_or_empty::<Body>();
    let selector = body
        .as_ref()
        .ok()
        .map(|body| UserSelector::by_id(body.id.0));
    let selected = select_user(app, token, selector.as_ref()).await?;
    let body = body?;
    if !selected.is_caller {
        require_admin(&selected.caller)?;
    }
    let user = selected.user.ok_or(Error::NOT_FOUND)?;
    require_may_manage(&selected.caller, &user)?;
    let changes = UserChanges {
        email: body.email.0,
        first_name: body.first,
        last_name: body.last,
        preferences: body.preferences.0,
        ..UserChanges::default()
    };
    let user = save_changes(
        app,
        (&user, selected.caller.id),
        Some(&selected.account),
        changes,
    )
    .await?;
    Response::ok(&UserRecord::of(&user, &selected.account))
}
