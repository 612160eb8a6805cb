//! Many rows of one kind, read by their keys: as many batches as it takes, side by side.

use super::Repository;
use crate::{
    StoreError,
    table::{Item, Key, from_item},
};
use futures_util::future::try_join_all;
use roster_domain::{AccountId, LoginAttempts, NameHash, User, UserId, UserKey};
use std::collections::{BTreeMap, BTreeSet};

/// Rows that one `BatchGetItem` takes, says DynamoDB.
const BATCH: usize = 100;

impl Repository {
    /// Those users of an account who have these ids.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if any row among them is; [`StoreError::Unavailable`],
    /// [`StoreError::Internal`].
    pub async fn get_users(
        &self,
        account: AccountId,
        ids: &BTreeSet<UserId>,
    ) -> Result<BTreeMap<UserId, User>, StoreError> {
        let keys = ids.iter();
        let keys = keys.map(|user| {
            Key::user(UserKey {
                account,
                user: *user,
            })
        });
        let rows = self.read_rows(keys.collect()).await?;
        let users = rows.into_iter().map(|(key, item)| {
            let user: User = from_item(&key, item)?;
            Ok((user.id, user))
        });
        users.collect()
    }

    /// The attempts at a password for those of `names` for which there were any.
    ///
    /// # Errors
    /// See [`Repository::get_users`].
    pub async fn attempts_at(
        &self,
        names: BTreeSet<NameHash>,
    ) -> Result<BTreeMap<NameHash, LoginAttempts>, StoreError> {
        let names = names.into_iter();
        let mut names: BTreeMap<String, NameHash> =
            names.map(|name| (Key::attempts(&name).pk, name)).collect();
        let keys = names.values().map(Key::attempts).collect();
        let mut found = BTreeMap::new();
        for (key, item) in self.read_rows(keys).await? {
            if let Some(name) = names.remove(&key.pk) {
                found.insert(name, from_item(&key, item)?);
            }
        }
        Ok(found)
    }

    pub(super) async fn read_rows(&self, keys: Vec<Key>) -> Result<Vec<(Key, Item)>, StoreError> {
        let batches = keys.chunks(BATCH).map(|keys| self.table.read(keys));
        Ok(try_join_all(batches).await?.into_iter().flatten().collect())
    }
}
