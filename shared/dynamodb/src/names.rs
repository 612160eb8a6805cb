use crate::{Refusal, Repository, StoreError, keys::Key, transaction::Step};
use roster_domain::{AccountId, EmailAddress, User, UserId, Username};
use serde::{Deserialize, Serialize};

/// What a user can be named by, other than by id.
#[derive(Clone, Debug)]
pub enum Name {
    /// Their primary address.
    Email(EmailAddress),
    /// Their username.
    Username(Username),
}

/// Whose name it is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Holder {
    /// The account they are in.
    pub account: AccountId,
    /// Who they are in it.
    pub user: UserId,
}

impl From<&User> for Holder {
    fn from(user: &User) -> Self {
        Self {
            account: user.account,
            user: user.id,
        }
    }
}

impl Repository {
    /// Who has this name, if anyone. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn name_get(&self, name: &Name) -> Result<Option<Holder>, StoreError> {
        self.get(name).await
    }

    /// Takes `user`'s address.
    pub(crate) fn take_email(&self, user: &User) -> Result<Step, StoreError> {
        let key = Key::email(&user.email);
        Step::create(&self.table, key, &Holder::from(user), Refusal::EmailInUse)
    }

    /// Takes `user`'s username.
    pub(crate) fn take_username(
        &self,
        user: &User,
        username: &Username,
    ) -> Result<Step, StoreError> {
        let key = Key::username(username);
        Step::create(
            &self.table,
            key,
            &Holder::from(user),
            Refusal::UsernameInUse,
        )
    }
}
