//! Which user has which name. Inside an account everybody is found by their address; to log in by, an
//! address or a username belongs to one user of the whole system.

use super::{Repository, mail_limits::MailRequest};
use crate::{
    Conflict, StoreError,
    table::{Key, TransactWrite, Update},
};
use roster_domain::{
    AccountId, EmailAddress, Revision, Timestamp, User, UserId, UserKey, Username,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long an address that nobody has proven keeps others from signing up with it.
const UNVERIFIED_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A name to log in by.
#[derive(Clone, Debug)]
pub enum LoginName {
    /// A primary address.
    Email(EmailAddress),
    /// A username.
    Username(Username),
}

impl LoginName {
    pub(super) fn key(&self) -> Key {
        match self {
            Self::Email(email) => Key::email(email),
            Self::Username(username) => Key::username(username),
        }
    }
}

/// The user who logs in by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    account: AccountId,
    user: UserId,
    /// Whether the user has proven to own the address.
    #[serde(default)]
    pub verified: bool,
    /// Since when the name is the user's.
    pub since: Timestamp,
    /// Until when it is, if the user has given it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Login {
    fn new(user: &User, since: Timestamp) -> Self {
        Self {
            account: user.account,
            user: user.id,
            verified: user.email_verified,
            since,
            until: None,
        }
    }

    /// Whether the name still is the user's.
    pub fn is_kept(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }

    /// The user.
    pub fn user(&self) -> UserKey {
        UserKey {
            account: self.account,
            user: self.user,
        }
    }

    /// Whether the login gives way to somebody who signs up with the address, without proving it.
    fn gives_way(&self, now: Timestamp) -> bool {
        !self.verified && self.since + UNVERIFIED_KEPT <= now
    }
}

