//! `POST /user/create`: puts a user into the caller's account, and invites them if that is wished.

use super::{UserRecord, caller_and_account, check_admin, check_may_give};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster, authentication::presented_token,
    body::not_null, endpoint::endpoint, request::parse_required,
};
use roster_domain::{Role, User};
use serde::Deserialize;

/// The function `directory-create`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Directory, "directory-create", handle);

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "UserCreate")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    /// The email address of the new user; it has to be free.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(
        feature = "openapi",
        schemars(!default, with = "roster_domain::EmailAddress")
    )]
    email: Option<String>,
    /// What the new user is in the account: at most what the caller is.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(!default, with = "roster_domain::Role"))]
    role: Option<String>,
    /// Whether to send an invitation by email.
    #[serde(default)]
    send_invite: bool,
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    let (caller, account) = caller_and_account(roster, presented_token(request)?).await?;
    let body: Body = request.json_or_empty()?;
    let email = parse_required("email", body.email.as_deref())?;
    let role: Role = parse_required("role", body.role.as_deref())?;
    check_admin(&caller.user)?;
    check_may_give(&caller.user, role)?;
    let now = roster.clock.now();
    let user = User::invite(account.id, email, role, now);
    let repository = &roster.repository;
    let invitation = body
        .send_invite
        .then(|| roster.settings.invitations_of(&account));
    repository.user_create(&user, invitation, now).await?;
    Answer::ok(&UserRecord::of(&user, &account))
}
