//! `POST /rest/users`: signs up. Makes an account with this person as its owner.

use super::envelope;
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster, body::not_null, endpoint::endpoint,
    registration, request::parse_required,
};
use lambda_http::http::StatusCode;
use roster_domain::Username;
use serde::Deserialize;

/// The function `accounts-create`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Accounts, "accounts-create", handle);

#[derive(Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "not_null")]
    username: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    email: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    password: Option<String>,
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    registration::check_open(roster)?;
    let body: Body = request.form_or_json()?;
    let username: Username = parse_required("username", body.username.as_deref())?;
    let email = parse_required("email", body.email.as_deref())?;
    let password = body.password.ok_or_else(|| Failure::missing("password"))?;
    let (account, owner) = registration::prepare(roster, email, Some(username), password)?;
    roster.repository.account_create(&account, &owner).await?;
    envelope(StatusCode::CREATED, &owner)
}