/// The user of an account who has an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailOwner {
    /// The user's id, joined or invited.
    pub user: UserId,
    /// Until when the address is the user's, if they have another one by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl EmailOwner {
    /// Whether the address still is the user's.
    pub fn is_kept(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// A row that DynamoDB may delete at a time.
#[derive(Serialize)]
struct Expiring<T> {
    #[serde(flatten)]
    row: T,
    ttl: i64,
}

impl Repository {
    /// The login by this name, if there is one. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn get_login(&self, name: &LoginName) -> Result<Option<Login>, StoreError> {
        self.table.get(name.key()).await
    }

    /// Takes all names of a new `user`, who has them from `now` on. See [`Repository::take_login`] for
    /// `instead_of`.
    pub(super) fn take_names(
        &self,
        user: &User,
        instead_of: Option<&Login>,
        now: Timestamp,
    ) -> Result<Vec<TransactWrite>, StoreError> {
        let mut writes = vec![self.take_account_email(user, now)?];
        if user.logs_in_by_email() {
            writes.extend(self.take_login(user, instead_of, now)?);
        }
        if let Some(username) = &user.username {
            let (key, login) = (Key::username(username), Login::new(user, now));
            writes.push(TransactWrite::create(key, &login, Conflict::UsernameInUse)?);
        }
        Ok(writes)
    }

    /// Takes the address that a new `user` brings along and still may go back to, in the account and as a
    /// login.
    pub(super) fn take_kept_email(
        &self,
        user: &User,
        now: Timestamp,
    ) -> Result<Vec<TransactWrite>, StoreError> {
        let Some(previous) = user.kept_email(now) else {
            return Ok(vec![]);
        };
        let until = previous.until;
        let ttl = until.as_seconds() + 1;
        let owner = EmailOwner {
            user: user.id,
            until: Some(until),
        };
        let login = Login {
            verified: true,
            until: Some(until),
            ..Login::new(user, now)
        };
        let key = Key::account_email(user.account, &previous.email);
        let (owner, login) = (Expiring { row: owner, ttl }, Expiring { row: login, ttl });
        let owner = TransactWrite::create_if_over(key, &owner, now, Conflict::EmailInUse)?;
        let key = Key::email(&previous.email);
        let login = TransactWrite::create_if_over(key, &login, now, Conflict::EmailInUse)?;
        Ok(vec![owner, login])
    }

    /// Takes `user`'s address in the account.
    pub(super) fn take_account_email(
        &self,
        user: &User,
        now: Timestamp,
    ) -> Result<TransactWrite, StoreError> {
        let key = Key::account_email(user.account, &user.email);
        let owner = EmailOwner {
            user: user.id,
            until: None,
        };
        TransactWrite::create_if_over(key, &owner, now, Conflict::EmailInUse)
    }

    /// Keeps `user`'s address theirs, in the account and as a login: until then, or for good.
    pub(super) fn keep_names(&self, user: &User, until: Option<Timestamp>) -> Vec<TransactWrite> {
        let keys = [
            Key::account_email(user.account, &user.email),
            Key::email(&user.email),
        ];
        let keep = |key: Key| {
            let update = Update::new(key).condition("user", "=", user.id);
            TransactWrite::update(
                match until {
                    // When it is over, DynamoDB may delete the row.
                    Some(until) => update
                        .set("until", until)
                        .set("ttl", until.as_seconds() + 1),
                    None => update.remove("until").remove("ttl"),
                },
                Conflict::Stale,
            )
        };
        // The address of a user who has yet to join is no login, and one that somebody else has proven is
        // a login no more.
        let kept = if user.logs_in_by_email() { 2 } else { 1 };
        keys.into_iter().take(kept).map(keep).collect()
    }

    /// Gives up an address that a user may go back to, in the account and as a login.
    pub(super) fn free_names(&self, user: UserKey, email: &EmailAddress) -> Vec<TransactWrite> {
        let keys = [Key::account_email(user.account, email), Key::email(email)];
        // When its time is over, somebody else may have it.
        let free = |key: Key| {
            let mut update = Update::upsert(key);
            let (key, theirs) = (update.path("PK"), update.path("user"));
            let own = update.value(user.user);
            TransactWrite::delete_if(update.if_any(&[
                format!("attribute_not_exists({key})"),
                format!("{theirs} = {own}"),
            ]))
        };
        keys.map(free).into()
    }

    /// Takes `user`'s address as a login: one that nobody has, or that of another user, who has not
    /// proven it and loses it.
    pub(super) fn take_login(
        &self,
        user: &User,
        instead_of: Option<&Login>,
        now: Timestamp,
    ) -> Result<Vec<TransactWrite>, StoreError> {
        let (key, login) = (Key::email(&user.email), Login::new(user, now));
        let Some(other) = instead_of else {
            let created = TransactWrite::create_if_over(key, &login, now, Conflict::EmailInUse)?;
            return Ok(vec![created]);
        };
        let update = Update::new(key)
            .set("account", login.account)
            .set("user", login.user)
            .set("verified", login.verified)
            .set("since", login.since)
            .condition("account", "=", other.account)
            .condition("user", "=", other.user)
            .condition("verified", "=", false);
        let loser = Update::new(Key::user(other.user()))
            .set("email_lost", true)
            .remove("changed_by")
            .set("revision", Revision::new(now));
        Ok(vec![
            TransactWrite::update(update, Conflict::Stale),
            TransactWrite::update(loser, Conflict::Stale),
        ])
    }

    /// Makes the address that `user` has just proven the user's login, which was found as `login`.
    ///
    /// The caller has seen to it that no other user has proven it.
    pub(super) fn prove_login(
        &self,
        user: &User,
        login: Option<&Login>,
        now: Timestamp,
    ) -> Result<Vec<TransactWrite>, StoreError> {
        let writes = match login {
            Some(login) if login.user() == user.key() => vec![self.verify_login(user)],
            login => self.take_login(user, login, now)?,
        };
        // If somebody else was quicker, the decision is made anew.
        let writes = writes.into_iter();
        Ok(writes.map(|write| write.or(Conflict::Stale)).collect())
    }

    /// Marks the login by `user`'s address, which is the user's, as proven.
    pub(super) fn verify_login(&self, user: &User) -> TransactWrite {
        let update = Update::new(Key::email(&user.email))
            .set("verified", true)
            .remove("until")
            .remove("ttl")
            .condition("account", "=", user.account)
            .condition("user", "=", user.id);
        TransactWrite::update(update, Conflict::Stale)
    }

    /// Gives up the login by `user`'s address, if the user has it.
    pub(super) fn free_login(&self, user: &User) -> Option<TransactWrite> {
        user.logs_in_by_email()
            .then(|| TransactWrite::delete(Key::email(&user.email)))
    }

    /// Writes all of the writes that take `email` as a login, or none. If another user has it whose
    /// login gives way, they are made again in that user's place.
    ///
    /// # Errors
    /// See [`Repository::transact_with_mail`].
    pub(super) async fn transact_taking_login(
        &self,
        email: &EmailAddress,
        now: Timestamp,
        mail: Option<&MailRequest<'_>>,
        writes: impl Fn(Option<&Login>) -> Result<Vec<TransactWrite>, StoreError>,
    ) -> Result<(), StoreError> {
        let in_use = match self.transact_with_mail(writes(None)?, mail).await {
            Err(error @ StoreError::Conflict(Conflict::EmailInUse)) => error,
            outcome => return outcome,
        };
        let login = self.get_login(&LoginName::Email(email.clone())).await?;
        let Some(login) = login.filter(|login| login.gives_way(now)) else {
            return Err(in_use);
        };
        // If somebody else is quicker, the decision is made anew.
        self.transact_with_mail(writes(Some(&login))?, mail).await
    }
}
