//! Signing up, by whichever API.

use super::passwords::hash_password;
use crate::{App, Error, SignUp};
use roster_domain::{Account, EmailAddress, User, Username};

/// # Errors
/// [`Error::forbidden`] where the deployment turned registration off.
pub(crate) fn require_sign_up_open(sign_up: SignUp) -> Result<(), Error> {
    match sign_up {
        SignUp::Open => Ok(()),
        SignUp::Closed => Err(Error::forbidden(
            "Sign-up is closed. Ask for an invitation.",
        )),
    }
}

/// A new account with its owner, ready to be written.
///
/// # Errors
/// [`Error::invalid`] if the password will not do.
pub(crate) fn register(
    app: &App,
    email: EmailAddress,
    username: Option<Username>,
    password: String,
) -> Result<(Account, User), Error> {
    let now = app.clock.now();
    let hash = hash_password("password", password, &email, username.as_ref())?;
    let account = Account::open(email.clone(), now);
    let owner = User::register(account.id, email, username, hash, now);
    Ok((account, owner))
}
