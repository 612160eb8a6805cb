//! Attempts at a password, counted by the name that was typed.

use super::Repository;
use crate::{
    StoreError,
    table::{Key, TransactWrite, Update, from_item},
};
use aws_sdk_dynamodb::types::ReturnValue;
use roster_domain::{
    ATTEMPTS_REMEMBERED, LoginAttempts, MAX_FAILED_LOGINS, NameHash, Timestamp, User, locks,
};
use std::time::Duration;

impl Repository {
    /// Records an attempt at a password for `name`, whose attempts were read as `attempts`: in one
    /// write, the same whether the password was `right` (the count ends) or wrong (it grows).
    ///
    /// Returns what is remembered of the name with this attempt, or how long the name is locked if the
    /// attempt does not count: since `attempts` was read, so many wrong passwords came in that this one is
    /// as if it had not been verified.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn record_attempt(
        &self,
        name: &NameHash,
        attempts: &LoginAttempts,
        right: bool,
        now: Timestamp,
    ) -> Result<Result<LoginAttempts, Duration>, StoreError> {
        let mut recorded = self.try_attempt(name, attempts, right, now).await?;
        if recorded
            .as_ref()
            .is_err_and(|by| by.locked_for(now).is_none())
        {
            // What was to be trimmed has been cleared since: then it is the first again.
            let none = LoginAttempts::default();
            recorded = self.try_attempt(name, &none, right, now).await?;
        }
        Ok(recorded.map_err(|by| by.locked_for(now).unwrap_or_default()))
    }

    /// One write, and what it leaves; what is there instead, if it cannot be made.
    async fn try_attempt(
        &self,
        name: &NameHash,
        attempts: &LoginAttempts,
        right: bool,
        now: Timestamp,
    ) -> Result<Result<LoginAttempts, LoginAttempts>, StoreError> {
        // Of one millisecond, any order will do.
        let random = getrandom::u64().map_err(StoreError::internal)?;
        let id = format!("{now}#{random:016x}");
        let update = if_unlocked(Update::upsert(Key::attempts(name)), now)
            .set("ttl", (now + ATTEMPTS_REMEMBERED).as_seconds());
        let update = if right {
            update.remove("failures").remove("last_failure")
        } else {
            let update = update.set("last_failure", now);
            match attempts.trimmed_with(&id) {
                // What was read is written again: only if it is still there.
                Some(failures) => update
                    .set_texts("failures", failures)
                    .if_unchanged("last_failure", attempts.last_failure),
                None => update.add_text("failures", &id),
            }
        };
        let written = self.table.update_or_read(update, ReturnValue::AllNew);
        match written.await? {
            Ok(written) => from_item(&Key::attempts(name), written).map(Ok),
            // Its own first attempt may have been written, and the response lost.
            Err(found) => Ok(match found {
                LoginAttempts { ref failures, .. } if failures.contains(&id) => Ok(found),
                found => Err(found),
            }),
        }
    }

    /// The attempts at a password for `name`. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn get_attempts(&self, name: &NameHash) -> Result<LoginAttempts, StoreError> {
        let found = self.table.get(Key::attempts(name)).await?;
        Ok(found.unwrap_or_default())
    }

    /// Ends the locks of the names that `user` logs in by: not that of an address which is the user's
    /// in the account only, and perhaps another user's login.
    pub(super) fn unlock(&self, user: &User) -> Vec<TransactWrite> {
        let email = user.logs_in_by_email().then_some(user.email.as_str());
        let username = user.username.as_ref().map(|name| name.as_str());
        let kept = user.kept_email(user.updated_at);
        let kept = kept.map(|kept| kept.email.as_str());
        let names = [email, kept, username].into_iter().flatten();
        names
            .map(|name| TransactWrite::delete(Key::attempts(&NameHash::new(name))))
            .collect()
    }
}

/// Nothing is written while the name is locked. How long that is follows from the number of
/// failures: see [`roster_domain::lock_duration`].
fn if_unlocked(mut update: Update, now: Timestamp) -> Update {
    let (failures, last) = (update.path("failures"), update.path("last_failure"));
    let fewest = update.value(MAX_FAILED_LOGINS);
    let mut conditions = vec![
        format!("attribute_not_exists({failures})"),
        format!("size({failures}) < {fewest}"),
    ];
    let mut locks = locks().peekable();
    while let Some((count, lock)) = locks.next() {
        let comparison = if locks.peek().is_some() { "=" } else { ">=" };
        let (count, end) = (update.value(count), update.value(now - lock));
        conditions.push(format!(
            "(size({failures}) {comparison} {count} AND {last} <= {end})"
        ));
    }
    update.if_any(&conditions)
}
