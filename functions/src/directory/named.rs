//! Whom a request names.

use crate::{
    Failure, Request, Roster,
    authentication::{Caller, by_token_with},
    body::not_null,
    request::parse_optional,
    target::open_account,
};
use roster_domain::{Account, EmailAddress, Token, User, UserId};
use roster_dynamodb::{AccountEmailRow, AccountRow, UserRow};
use serde::Deserialize;

/// The fields by which a body names somebody.
#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "NamedUser")
)]
pub(super) struct Body {
    /// The email address of the user, in any case.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "roster_domain::EmailAddress"))]
    email: Option<String>,
    /// The id of the user. With both, both have to be theirs.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "roster_domain::UserId"))]
    id: Option<String>,
}

impl Body {
    /// Whom the body of `request` names, if anyone.
    ///
    /// # Errors
    /// [`Failure::TooLarge`], [`Failure::Malformed`], [`Failure::Invalid`].
    pub(super) fn named(request: &Request) -> Result<Option<Named>, Failure> {
        let body: Self = request.json_or_empty()?;
        Named::parse(body.id.as_deref(), body.email.as_deref())
    }
}

/// Somebody, by id, by email, or by both: then both must be theirs.
pub(super) struct Named {
    id: Option<UserId>,
    email: Option<EmailAddress>,
}

impl Named {
    pub(super) fn by_id(id: UserId) -> Self {
        Self {
            id: Some(id),
            email: None,
        }
    }

    /// # Errors
    /// [`Failure::Invalid`].
    pub(super) fn parse(id: Option<&str>, email: Option<&str>) -> Result<Option<Self>, Failure> {
        let id = parse_optional("id", id)?;
        let email = parse_optional("email", email)?;
        Ok((id.is_some() || email.is_some()).then_some(Self { id, email }))
    }

    /// Whether it is `user` who is named.
    pub(super) fn is(&self, user: &User) -> bool {
        self.id.is_none_or(|id| id == user.id)
            && self
                .email
                .as_ref()
                .is_none_or(|email| email.matches(&user.email))
    }

    /// The row of who is named by id, unless it is the caller.
    fn row(&self, token: &Token) -> Option<UserRow> {
        let other = self.id.filter(|id| *id != token.user());
        other.map(|id| UserRow(token.account(), id))
    }

    /// The row of the address in the account, where there is no id.
    fn email_row(&self, token: &Token) -> Option<AccountEmailRow> {
        let email = self.email.clone().filter(|_| self.id.is_none());
        email.map(|email| AccountEmailRow(token.account(), email))
    }
}

/// The caller, their account, and the user who is named, if they are in it and are not the caller:
/// two reads, for somebody named by email alone three. Nothing outside the account is read.
///
/// # Errors
/// [`Failure::Unauthenticated`]; [`Failure::Unavailable`].
pub(super) async fn caller_account_and_named(
    roster: &Roster,
    token: Token,
    named: Option<&Named>,
) -> Result<(Caller, Account, Option<User>), Failure> {
    let account_row = AccountRow(token.account());
    let user_row = named.and_then(|named| named.row(&token));
    let email_row = named.and_then(|named| named.email_row(&token));
    let rows = (account_row, (user_row, email_row));
    let (caller, (account, (found, owner))) = by_token_with(roster, token, rows).await?;
    let (id, own) = (caller.user.account, caller.user.id);
    let found = match owner {
        Some(owner) if owner.user != own => roster.repository.user_get(id, owner.user).await?,
        _ => found,
    };
    let found = found.filter(|user| named.is_some_and(|named| named.is(user)));
    Ok((caller, open_account(account_row, account)?, found))
}
