//! Attempts at a password, counted by the name that was typed.

use crate::{AttemptsRow, Repository, StoreError, keys::Key, transaction::Step, update::Update};
use roster_domain::{
    ATTEMPTS_REMEMBERED, LoginAttempts, MAX_FAILED_LOGINS, NameHash, Timestamp, User, locks,
};
use std::time::Duration;

impl Repository {
    /// Records that a password was looked at for `name`, whose attempts were read as `seen`: in one
    /// write, the same whether the password was `right` (the count ends) or wrong (it grows).
    ///
    /// `None` if it counts. How long the name is locked if it does not: since `seen` was read,
    /// others have tried so many wrong passwords that this one is as if it had not been looked at.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn attempt_record(
        &self,
        name: &NameHash,
        seen: &LoginAttempts,
        right: bool,
        now: Timestamp,
    ) -> Result<Option<Duration>, StoreError> {
        // Of one millisecond, any order will do.
        let random = getrandom::u64().map_err(StoreError::internal)?;
        let id = format!("{now}#{random:016x}");
        let update = if_unlocked(Update::any(Key::attempts(name)), now)?
            .set("ttl", (now + ATTEMPTS_REMEMBERED).as_seconds())?;
        let update = if right {
            update.remove("failures").remove("last_failure")
        } else {
            let update = update.set("last_failure", now)?;
            match seen.trimmed_with(&id) {
                Some(failures) => update.set_texts("failures", failures),
                None => update.add_text("failures", &id),
            }
        };
        let refused: Option<LoginAttempts> = self.send_or_read(update).await?;
        Ok(refused
            // Its own first try may have been written, and the answer lost.
            .filter(|attempts| !attempts.failures.contains(&id))
            .map(|attempts| attempts.locked_for(now).unwrap_or_default()))
    }

    /// The attempts at a password for `name`. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn attempts_get(&self, name: &NameHash) -> Result<LoginAttempts, StoreError> {
        let found = self.get(&AttemptsRow(name.clone())).await?;
        Ok(found.unwrap_or_default())
    }

    /// Ends the locks of all names of `user`.
    pub(crate) fn unlock(&self, user: &User) -> Result<Vec<Step>, StoreError> {
        let username = user.username.as_ref().map(|name| name.as_str());
        let names = [Some(user.email.as_str()), username].into_iter().flatten();
        names
            .map(|name| Step::delete(&self.table, Key::attempts(&NameHash::new(name))))
            .collect()
    }
}

/// Nothing is written while the name is locked. How long that is follows from the number of
/// failures: see [`roster_domain::lock_duration`].
fn if_unlocked(mut update: Update, now: Timestamp) -> Result<Update, StoreError> {
    let (failures, last) = (update.path("failures"), update.path("last_failure"));
    let fewest = update.value(MAX_FAILED_LOGINS)?;
    let mut conditions = vec![
        format!("attribute_not_exists({failures})"),
        format!("size({failures}) < {fewest}"),
    ];
    let mut locks = locks().peekable();
    while let Some((count, lock)) = locks.next() {
        let comparison = if locks.peek().is_some() { "=" } else { ">=" };
        let (count, end) = (update.value(count)?, update.value(now - lock)?);
        conditions.push(format!(
            "(size({failures}) {comparison} {count} AND {last} <= {end})"
        ));
    }
    Ok(update.only_if_one_of(&conditions))
}
