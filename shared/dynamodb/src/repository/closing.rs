//! What the closing function asks of the store: to take the access of everybody in an account, and to
//! erase all that there is of them.
//!
//! Each step may be done again, and in any state that an earlier run was stopped in:
//!
//! 1. Every user's row loses its tokens and is deactivated. After that no user of the account can save
//!    anything that was decided on before: the rows have other revisions.
//! 2. The names by which a user logs in are deleted, where they still are the user's, and then the
//!    user's row, if it is the one by which the names were found.
//! 3. Without a user, nothing adds a row to the account: each is written on condition that a user's row
//!    is there, but for a new user's own, which is written on condition that the account is open. So
//!    the rest of the partition is deleted last, and stays deleted.

use super::Repository;
use crate::{
    Conflict, StoreError,
    table::{Item, Key, PK, SK, USER_PREFIX, Update, account_partition, from_item},
};
use aws_sdk_dynamodb::types::AttributeValue;
use roster_domain::{AccountId, Actor, Direction, NameHash, Revision, Timestamp, User};
use std::collections::BTreeMap;

/// How often a user is read again who was changed while being erased.
const RETRIES: u32 = 5;

/// Where the next page of an account's rows begins.
#[derive(Clone, Debug)]
pub struct Position(pub(super) Item);

/// Some rows of an account, one after the other.
#[derive(Debug)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins, if there may be one.
    pub next: Option<Position>,
}

/// The row of a user whose account is closed.
#[derive(Debug)]
pub struct Leaver {
    key: Key,
    user: Result<User, StoreError>,
}

/// Another row of a closed account.
#[derive(Debug)]
pub struct Leftover(Key);

impl Repository {
    /// Some of the account's users, whether their rows can be read or not. One strongly consistent
    /// query.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn leavers(
        &self,
        account: AccountId,
        from: Option<Position>,
    ) -> Result<Page<Leaver>, StoreError> {
        let from = from.map(|position| position.0);
        let queried = self.query(account, USER_PREFIX, from, Direction::Forwards, usize::MAX);
        let (items, next) = queried.await?;
        let leaver = |item: Item| {
            let key = Key::of(&item);
            let user = from_item(&key, item);
            Leaver { key, user }
        };
        Ok(Page {
            rows: items.into_iter().map(leaver).collect(),
            next: next.map(Position),
        })
    }

    /// Takes a user's access and all tokens, which `by` does by closing the account.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn shut_out(
        &self,
        leaver: &Leaver,
        by: Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let is_done = |user: &User| {
            let is_out = user.status.is_deactivated() && user.changed_by == by;
            is_out && user.tokens.is_empty() && user.named_tokens.is_empty()
        };
        if leaver.user.as_ref().is_ok_and(is_done) {
            return Ok(());
        }
        let update = Update::new(leaver.key.clone())
            .set("deactivated", true)
            .set("tokens", BTreeMap::<String, Timestamp>::new())
            .remove("named_tokens")
            .remove("token_uses")
            .set("updated", now)
            .set_or_remove("changed_by", by.stored())
            .set("revision", Revision::new(now));
        match self.table.update(update).await {
            // The user is gone.
            Err(error) if error.is_stale() => Ok(()),
            updated => updated,
        }
    }

    /// Deletes the names by which a user logs in, what is counted of their wrong passwords, and the
    /// user's row.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`]: of such a row nobody knows the names, so it stays.
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn erase_user(&self, leaver: Leaver, now: Timestamp) -> Result<(), StoreError> {
        let mut user = leaver.user?;
        for _ in 0..RETRIES {
            self.erase_names(&user, now).await?;
            let row = Update::upsert(leaver.key.clone()).if_unchanged("revision", user.revision);
            if self.table.delete(row).await? {
                return Ok(());
            }
            match self.get_user(user.key()).await? {
                None => return Ok(()),
                Some(changed) => user = changed,
            }
        }
        Err(StoreError::Conflict(Conflict::Stale))
    }

    async fn erase_names(&self, user: &User, now: Timestamp) -> Result<(), StoreError> {
        let previous = user.previous_email.as_ref();
        let previous = previous.map(|previous| (&previous.email, previous.until > now));
        let present = (&user.email, user.logs_in_by_email());
        for (email, is_login) in [Some(present), previous].into_iter().flatten() {
            // The wrong passwords for an address are those of whoever logs in by it.
            if is_login {
                self.forget_attempts(email.as_str()).await?;
            }
            self.forget_requests(email.as_str()).await?;
            self.table
                .delete(if_theirs(Key::email(email), user))
                .await?;
        }
        if let Some(username) = &user.username {
            self.forget_attempts(username.as_str()).await?;
            self.forget_requests(username.as_str()).await?;
            self.table
                .delete(if_theirs(Key::username(username), user))
                .await?;
        }
        Ok(())
    }

    async fn forget_attempts(&self, name: &str) -> Result<(), StoreError> {
        let key = Key::attempts(&NameHash::new(name));
        self.table.delete(Update::upsert(key)).await.map(drop)
    }

    /// That somebody has forgotten the password of a name is remembered for a day, with the name in clear.
    async fn forget_requests(&self, name: &str) -> Result<(), StoreError> {
        let key = Key::forgotten_password(&NameHash::new(name));
        self.table.delete(Update::upsert(key)).await.map(drop)
    }

    /// Some of the account's rows that are neither the account nor a user. One strongly consistent
    /// query.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn leftovers(
        &self,
        account: AccountId,
        from: Option<Position>,
    ) -> Result<Page<Leftover>, StoreError> {
        let request = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .key_condition_expression("#pk = :account")
            .projection_expression("#pk, #sk")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":account", AttributeValue::S(account_partition(account)))
            .set_exclusive_start_key(from.map(|position| position.0))
            .consistent_read(true);
        let output = self.table.until_deadline(request.send()).await??;
        let keys = output.items.unwrap_or_default();
        let keys = keys.iter().map(Key::of);
        let next = output.last_evaluated_key.filter(|key| !key.is_empty());
        Ok(Page {
            rows: keys
                .filter(|key| !key.is_account() && !key.is_user())
                .map(Leftover)
                .collect(),
            next: next.map(Position),
        })
    }

    /// Deletes a row.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn erase_row(&self, row: Leftover) -> Result<(), StoreError> {
        self.table.delete(Update::upsert(row.0)).await.map(drop)
    }

    /// Takes from a closed account what tells of people: its row stays, with its id, when it was
    /// opened, that it is closed, and by which user. Where that is done, nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn erase_account(&self, account: AccountId) -> Result<(), StoreError> {
        const PERSONAL: [&str; 5] = ["activity", "cloud_id", "email", "founder", "name"];
        let mut update = Update::new(Key::account(account))
            .set("active_owners", 0)
            .condition("closed", "=", true);
        let conditions =
            PERSONAL.map(|attribute| format!("attribute_exists({})", update.path(attribute)));
        update = PERSONAL.into_iter().fold(update, Update::remove);
        match self.table.update(update.if_any(&conditions)).await {
            Err(error) if error.is_stale() => Ok(()),
            updated => updated,
        }
    }
}

/// A login, if it still is the user's.
fn if_theirs(login: Key, user: &User) -> Update {
    Update::upsert(login)
        .condition("account", "=", user.account)
        .condition("user", "=", user.id)
}
