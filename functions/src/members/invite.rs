//! `POST /api/v2/users`: invites somebody by email into the caller's account, as a user.

use super::{check_user_management, message};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::{by_token_with, presented_token},
    body::not_null,
    decision::{Undecided, decide},
    endpoint::endpoint,
    request::parse_required,
    target::{check_may_manage, open_account},
};
use roster_domain::{EmailAddress, Role, User, UserId};
use roster_dynamodb::{AccountEmailRow, AccountRow, Refusal, StoreError};
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
    let account_row = AccountRow(token.account());
    let email_row = email.as_ref().ok().cloned();
    let email_row = email_row.map(|email| AccountEmailRow(token.account(), email));
    let rows = (account_row, email_row);
    let (caller, (account, owner)) = by_token_with(roster, token, rows).await?;
    let account = open_account(account_row, account)?;
    let email = email?;
    check_user_management(&caller.user)?;
    let per_day = roster.settings.invitations_of(&account);
    match owner {
        None => create(roster, &caller.user, email, per_day).await?,
        Some(owner) => renew(roster, &caller.user, owner.user, email, per_day).await?,
    }
    Ok(message("User invited.")?)
}

async fn create(
    roster: &Roster,
    caller: &User,
    email: EmailAddress,
    per_day: u32,
) -> Result<(), Undecided> {
    let now = roster.clock.now();
    let mut user = User::invite(caller.account, email, Role::User, now);
    // Nobody gives what they do not hold, also not to somebody who may be themselves.
    user.permissions = user.permissions.and(caller.effective_permissions());
    let repository = &roster.repository;
    match repository.user_create(&user, Some(per_day), now).await {
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
    per_day: u32,
) -> Result<(), Undecided> {
    let repository = &roster.repository;
    let (account, now) = (caller.account, roster.clock.now());
    let renewed = repository.invitation_renew(account, invited, &email, caller.role, per_day, now);
    match renewed.await {
        Err(StoreError::Refused(Refusal::Changed)) => {
            let user = repository.user_get(account, invited).await?;
            match user.filter(|user| user.email.matches(&email)) {
                // They have joined; or were deactivated before they did, and are activated first.
                Some(user) if !user.may_accept() => Err(Failure::email_in_use("email").into()),
                Some(user) => Err(check_may_manage(caller, &user)
                    .err()
                    .map_or(Undecided::Changed, Undecided::Failed)),
                // Gone, or with another address by now: this one may be free.
                None => Err(Undecided::Changed),
            }
        }
        outcome => Ok(outcome?),
    }
}
