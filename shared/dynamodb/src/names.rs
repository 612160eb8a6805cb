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

    /// Takes all names of a new `user`.
    pub(crate) fn take_names(&self, user: &User) -> Result<Vec<Step>, StoreError> {
        let mut steps = vec![self.take_email(user)?];
        if let Some(username) = &user.username {
            let (key, holder) = (Key::username(username), Holder::from(user));
            let refusal = Refusal::UsernameInUse;
            steps.push(Step::create(&self.table, key, &holder, refusal)?);
        }
        Ok(steps)
    }

    /// Takes `user`'s address.
    pub(crate) fn take_email(&self, user: &User) -> Result<Step, StoreError> {
        let key = Key::email(&user.email);
        Step::create(&self.table, key, &Holder::from(user), Refusal::EmailInUse)
    }
}
