//! `PUT /rest/users/{username}`: changes the caller's own email. Usernames are not changed.

use super::{check_own, envelope};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::by_any,
    body::not_null,
    endpoint::endpoint,
    request::{parse, parse_optional},
};
use lambda_http::http::StatusCode;
use roster_domain::{UserChanges, Username};
use serde::Deserialize;

/// The function `accounts-update`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Accounts, "accounts-update", handle);

#[derive(Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "not_null")]
    username: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    email: Option<String>,
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
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
            let must = "must be the one in the path; usernames are not changed here";
            return Err(Failure::invalid("username", must.into()));
        }
    }
    let email = parse_optional("email", body.email.as_deref())?;
    let changes = UserChanges {
        email,
        ..UserChanges::default()
    };
    let user = roster
        .repository
        .user_update(&user, &changes, roster.clock.now())
        .await?;
    envelope(StatusCode::OK, &user)
}
