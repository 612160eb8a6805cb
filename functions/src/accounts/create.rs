//! `POST /rest/users`: signs up. Makes an account with this person as its owner.

use super::envelope;
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    body::{Passwords, not_null},
    endpoint::endpoint,
    registration,
    request::parse_required,
};
use lambda_http::http::StatusCode;
use roster_domain::{Password, Username};
use serde::Deserialize;

/// The function `accounts-create`.
pub const ENDPOINT: Endpoint = Endpoint {
    prepare: Password::prepare,
    ..endpoint!(Api::Accounts, "accounts-create", handle)
};

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "SignUp")
)]
pub(super) struct Body {
    /// To log in with: unique in the whole system, in any case.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(
        feature = "openapi",
        schemars(!default, with = "roster_domain::Username")
    )]
    username: Option<String>,
    /// Email address, unique in the whole system.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(
        feature = "openapi",
        schemars(!default, with = "roster_domain::EmailAddress")
    )]
    email: Option<String>,
    /// Password; one that is soon guessed is refused.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(
        feature = "openapi",
        schemars(!default, with = "roster_domain::Password")
    )]
    password: Option<String>,
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    registration::check_open(roster.settings.sign_up)?;
    let body: Body = request.form_or_json(Passwords::Taken)?;
    let username: Username = parse_required("username", body.username.as_deref())?;
    let email = parse_required("email", body.email.as_deref())?;
    let password = body.password.ok_or_else(|| Failure::missing("password"))?;
    let (account, owner) = registration::prepare(roster, email, Some(username), password)?;
    roster.repository.account_create(&account, &owner).await?;
    envelope(StatusCode::CREATED, &owner)
}
