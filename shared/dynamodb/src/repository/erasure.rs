//! All of one user, gone, with what tells which rows those were.

use super::{Login, Repository};
use crate::{
    StoreError,
    table::{Key, Update, from_item},
};
use roster_domain::{Account, Actor, CodePurpose, NameHash, Timestamp, User};

/// What was erased of a user.
#[derive(Clone, Debug)]
pub struct Erased {
    /// The rows that were there and are gone, by their keys, without personal data.
    pub rows: Vec<String>,
    /// Those that could not be deleted any more when the user was gone.
    pub left: Vec<String>,
}

impl Repository {
    /// Removes a user, which `by` does: see [`Repository::remove_user`]. What is counted by the user's
    /// names goes too: wrong passwords, forgotten ones, and mails that the account requested. The user can
    /// be erased once, so what goes wrong after that is no error.
    ///
    /// # Errors
    /// See [`Repository::remove_user`].
    pub async fn erase(
        &self,
        user: &User,
        account: &Account,
        by: Actor,
        now: Timestamp,
    ) -> Result<Erased, StoreError> {
        let keys = keys_of(user, now);
        let counted = counts_of(user, now);
        let found = self.read_rows([keys, counted.clone()].concat()).await?;
        let mut there = Vec::new();
        for (key, item) in found {
            // A login may be another user's by now.
            let is_login = item.contains_key("since");
            if !is_login || from_item::<Login>(&key, item)?.user() == user.key() {
                there.push(key);
            }
        }
        self.remove_user(user, account, by, now).await?;
        let mut left = Vec::new();
        for key in counted {
            let deleted = self.table.delete(Update::upsert(key.clone())).await;
            if deleted.is_err() && there.contains(&key) {
                left.push(key.to_string());
                there.retain(|row| *row != key);
            }
        }
        let mut rows: Vec<String> = there.iter().map(Key::to_string).collect();
        rows.sort();
        Ok(Erased { rows, left })
    }
}

/// Those that go with the user, in one transaction.
fn keys_of(user: &User, now: Timestamp) -> Vec<Key> {
    let mut keys = vec![
        Key::user(user.key()),
        Key::account_email(user.account, &user.email),
    ];
    if user.logs_in_by_email() {
        keys.push(Key::email(&user.email));
    }
    if let Some(kept) = user.kept_email(now) {
        keys.push(Key::account_email(user.account, &kept.email));
        keys.push(Key::email(&kept.email));
    }
    keys.extend(user.username.as_ref().map(Key::username));
    keys.extend(CodePurpose::ALL.map(|purpose| Key::challenge(purpose, user.key())));
    keys
}

/// What is counted by the user's names: not that of an address which logs in another user.
fn counts_of(user: &User, now: Timestamp) -> Vec<Key> {
    let kept = user.kept_email(now).map(|kept| &kept.email);
    let mut keys = Vec::new();
    for email in [Some(&user.email), kept].into_iter().flatten() {
        keys.extend(
            CodePurpose::ALL.map(|purpose| Key::mails_requested(purpose, user.account, email)),
        );
    }
    let email = user.logs_in_by_email().then_some(user.email.as_str());
    let username = user.username.as_ref().map(|name| name.as_str());
    let names = [email, kept.map(|kept| kept.as_str()), username];
    for name in names.into_iter().flatten() {
        keys.push(Key::attempts(&NameHash::new(name)));
    }
    // These have the name itself. Somebody may have said it of an invitation's address too.
    let email = (!user.email_lost).then_some(user.email.as_str());
    let names = [email, kept.map(|kept| kept.as_str()), username];
    for name in names.into_iter().flatten() {
        keys.push(Key::forgotten_password(&NameHash::new(name)));
    }
    keys
}
