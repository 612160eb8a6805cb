use super::{EmailOwner, Login, LoginName, Mails, Repository};
use crate::{
    StoreError,
    table::{Item, Key, from_item},
};
use roster_domain::{
    Account, AccountId, Bounces, Challenge, CodePurpose, EmailAddress, KeptResponse, LoginAttempts,
    NameHash, RequestId, User, UserKey,
};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Rows that are read together, in one round trip. Each has to be another one.
#[derive(Debug, Default)]
pub struct Reads {
    keys: Vec<Key>,
}

/// The place of a row among those that are read together.
#[derive(Debug)]
pub struct Slot<T> {
    index: usize,
    value: PhantomData<T>,
}

impl Reads {
    /// A user.
    pub fn user(&mut self, user: UserKey) -> Slot<User> {
        self.queue(Key::user(user))
    }

    /// An account.
    pub fn account(&mut self, account: AccountId) -> Slot<Account> {
        self.queue(Key::account(account))
    }

    /// The user of an account who has an address.
    pub fn email_owner(&mut self, account: AccountId, email: &EmailAddress) -> Slot<EmailOwner> {
        self.queue(Key::account_email(account, email))
    }

    /// The user who logs in by a name.
    pub fn login(&mut self, name: &LoginName) -> Slot<Login> {
        self.queue(name.key())
    }

    /// The code that a user is to be mailed.
    pub fn challenge(&mut self, purpose: CodePurpose, user: UserKey) -> Slot<Challenge> {
        self.queue(Key::challenge(purpose, user))
    }

    /// The wrong passwords that were tried for a name.
    pub fn attempts(&mut self, name: &NameHash) -> Slot<LoginAttempts> {
        self.queue(Key::attempts(name))
    }

    /// The mails of one kind that were sent to an address.
    pub fn mails_sent(&mut self, purpose: CodePurpose, email: &EmailAddress) -> Slot<Mails> {
        self.queue(Key::mails_sent(purpose, email))
    }

    /// What became of the mails to an address.
    pub fn bounces(&mut self, email: &EmailAddress) -> Slot<Bounces> {
        self.queue(Key::bounces(email))
    }

    /// The response that is kept for a request.
    pub fn kept_response(&mut self, request: &RequestId) -> Slot<KeptResponse> {
        self.queue(Key::kept_response(request))
    }

    fn queue<T>(&mut self, key: Key) -> Slot<T> {
        self.keys.push(key);
        Slot {
            index: self.keys.len() - 1,
            value: PhantomData,
        }
    }
}

/// The rows that were there. Each is parsed when it is taken, so that a row which cannot be read fails
/// only those who may know of it.
#[derive(Debug)]
pub struct Found {
    keys: Vec<Key>,
    items: Vec<(Key, Item)>,
}

impl Found {
    /// The value of a row, if it was there.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn take<T: DeserializeOwned>(&mut self, slot: Slot<T>) -> Result<Option<T>, StoreError> {
        let key = &self.keys[slot.index];
        let Some(index) = self.items.iter().position(|(found, _)| found == key) else {
            return Ok(None);
        };
        let (key, item) = self.items.swap_remove(index);
        from_item(&key, item).map(Some)
    }

    /// See [`Found::take`], of a row that was perhaps not asked for.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn take_if<T: DeserializeOwned>(
        &mut self,
        slot: Option<Slot<T>>,
    ) -> Result<Option<T>, StoreError> {
        slot.map_or(Ok(None), |slot| self.take(slot))
    }
}

impl Repository {
    /// One strongly consistent read of all rows of `reads`; none, if there are no rows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn read(&self, reads: Reads) -> Result<Found, StoreError> {
        let items = self.table.read(&reads.keys).await?;
        Ok(Found {
            keys: reads.keys,
            items,
        })
    }
}
