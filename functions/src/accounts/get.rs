//! `GET /rest/users/{username}`: the caller's own account information.

use super::{check_own, envelope};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster, authentication::by_any, endpoint::endpoint,
};
use lambda_http::http::StatusCode;

/// The function `accounts-get`.
pub const ENDPOINT: Endpoint = Endpoint {
    takes_passwords: true,
    ..endpoint!(Api::Accounts, "accounts-get", handle)
};

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    let user = by_any(roster, request).await?;
    check_own(&user, request)?;
    envelope(StatusCode::OK, &user)
}
