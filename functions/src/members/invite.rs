//! `POST /api/v2/users`: invites somebody by email into the caller's account, as a user.

use super::{check_user_management, message};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::{by_token_with, presented_token},
    body::not_null,
    decision::{Undecided, decide},
    endpoint::endpoint,
    request::parse_required,
    target::check_may_manage,
};
use roster_domain::{AccountId, EmailAddress, Role, User, UserId};
use roster_dynamodb::{Name, Refusal, StoreError};
use serde::Deserialize;

/// The function `members-invite`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Members, "members-invite", handle);

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "MemberInvitation")
)]
pub(super) struct Body {
    /// Whom to invite.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(
        feature = "openapi",
        schemars(!default, with = "roster_domain::EmailAddress")
    )]
    email: Option<String>,
}

impl Body {
    fn email(self) -> Result<EmailAddress, Failure> {
        parse_required("email", self.email.as_deref())
    }
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    decide(|| invite(roster, request)).await
}

async fn invite(roster: &Roster, request: &Request) -> Result<Answer, Undecided> {
    let token = presented_token(request)?;
    let email = request.json_or_empty().and_then(Body::email);
    let name = email.as_ref().ok().cloned().map(Name::Email);
    let (caller, holder) = by_token_with(roster, token, name).await?;
    let email = email?;
    check_user_management(&caller.user)?;
    match holder {
        None => create(roster, caller.user.account, email).await?,
        Some(holder) if holder.account == caller.user.account => {
            renew(roster, &caller.user, holder.user, email).await?;
        }
        Some(_) => return Err(Failure::email_in_use("email").into()),
    }
    Ok(message("User invited.")?)
}

async fn create(roster: &Roster, account: AccountId, email: EmailAddress) -> Result<(), Undecided> {
    let now = roster.clock.now();
    let user = User::invite(account, email, Role::User, now);
    match roster.repository.user_create(&user, true, now).await {
        // Another request was quicker: perhaps the same one, sent twice.
        Err(StoreError::Refused(Refusal::EmailInUse)) => Err(Undecided::Changed),
        outcome => Ok(outcome?),
    }
}

/// Invites somebody afresh who was found to have the address.
async fn renew(
    roster: &Roster,
    caller: &User,
    invited: UserId,
    email: EmailAddress,
) -> Result<(), Undecided> {
    let repository = &roster.repository;
    let (account, now) = (caller.account, roster.clock.now());
    let renewed = repository.invitation_renew(account, invited, &email, caller.role, now);
    match renewed.await {
        Err(StoreError::Refused(Refusal::Changed)) => {
            let user = repository.user_get(account, invited).await?;
            match user.filter(|user| user.email.matches(&email)) {
                // They have joined; or were deactivated before they did, and are activated first.
                Some(user) if !user.may_accept() => Err(Failure::email_in_use("email").into()),
                Some(user) => Err(check_may_manage(caller, &user)
                    .err()
                    .map_or(Undecided::Changed, Undecided::Failed)),
                // Gone, or elsewhere: the address may be free.
                None => Err(Undecided::Changed),
            }
        }
        outcome => Ok(outcome?),
    }
}
