//! Accounts and users that come from elsewhere. Many users are one transaction: the account's row is in
//! it once, and DynamoDB lets no two transactions have the same row at once.

use super::{EmailOwner, Login, Repository};
use crate::{
    Conflict, StoreError,
    table::{Key, TransactWrite, Update, from_item},
};
use roster_domain::{Account, AccountId, Actor, Timestamp, User};
use std::collections::BTreeMap;

/// Writes that one transaction takes, says DynamoDB.
const MAX_WRITES: usize = 100;

impl Repository {
    /// Puts an account into the table, without anybody in it, which the operator does; whether it was not
    /// there before.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn import_account(&self, account: &Account) -> Result<bool, StoreError> {
        let account = &Account {
            active_owners: 0,
            changed_by: Actor::Operator,
            ..account.clone()
        };
        let key = Key::account(account.id);
        let create = TransactWrite::create(key, account, Conflict::Stale)?;
        match self.table.transact(vec![create]).await {
            Err(error) if error.is_stale() => Ok(false),
            written => written.map(|()| true),
        }
    }

    /// How many of `users` fit in one transaction, from the first on: at least one.
    pub fn importable_at_once(users: &[User], now: Timestamp) -> usize {
        let mut writes = 1;
        let fits = |user: &&User| {
            let names = usize::from(user.logs_in_by_email())
                + usize::from(user.username.is_some())
                + 2 * usize::from(user.kept_email(now).is_some());
            writes += 2 + names;
            writes <= MAX_WRITES
        };
        users.iter().take_while(fits).count().max(1)
    }

    /// Puts users into an open account, which the operator does, with their names: all of them or none.
    ///
    /// # Errors
    /// [`Conflict::EmailInUse`], [`Conflict::UsernameInUse`]; [`Conflict::Stale`] if one of them is there
    /// already, or the account is closed or gone.
    pub async fn import_users(
        &self,
        account: AccountId,
        users: &[User],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut writes = Vec::new();
        for user in users {
            let user = &User {
                changed_by: Actor::Operator,
                ..user.clone()
            };
            writes.extend(self.take_names(user, None, now)?);
            writes.extend(self.take_kept_email(user, now)?);
            let key = Key::user(user.key());
            writes.push(TransactWrite::create(key, user, Conflict::Stale)?);
        }
        let owners = || users.iter().filter(|user| user.is_active_owner());
        let mut account = Update::new(Key::account(account)).condition("closed", "=", false);
        let count = owners().count();
        writes.push(match count {
            0 => TransactWrite::check(account),
            _ => {
                account = account.add("active_owners", count);
                if owners().any(|owner| owner.email_verified) {
                    account = account.set("verified", true);
                }
                TransactWrite::update(account, Conflict::Stale)
            }
        });
        self.table.transact(writes).await
    }

    /// Which of these new users cannot have a name of theirs, by their place among them: it is another
    /// user's. Nothing is written.
    ///
    /// # Errors
    /// See [`Repository::get_users`].
    pub async fn taken_names(
        &self,
        users: &[User],
        now: Timestamp,
    ) -> Result<BTreeMap<usize, Conflict>, StoreError> {
        let mut wanted: BTreeMap<(String, String), (usize, Conflict)> = BTreeMap::new();
        for (place, user) in users.iter().enumerate() {
            let mut want = |key: Key, conflict| {
                wanted.entry((key.pk, key.sk)).or_insert((place, conflict));
            };
            let kept = user.kept_email(now).map(|kept| (&kept.email, true));
            let present = (&user.email, user.logs_in_by_email());
            for (email, is_login) in [Some(present), kept].into_iter().flatten() {
                want(
                    Key::account_email(user.account, email),
                    Conflict::EmailInUse,
                );
                if is_login {
                    want(Key::email(email), Conflict::EmailInUse);
                }
            }
            if let Some(username) = &user.username {
                want(Key::username(username), Conflict::UsernameInUse);
            }
        }
        let keys = wanted.keys().map(|(pk, sk)| Key {
            pk: pk.clone(),
            sk: sk.clone(),
        });
        let mut taken = BTreeMap::new();
        for (key, item) in self.read_rows(keys.collect()).await? {
            let is_kept = match item.contains_key("account") {
                true => from_item::<Login>(&key, item)?.is_kept(now),
                false => from_item::<EmailOwner>(&key, item)?.is_kept(now),
            };
            if let Some((place, conflict)) = wanted.get(&(key.pk, key.sk)).filter(|_| is_kept) {
                taken.insert(*place, *conflict);
            }
        }
        Ok(taken)
    }
}
