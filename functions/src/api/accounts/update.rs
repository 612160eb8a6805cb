//! `PUT /rest/users/{username}`: changes the caller's own email address. Usernames are not changed.

use super::{API, Envelope, envelope, of_oneself, require_own};
use crate::{
    App, Endpoint, Error, Request, Response,
    api::changes::save_changes,
    auth::authenticate_any,
    http::{endpoint, parse},
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{EmailAddress, Optional, UserChanges, Username};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// The function `accounts-update`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "accounts-update",
    routes: ["PUT /rest/users/{username}"],
    callers: "the user",
    summary: "Change your account information",
    handler: update,
}
.accepting_basic_auth();

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "AccountResourceUpdate")]
struct Body {
    /// The username in the path; usernames are not changed.
    username: Optional<Username>,
    /// New email address; it has to be free, and is unverified from then on.
    email: Optional<EmailAddress>,
}

pub(super) fn operation() -> Operation {
    of_oneself(Operation::new(
        &ENDPOINT,
        "Changes the email address, if there is one in the body.",
    ))
    .body::<Body>(
        true,
        json!({ "username": "ada", "email": "ada@example.com" }),
    )
    .or_form()
    .responds(
        StatusCode::OK,
        "The user as they are now.",
        &Envelope::from(&sample::user()),
    )
    .errors(parse::<EmailAddress>("email", "ada").err())
    .errors([other_username(), Error::email_in_use()])
    .requests_mail()
}

fn other_username() -> Error {
    let must = "must be the one in the path; usernames are not changed here";
    Error::invalid("username", must.into())
}

async fn update(app: &App, request: &Request) -> Result<Response, Error> {
    let user = authenticate_any(app, request).await?;
    require_own(&user, request)?;
    let body: Body = request.required_form_or_json()?;
    let own = user.username.as_ref();
    if let Some(named) = body.username.0
        && !own.is_some_and(|own| own.matches(&named))
    {
        return Err(other_username());
    }
    let changes = UserChanges {
        email: body.email.0,
        ..UserChanges::default()
    };
    let user = save_changes(app, (&user, user.id), None, changes).await?;
    envelope(StatusCode::OK, &user)
}
