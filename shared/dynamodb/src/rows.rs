//! Reading rows by their keys: one with `GetItem`, several with one `BatchGetItem`. What is read
//! together costs one round trip, one signature and one connection, and no more capacity.

use crate::{
    Repository, StoreError,
    backoff::Backoff,
    item::{Item, from_item},
    keys::Key,
    mail_limits::Mails,
    names::{EmailOwner, Holder},
};
use aws_sdk_dynamodb::types::KeysAndAttributes;
use roster_domain::{
    Account, AccountId, CodePurpose, CodeRequest, EmailAddress, LoginAttempts, NameHash, User,
    UserId,
};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The waits between asking for what DynamoDB left out of an answer, which it does when it throttles.
const FIRST_BACKOFF: Duration = Duration::from_millis(50);
const RETRIES: u32 = 4;

/// One row, by its key, and what it holds.
pub trait Row {
    /// What is read from it.
    type Value: DeserializeOwned;

    /// Where it is.
    fn key(&self) -> Key;
}

/// The row of a user.
#[derive(Clone, Copy, Debug)]
pub struct UserRow(pub AccountId, pub UserId);

impl Row for UserRow {
    type Value = User;

    fn key(&self) -> Key {
        Key::user(self.0, self.1)
    }
}

/// The row of an account.
#[derive(Clone, Copy, Debug)]
pub struct AccountRow(pub AccountId);

impl Row for AccountRow {
    type Value = Account;

    fn key(&self) -> Key {
        Key::account(self.0)
    }
}

/// The row of what was asked to be mailed to a user.
#[derive(Clone, Copy, Debug)]
pub struct CodeRequestRow(pub CodePurpose, pub AccountId, pub UserId);

impl Row for CodeRequestRow {
    type Value = CodeRequest;

    fn key(&self) -> Key {
        Key::code_request(self.0, self.1, self.2)
    }
}

/// The row of an address of somebody in an account.
#[derive(Clone, Debug)]
pub struct AccountEmailRow(pub AccountId, pub EmailAddress);

impl Row for AccountEmailRow {
    type Value = EmailOwner;

    fn key(&self) -> Key {
        Key::account_email(self.0, &self.1)
    }
}

/// The row of the attempts at a password for a name.
#[derive(Clone, Debug)]
pub struct AttemptsRow(pub NameHash);

impl Row for AttemptsRow {
    type Value = LoginAttempts;

    fn key(&self) -> Key {
        Key::attempts(&self.0)
    }
}

/// The row of the mails of one kind that were sent to an address.
#[derive(Clone, Debug)]
pub struct MailsSentRow(pub CodePurpose, pub EmailAddress);

impl Row for MailsSentRow {
    type Value = Mails;

    fn key(&self) -> Key {
        Key::mails_sent(self.0, &self.1)
    }
}

impl Row for crate::Name {
    type Value = Holder;

    fn key(&self) -> Key {
        match self {
            Self::Email(email) => Key::email(email),
            Self::Username(username) => Key::username(username),
        }
    }
}

/// Rows that are read together: one, one that is perhaps not wanted, a pair of such, none.
pub trait Rows {
    /// What is read from them: an option for each.
    type Values;

    /// Where they are.
    fn keys(&self, keys: &mut Vec<Key>);

    /// Takes them out of what was found.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    fn take(&self, found: &mut Found) -> Result<Self::Values, StoreError>;
}

impl<R: Row> Rows for R {
    type Values = Option<R::Value>;

    fn keys(&self, keys: &mut Vec<Key>) {
        keys.push(self.key());
    }

    fn take(&self, found: &mut Found) -> Result<Self::Values, StoreError> {
        let key = self.key();
        found
            .take(&key)
            .map(|item| from_item(&key, item))
            .transpose()
    }
}

impl<R: Row> Rows for Option<R> {
    type Values = Option<R::Value>;

    fn keys(&self, keys: &mut Vec<Key>) {
        keys.extend(self.as_ref().map(Row::key));
    }

    fn take(&self, found: &mut Found) -> Result<Self::Values, StoreError> {
        self.as_ref().map_or(Ok(None), |row| row.take(found))
    }
}

impl<A: Rows, B: Rows> Rows for (A, B) {
    type Values = (A::Values, B::Values);

    fn keys(&self, keys: &mut Vec<Key>) {
        self.0.keys(keys);
        self.1.keys(keys);
    }

    fn take(&self, found: &mut Found) -> Result<Self::Values, StoreError> {
        Ok((self.0.take(found)?, self.1.take(found)?))
    }
}

impl Rows for () {
    type Values = ();

    fn keys(&self, _: &mut Vec<Key>) {}

    fn take(&self, _: &mut Found) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The rows that were there. Each is read when it is taken, so that one which cannot be read fails
/// only who has a right to know of it.
#[derive(Debug)]
pub struct Found(Vec<(Key, Item)>);

impl Found {
    fn take(&mut self, key: &Key) -> Option<Item> {
        let index = self.0.iter().position(|(at, _)| at == key)?;
        Some(self.0.swap_remove(index).1)
    }
}

impl Repository {
    /// One strongly consistent read of all of `rows`, which have to be different ones.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn read(&self, rows: &impl Rows) -> Result<Found, StoreError> {
        let mut keys = Vec::with_capacity(3);
        rows.keys(&mut keys);
        if keys.len() > 1 {
            return self.batch_get(keys).await.map(Found);
        }
        let mut found = Vec::with_capacity(1);
        for key in keys {
            let item = self.get_item(&key).await?;
            found.extend(item.map(|item| (key, item)));
        }
        Ok(Found(found))
    }

    /// One strongly consistent read of one row.
    pub(crate) async fn get<R: Row>(&self, row: &R) -> Result<Option<R::Value>, StoreError> {
        self.get_at(&row.key()).await
    }

    /// One strongly consistent read of what is at `key`.
    pub(crate) async fn get_at<T: DeserializeOwned>(
        &self,
        key: &Key,
    ) -> Result<Option<T>, StoreError> {
        let item = self.get_item(key).await?;
        item.map(|item| from_item(key, item)).transpose()
    }

    async fn get_item(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let request = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key.clone().into_item()))
            .consistent_read(true);
        Ok(request.send().await?.item)
    }

    async fn batch_get(&self, keys: Vec<Key>) -> Result<Vec<(Key, Item)>, StoreError> {
        let mut found = Vec::with_capacity(keys.len());
        let mut wanted: Vec<Item> = keys.into_iter().map(Key::into_item).collect();
        let mut backoff = Backoff::new(FIRST_BACKOFF, RETRIES);
        while !wanted.is_empty() {
            let keys = KeysAndAttributes::builder()
                .set_keys(Some(wanted))
                .consistent_read(true)
                .build()
                .map_err(StoreError::internal)?;
            let request = self.client.batch_get_item();
            let answer = request.request_items(&self.table, keys).send().await?;
            let items = answer.responses.into_iter().flatten();
            let items = items.flat_map(|(_table, items)| items);
            found.extend(items.map(|item| (Key::of(&item), item)));
            let left = answer.unprocessed_keys.into_iter().flatten();
            wanted = left.flat_map(|(_table, left)| left.keys).collect();
            if !wanted.is_empty() && !backoff.wait().await {
                return Err(StoreError::Unavailable("the store left rows out".into()));
            }
        }
        Ok(found)
    }
}
