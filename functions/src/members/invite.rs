//! `POST /api/v2/users`: invites somebody by email into the caller's account, as a user.

use super::{check_user_management, message};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster, authentication::authenticate, body::not_null,
    concurrently::both, endpoint::endpoint, request::parse_required,
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

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    let asked = async {
        let body: Body = request.json_or_empty()?;
        let email: EmailAddress = parse_required("email", body.email.as_deref())?;
        Ok((holder_of(roster, &email).await?, email))
    };
    let (caller, (mut holder, email)) = both(authenticate(roster, request), asked).await?;
    check_user_management(&caller.user)?;
    let (account, now) = (caller.user.account, roster.clock.now());
    if holder.is_none() {
        let user = User::invite(account, email.clone(), Role::User, now);
        match roster.repository.user_create(&user, true, now).await {
            Ok(()) => return message("User invited."),
            // Another request was quicker: perhaps the same one, sent twice.
            Err(StoreError::Refused(Refusal::EmailInUse)) => {
                holder = holder_of(roster, &email).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    let (_, user) = holder
        .filter(|(holders, _)| *holders == account)
        .ok_or(Failure::email_in_use("email"))?;
    roster
        .repository
        .invitation_renew(account, user, &email, now)
        .await
        .map_err(|error| match error {
            // They have joined; or were deactivated before they did, and are activated first.
            StoreError::Refused(Refusal::Changed) => Failure::email_in_use("email"),
            other => other.into(),
        })?;
    message("User invited.")
}

async fn holder_of(
    roster: &Roster,
    email: &EmailAddress,
) -> Result<Option<(AccountId, UserId)>, StoreError> {
    roster
        .repository
        .name_get(&Name::Email(email.clone()))
        .await
}
