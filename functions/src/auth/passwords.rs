//! Passwords: choosing one, verifying one, and counting the wrong ones.

use super::credentials::BasicAuth;
use crate::{App, Error};
use roster_domain::{
    Account, AccountId, EmailAddress, LoginAttempts, NameHash, Password, PasswordHash, Timestamp,
    User, UserId, UserKey, Username,
};
use roster_dynamodb::Reads;

/// A user whose password was right, with the account.
pub(crate) struct Verified {
    pub(crate) user: User,
    pub(crate) account: Account,
}

/// The user whose password this is, with the account. An unknown name costs the same calls and the
/// same hashing as a wrong password, and gets the same responses.
///
/// # Errors
/// [`Error::UNAUTHENTICATED`]; [`Error::too_many_failures`]; an unavailable store.
pub(crate) async fn authenticate_password(app: &App, basic: &BasicAuth) -> Result<Verified, Error> {
    let name = NameHash::new(&basic.name);
    let mut reads = Reads::default();
    let attempts = reads.attempts(&name);
    let login = basic.login_name().map(|name| reads.login(&name));
    let mut found = app.repository.read(reads).await?;
    let attempts = found.take(attempts)?.unwrap_or_default();
    let now = app.clock.now();
    let login = found.take_if(login)?.filter(|login| login.is_kept(now));
    if let Some(wait) = attempts.locked_for(now) {
        return Err(Error::too_many_failures(wait));
    }
    let user = login.map_or_else(|| nobody(now), |login| login.user());
    let mut reads = Reads::default();
    let (user, account) = (reads.user(user), reads.account(user.account));
    let mut found = app.repository.read(reads).await?;
    let (user, account) = (found.take(user)?, found.take(account)?);
    let right = is_password_of(user.as_ref(), account.as_ref(), &basic.password);
    record_attempt(app, &name, &attempts, right).await?;
    match user.zip(account) {
        Some((user, account)) if right => {
            let user = renew_password(app, user, &basic.password).await?;
            app.observations.set_caller(&user, None);
            Ok(Verified { user, account })
        }
        _ => Err(Error::UNAUTHENTICATED),
    }
}

/// The user with today's kind of hash of their password, which was just right: one write, once, if
/// theirs is an imported one or has other parameters.
///
/// # Errors
/// [`Error::STALE`] if the user was changed since; an unavailable store.
pub(crate) async fn renew_password(app: &App, user: User, password: &str) -> Result<User, Error> {
    let hash = user.password.as_ref();
    if !hash.is_some_and(|hash| hash.is_renewed_by(password)) {
        return Ok(user);
    }
    let renewed = PasswordHash::renew(password);
    let renewed = renewed.map_err(|error| Error::internal(error.to_string()))?;
    Ok(app.repository.renew_password(&user, renewed).await?)
}

/// A user who does not exist, for a name that nobody has.
fn nobody(now: Timestamp) -> UserKey {
    UserKey {
        account: AccountId::new(now),
        user: UserId::new(now),
    }
}

/// Whether it is the password of a user who may log in. For a user who may not it costs the same work:
/// their right password is as wrong as any other.
pub(crate) fn is_password_of(
    user: Option<&User>,
    account: Option<&Account>,
    password: &str,
) -> bool {
    let hash = user.and_then(|user| user.password.clone());
    let matches = hash.unwrap_or_else(PasswordHash::decoy).verify(password);
    let active = user.is_some_and(User::is_active);
    let open = account.is_some_and(|account| !account.closed);
    matches && active && open
}

/// Records an attempt at a password: the caller is told nothing of it that does not count.
///
/// # Errors
/// [`Error::too_many_failures`] if others have locked the name meanwhile; an unavailable store.
pub(crate) async fn record_attempt(
    app: &App,
    name: &NameHash,
    attempts: &LoginAttempts,
    right: bool,
) -> Result<(), Error> {
    let now = app.clock.now();
    let recorded = app.repository.record_attempt(name, attempts, right, now);
    match recorded.await? {
        Ok(attempts) => {
            if !right {
                let locks = attempts.locked_for(now).is_some();
                app.observations.fail_login(locks);
            }
            Ok(())
        }
        Err(wait) => Err(Error::too_many_failures(wait)),
    }
}

/// Checks a password that was chosen, in the field of this name, and hashes it.
///
/// # Errors
/// [`Error::invalid`] if it will not do.
pub(crate) fn hash_password(
    field: &'static str,
    password: String,
    email: &EmailAddress,
    username: Option<&Username>,
) -> Result<PasswordHash, Error> {
    let hints = [email.as_str(), username.map_or("", Username::as_str)];
    let password = Password::new(password, &hints).map_err(|error| Error::invalid(field, error))?;
    PasswordHash::new(&password).map_err(|error| Error::internal(error.to_string()))
}
