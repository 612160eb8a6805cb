//! `PUT /rest/users/{username}`: changes the caller's own email. Usernames are not changed.

use super::{check_own, envelope};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::by_any,
    body::not_null,
    decision::{Undecided, decide},
    endpoint::endpoint,
    request::{parse, parse_optional},
};
use lambda_http::http::StatusCode;
use roster_domain::{UserChanges, Username};
use serde::Deserialize;

/// The function `accounts-update`.
pub const ENDPOINT: Endpoint = Endpoint {
    takes_passwords: true,
    ..endpoint!(Api::Accounts, "accounts-update", handle)
};

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "AccountUpdate")
)]
pub(super) struct Body {
    /// The username in the path; usernames are not changed.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "roster_domain::Username"))]
    username: Option<String>,
    /// New email address; it has to be free, and is unverified from then on.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "roster_domain::EmailAddress"))]
    email: Option<String>,
}

pub(super) fn other_username() -> Failure {
    let must = "must be the one in the path; usernames are not changed here";
    Failure::invalid("username", must.into())
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    decide(|| update(roster, request)).await
}

async fn update(roster: &Roster, request: &Request) -> Result<Answer, Undecided> {
    let user = by_any(roster, request).await?;
    check_own(&user, request)?;
    let body: Body = request.required_form_or_json()?;
    if let Some(named) = &body.username {
        let named: Username = parse("username", named)?;
        if !user
            .username
            .as_ref()
            .is_some_and(|own| own.matches(&named))
        {
            return Err(other_username().into());
        }
    }
    let email = parse_optional("email", body.email.as_deref())?;
    let changes = UserChanges {
        email,
        ..UserChanges::default()
    };
    let now = roster.clock.now();
    let per_day = roster.settings.mails_per_day;
    let user = roster
        .repository
        .user_update(&user, &changes, per_day, now)
        .await?;
    Ok(envelope(StatusCode::OK, &user)?)
}
