use super::{Repository, save::difference};
use crate::{
    Conflict, StoreError,
    table::{Key, Update},
};
use roster_domain::{IssuedToken, PasswordHash, User};

/// How often a login that met another one of the same user is tried again.
const RETRIES: usize = 64;

impl Repository {
    /// Records a login by password: the new token, for which the oldest makes room, and the time.
    /// Returns the user as they are then. Logins at the same time all count, whatever else of the user
    /// is changed meanwhile.
    ///
    /// `renewed` replaces a password hash that was made with lower parameters than today's.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if the user was meanwhile removed or deactivated, or got another password
    /// than the one that was verified.
    pub async fn record_login(
        &self,
        user: &User,
        token: &IssuedToken,
        renewed: Option<PasswordHash>,
    ) -> Result<User, StoreError> {
        const STALE: StoreError = StoreError::Conflict(Conflict::Stale);
        let mut current = user.clone();
        for _ in 0..RETRIES {
            match self.try_login(&current, token, renewed.clone()).await {
                Err(error) if error.is_stale() => {
                    let read = self.get_user(user.key()).await?.ok_or(STALE)?;
                    if read.tokens.contains_key(&token.hash) {
                        // Only the response was lost, and the SDK sent the write again.
                        return Ok(read);
                    }
                    current = Some(read)
                        .filter(|read| read.is_active() && read.password == user.password)
                        .ok_or(STALE)?;
                }
                outcome => return outcome,
            }
        }
        Err(StoreError::Unavailable(
            "too many logins of one user at once".into(),
        ))
    }

    async fn try_login(
        &self,
        user: &User,
        token: &IssuedToken,
        renewed: Option<PasswordHash>,
    ) -> Result<User, StoreError> {
        let mut after = user.log_in(token);
        after.password = renewed.or(after.password);
        let update = Update::new(Key::user(user.key()))
            .condition("joined", "=", true)
            .condition("deactivated", "=", false)
            .if_unchanged("password", user.password.as_ref());
        let update = difference(update, user, &after)?;
        self.table.update_and_read(update).await
    }
}
