//! `PUT /v2/user`: changes the caller's profile. Absent fields stay, `null` clears.

use super::{API, Profile};
use crate::{
    App, Endpoint, Error, Request, Response,
    api::changes::save_changes,
    auth::{NAMED_TOKEN, authenticate},
    http::{endpoint, parse},
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{EmailAddress, Patch, Replace, ShortText, TimeZone, UserChanges};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// The function `profile-update`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "profile-update",
    routes: ["PUT /v2/user"],
    callers: "any user",
    summary: "Change your profile",
    handler: update,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "ProfileUpdate")]
struct Body {
    /// New primary email address; it has to be free, and is unverified from then on.
    email1: Replace<EmailAddress>,
    /// Second email address, for contact only.
    email2: Patch<EmailAddress>,
    /// Name of the organization.
    organization: Patch<ShortText>,
    /// Time zone, by its IANA name in any case.
    locale: Patch<TimeZone>,
    /// Display name.
    user_alias: Patch<ShortText>,
}

pub(super) fn operation() -> Operation {
    let (user, token) = (sample::user(), sample::token());
    Operation::new(&ENDPOINT, "Fields that are absent stay as they are, and `null` clears a field. The body may also be an \
         array with that one object.",
    )
    .body::<Body>(
        true,
        json!({
            "email1": "ada@example.com",
            "email2": "lovelace@example.com",
            "organization": "Analytical Engines Ltd",
            "locale": "Europe/London",
            "user_alias": "Countess",
        }),
    )
    .or_array_of_one()
    .responds(
        StatusCode::OK,
        "The profile as it is now, as an array of one.",
        &[Profile::of(&user, &token)],
    )
    .errors([NAMED_TOKEN])
    .errors(parse::<EmailAddress>("email1", "ada").err())
    .errors(parse::<TimeZone>("locale", "Mars").err())
    .errors([Error::email_in_use()])
    .requests_mail()
}

async fn update(app: &App, request: &Request) -> Result<Response, Error> {
    let caller = authenticate(app, request).await?;
    // The document says "check json array": the object is taken bare, or as the one of an array.
    let body: Body = request.json_or_array_of_one()?;
    let changes = UserChanges {
        email: body.email1.0,
        second_email: body.email2,
        organization: body.organization,
        time_zone: body.locale,
        alias: body.user_alias,
        ..UserChanges::default()
    };
    let user = save_changes(app, (&caller.user, caller.user.id), None, changes).await?;
    Response::ok(&[Profile::of(&user, &caller.token)])
}
