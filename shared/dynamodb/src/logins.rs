use crate::{Refusal, Repository, StoreError, keys::Key, update::Update};
use roster_domain::{
    AccountId, CodeRequest, MAX_FAILED_LOGINS, MAX_TOKENS, PasswordHash, SecretHash, Timestamp,
    TokenValidity, User, UserId, lock_duration,
};
use std::time::Duration;

/// How often a login that met another one of the same user is tried again.
const RETRIES: usize = 64;

impl Repository {
    /// Records a login by password: a new token, for which the oldest makes room, `last_login`,
    /// and an end to any count of failures. The user as they are then.
    ///
    /// `renewed` replaces a password hash that was made with lower parameters than today's.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the user was meanwhile removed, deactivated or locked, or got
    /// another password than the one that was verified.
    pub async fn login_record(
        &self,
        user: &User,
        token: &SecretHash,
        expires: Timestamp,
        renewed: Option<&PasswordHash>,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        let mut current = user.clone();
        for _ in 0..RETRIES {
            match self
                .login_record_once(&current, token, expires, renewed, now)
                .await
            {
                Err(error) if error.is_changed() => {
                    let read = self.user_get(user.account, user.id).await?;
                    let read = read.ok_or(StoreError::Refused(Refusal::Changed))?;
                    if read.tokens.contains_key(token) {
                        // Only the answer was lost, and the SDK sent the write again.
                        return Ok(read);
                    }
                    current = Some(read)
                        .filter(|read| read.is_active() && read.password == user.password)
                        .filter(|read| read.locked_for(now).is_none())
                        .ok_or(StoreError::Refused(Refusal::Changed))?;
                }
                outcome => return outcome,
            }
        }
        Err(StoreError::Unavailable(
            "too many logins of one user at once".into(),
        ))
    }

    async fn login_record_once(
        &self,
        user: &User,
        token: &SecretHash,
        expires: Timestamp,
        renewed: Option<&PasswordHash>,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        let update = record(user, token, expires, now)?
            .only_if("joined", "=", true)?
            .only_if("deactivated", "=", false)?
            .only_if_still("password", user.password.as_ref())?;
        self.send(match renewed {
            Some(renewed) => update.set("password", renewed)?,
            None => update,
        })
        .await
    }

    /// Lets an invited user join: `password` is theirs from then on, their address is verified, and
    /// the code of `request` is used up. All of it or nothing. The user as they are then.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the code was meanwhile used or replaced, or the user has joined, was
    /// changed, deactivated or removed.
    pub async fn invitation_accept(
        &self,
        user: &User,
        request: &CodeRequest,
        password: &PasswordHash,
        token: &SecretHash,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        let update = record(user, token, expires, now)?
            .set("password", password)?
            .set("joined", true)?
            .set("email_verified", true)?
            .set("updated", now)?
            .only_if("email", "=", &user.email)?;
        let joined = User {
            password: Some(password.clone()),
            joined: true,
            email_verified: true,
            updated: now,
            ..recorded(user, token, expires, now)
        };
        let used = self.use_code(request, now)?;
        self.change_standing(update, user, &joined, vec![used])
            .await?;
        Ok(joined)
    }

    /// Records a login by password with a code that was mailed to the user's address, which is
    /// verified from then on; the code is used up. All of it or nothing. The user as they are then.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the code was meanwhile used or replaced, or the user was removed,
    /// deactivated or locked, or has another address or password.
    pub async fn verification_confirm(
        &self,
        user: &User,
        request: &CodeRequest,
        token: &SecretHash,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        let update = record(user, token, expires, now)?
            .set("email_verified", true)?
            .set("updated", now)?
            .only_if("email", "=", &user.email)?
            .only_if("joined", "=", true)?
            .only_if("deactivated", "=", false)?
            .only_if_still("password", user.password.as_ref())?;
        self.transact(vec![
            self.use_code(request, now)?,
            update.into_step(&self.table, Refusal::Changed)?,
        ])
        .await?;
        Ok(User {
            email_verified: true,
            updated: now,
            ..recorded(user, token, expires, now)
        })
    }

    /// Counts a wrong password, in the one write that also locks the user when it was one too many.
    /// How long they are locked, if others had done that while this one was verified; `seen` is the
    /// count before.
    ///
    /// A user who is not there is no error: for a name that nobody has, a login does just what it
    /// does for a wrong password.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn login_record_failure(
        &self,
        account: AccountId,
        user: UserId,
        seen: u32,
        now: Timestamp,
    ) -> Result<Option<Duration>, StoreError> {
        let count = Update::existing(Key::user(account, user))
            .add("failed_logins", 1)?
            .set("last_failed_login", now)?;
        let failures = match self.send::<User>(count).await {
            Ok(user) => user.failed_logins,
            Err(error) if error.is_changed() => return Ok(None),
            Err(error) => return Err(error),
        };
        let was_locked = failures > MAX_FAILED_LOGINS && failures > seen + 1;
        Ok(lock_duration(failures).filter(|_| was_locked))
    }

    /// Ends the count of failures after a right password that gets no token.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the user was meanwhile removed or locked.
    pub async fn login_forget_failures(&self, user: &User) -> Result<(), StoreError> {
        let update = Update::existing(Key::user(user.account, user.id));
        self.send_only(forget_failures(update, user)?).await
    }
}

/// Ends the count of failures of a user who was read as `user`, unless others have locked them
/// since: a right guess among many at once must not undo the lock that the wrong ones brought.
fn forget_failures(update: Update, user: &User) -> Result<Update, StoreError> {
    let seen = user.failed_logins;
    update
        .set("failed_logins", 0)?
        .remove("last_failed_login")
        .only_if_below_or_same("failed_logins", MAX_FAILED_LOGINS, seen)
}

/// What every login with a password writes: a new token, for which the oldest makes room, when it
/// was, and an end to any count of failures.
fn record(
    user: &User,
    token: &SecretHash,
    expires: Timestamp,
    now: Timestamp,
) -> Result<Update, StoreError> {
    let issued = now;
    let validity = TokenValidity { issued, expires };
    let oldest = user.oldest_token().map(SecretHash::as_str);
    let update = Update::existing(Key::user(user.account, user.id))
        .set(&format!("tokens.{}", token.as_str()), validity)?
        .set("last_login", now)?
        .set("activity", now.to_the_hour())?
        .only_if_room("tokens", MAX_TOKENS, oldest)?;
    let update = forget_failures(update, user)?;
    Ok(match oldest {
        Some(oldest) => update.remove(&format!("tokens.{oldest}")),
        None => update,
    })
}

/// `user` after what [`record`] writes.
fn recorded(user: &User, token: &SecretHash, expires: Timestamp, now: Timestamp) -> User {
    let mut user = user.clone();
    if let Some(oldest) = user.oldest_token().cloned() {
        user.tokens.remove(&oldest);
    }
    let issued = now;
    user.tokens
        .insert(token.clone(), TokenValidity { issued, expires });
    user.last_login = Some(now);
    user.activity = Some(now.to_the_hour());
    user.failed_logins = 0;
    user.last_failed_login = None;
    user
}
