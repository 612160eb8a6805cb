use super::{
    access::open_account,
    credentials::{Caller, authenticate_and_read},
};
use crate::{App, Error};
use roster_domain::{Account, EmailAddress, Optional, Token, User, UserId, UserKey};
use roster_dynamodb::Reads;
use schemars::JsonSchema;
use serde::Deserialize;

/// The fields by which a body selects a user: by id, by email address, or by both, which both have to
/// be the user's.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct UserSelector {
    /// The email address of the user, in any case.
    pub(crate) email: Optional<EmailAddress>,
    /// The id of the user. With both, both have to be theirs.
    pub(crate) id: Optional<UserId>,
}

impl UserSelector {
    /// The user of an id.
    pub(crate) fn by_id(id: Option<UserId>) -> Self {
        Self {
            id: Optional(id),
            email: Optional(None),
        }
    }

    /// Whether it selects nobody in particular.
    pub(crate) fn is_empty(&self) -> bool {
        self.id.0.is_none() && self.email.0.is_none()
    }

    /// Whether `user` has the id and the email address, as far as they are given.
    fn matches(&self, user: &User) -> bool {
        let email = self.email.0.as_ref();
        self.id.0.is_none_or(|id| id == user.id)
            && email.is_none_or(|email| email.matches(&user.email))
    }
}

/// The caller, the account, and the selected user.
pub(crate) struct Selected {
    pub(crate) caller: User,
    pub(crate) account: Account,
    /// The user, perhaps the caller; none if the account has no such user.
    pub(crate) user: Option<User>,
    /// Whether the caller is selected, by name or by selecting nobody.
    pub(crate) is_caller: bool,
}

/// The caller, and then the account and the selected user: two reads, for a user who is selected by
/// email address alone three. Nothing outside the account is read.
///
/// # Errors
/// [`Error::UNAUTHENTICATED`]; an unavailable store.
pub(crate) async fn select_user(
    app: &App,
    token: Token,
    selector: Option<&UserSelector>,
) -> Result<Selected, Error> {
    let UserKey {
        account: id,
        user: own,
    } = token.user();
    let by_id = selector.and_then(|selector| selector.id.0);
    let by_email = selector.and_then(|selector| selector.email.0.as_ref());
    let mut reads = Reads::default();
    let account = reads.account(id);
    let other = by_id.filter(|user| *user != own);
    let other = other.map(|user| reads.user(UserKey { account: id, user }));
    let by_email = by_email.filter(|_| by_id.is_none());
    let owner = by_email.map(|email| reads.email_owner(id, email));
    let (Caller { user: caller, .. }, mut found) = authenticate_and_read(app, token, reads).await?;
    let found_user = match found.take_if(owner)? {
        Some(owner) if owner.user != own => {
            let user = UserKey {
                account: id,
                user: owner.user,
            };
            app.repository.get_user(user).await?
        }
        _ => found.take_if(other)?,
    };
    let is_caller = selector.is_none_or(|selector| selector.matches(&caller));
    let user = if is_caller {
        Some(caller.clone())
    } else {
        found_user.filter(|user| selector.is_some_and(|selector| selector.matches(user)))
    };
    Ok(Selected {
        account: open_account(id, found.take(account)?)?,
        caller,
        user,
        is_caller,
    })
}
