use super::{
    Repository,
    save::{Logins, difference},
};
use crate::{
    Backoff, Conflict, StoreError,
    table::{Key, Update},
};
use roster_domain::{IssuedToken, PasswordHash, User};
use std::time::Duration;

/// The waits of a login that meets other logins, and changes, of the same user.
fn backoff() -> Backoff {
    Backoff::new(Duration::from_millis(2), 64).up_to(Duration::from_millis(50))
}

impl Repository {
    /// Records a login by password: the new token, for which the oldest makes room, and the time.
    /// Returns the user as they are then. Logins at the same time all count, whatever else of the user
    /// is changed meanwhile.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if the user was meanwhile removed or deactivated, or got another password
    /// than the one that was verified.
    pub async fn record_login(&self, user: &User, token: &IssuedToken) -> Result<User, StoreError> {
        const STALE: StoreError = StoreError::Conflict(Conflict::Stale);
        let mut current = user.clone();
        let mut backoff = backoff().until(self.table.deadline);
        loop {
            match self.try_login(&current, token).await {
                Err(error) if error.is_stale() => {}
                outcome => return outcome,
            }
            if !backoff.wait().await {
                let busy = "too many logins of one user at once";
                return Err(StoreError::Unavailable(busy.into()));
            }
            let read = self.get_user(user.key()).await?.ok_or(STALE)?;
            current = Some(read)
                .filter(|read| read.is_active() && read.password == user.password)
                .ok_or(STALE)?;
        }
    }

    /// Replaces the hash of a user's password by another one of the same password. That is no change of
    /// the user: the revision stays as it is.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if the user was changed or removed since.
    pub async fn renew_password(
        &self,
        user: &User,
        renewed: PasswordHash,
    ) -> Result<User, StoreError> {
        let update = Update::new(Key::user(user.key()))
            .set("password", &renewed)
            .if_unchanged("password", user.password.as_ref())
            .if_unchanged("revision", user.revision);
        let is_own = |found: &User| found.password.as_ref() == Some(&renewed);
        self.table.update_and_read(update, is_own).await
    }

    async fn try_login(&self, user: &User, token: &IssuedToken) -> Result<User, StoreError> {
        let after = user.log_in(token);
        let update = Update::new(Key::user(user.key()))
            .condition("joined", "=", true)
            .condition("deactivated", "=", false)
            .if_unchanged("password", user.password.as_ref())
            // An attempt that was given up, and arrives late, must not bring back a token that a
            // later change took away.
            .if_unchanged("revision", user.revision);
        let update = difference(update, user, &after, Logins::Last)?;
        let is_own = |found: &User| found.tokens.contains_key(&token.hash);
        self.table.update_and_read(update, is_own).await
    }
}
