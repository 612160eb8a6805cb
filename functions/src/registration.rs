//! Signing up, by whichever API.

use crate::{Failure, Roster, SignUp};
use roster_domain::{Account, EmailAddress, Password, PasswordHash, User, Username};

/// # Errors
/// [`Failure::Forbidden`] where the deployment turned registration off.
pub(crate) fn check_open(sign_up: SignUp) -> Result<(), Failure> {
    match sign_up {
        SignUp::Open => Ok(()),
        SignUp::Closed => Err(Failure::Forbidden(
            "sign-up is closed; ask for an invitation",
        )),
    }
}

/// A new account with its owner, ready to be written.
///
/// # Errors
/// [`Failure::Invalid`] if the password will not do.
pub(crate) fn prepare(
    roster: &Roster,
    email: EmailAddress,
    username: Option<Username>,
    password: String,
) -> Result<(Account, User), Failure> {
    let now = roster.clock.now();
    let hash = hash_password(password, &email, username.as_ref())?;
    let account = Account::open(email.clone(), now);
    let owner = User::register(account.id, email, username, hash, now);
    Ok((account, owner))
}

/// Checks a password that someone chose, and hashes it.
///
/// # Errors
/// [`Failure::Invalid`] if it will not do.
pub(crate) fn hash_password(
    password: String,
    email: &EmailAddress,
    username: Option<&Username>,
) -> Result<PasswordHash, Failure> {
    let hints = [email.as_str(), username.map_or("", Username::as_str)];
    let password =
        Password::new(password, &hints).map_err(|invalid| Failure::invalid("password", invalid))?;
    PasswordHash::new(&password).map_err(|error| Failure::Internal(error.to_string().into()))
}
