//! Whom a request names.

use crate::{Failure, Roster, body::not_null, request::parse_optional};
use roster_domain::{AccountId, EmailAddress, Token, User, UserId};
use roster_dynamodb::Name;
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
    /// Whom it names, if anyone.
    ///
    /// # Errors
    /// [`Failure::Invalid`].
    pub(super) fn named(&self) -> Result<Option<Named>, Failure> {
        Named::parse(self.id.as_deref(), self.email.as_deref())
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

    /// Who is named, in the account of `token`; unless it is the token's user, who is read to check
    /// the token. One read, by email alone two in sequence: an address can lead to any account, but
    /// no user of another one is read.
    ///
    /// # Errors
    /// [`Failure::Unavailable`], [`Failure::Internal`].
    pub(super) async fn find_other(
        &self,
        roster: &Roster,
        token: &Token,
    ) -> Result<Option<User>, Failure> {
        let account = token.account();
        let id = match (self.id, &self.email) {
            (Some(id), _) => Some(id),
            (None, Some(email)) => id_of(roster, account, email).await?,
            (None, None) => None,
        };
        let Some(id) = id.filter(|id| *id != token.user()) else {
            return Ok(None);
        };
        let found = roster.repository.user_get(account, id).await?;
        Ok(found.filter(|user| self.is(user)))
    }
}

async fn id_of(
    roster: &Roster,
    account: AccountId,
    email: &EmailAddress,
) -> Result<Option<UserId>, Failure> {
    let name = Name::Email(email.clone());
    let found = roster.repository.name_get(&name).await?;
    Ok(found.and_then(|(holder, id)| (holder == account).then_some(id)))
}
