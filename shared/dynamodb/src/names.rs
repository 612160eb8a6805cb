use crate::{Refusal, Repository, StoreError, item::from_item, keys::Key, transaction::Step};
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

impl Name {
    fn key(&self) -> Key {
        match self {
            Self::Email(email) => Key::email(email),
            Self::Username(username) => Key::username(username),
        }
    }
}

/// Whose name it is.
#[derive(Serialize, Deserialize)]
pub(crate) struct NameItem {
    account: AccountId,
    user: UserId,
}

impl From<&User> for NameItem {
    fn from(user: &User) -> Self {
        Self {
            account: user.account,
            user: user.id,
        }
    }
}

impl Repository {
    /// Where the user of this name is, if anyone has it. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn name_get(&self, name: &Name) -> Result<Option<(AccountId, UserId)>, StoreError> {
        let key = name.key();
        let Some(item) = self.get(&key).await? else {
            return Ok(None);
        };
        let NameItem { account, user } = from_item(&key, item)?;
        Ok(Some((account, user)))
    }

    /// Takes `user`'s address.
    pub(crate) fn take_email(&self, user: &User) -> Result<Step, StoreError> {
        let key = Key::email(&user.email);
        Step::create(&self.table, key, &NameItem::from(user), Refusal::EmailInUse)
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
            &NameItem::from(user),
            Refusal::UsernameInUse,
        )
    }
}
