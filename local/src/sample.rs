//! A directory with a few people in it, so that there is something to see, and so that the sample
//! events under `events/` and the documents can name them.
//!
//! Their ids and tokens are always the same. They open nothing but this machine's own sample.

use roster_domain::{
    Account, EmailAddress, Invalid, Password, PasswordHash, Token, User, Username,
};
use roster_dynamodb::{Refusal, StoreError};
use roster_functions::Roster;
use std::time::Duration;

/// Someone of the sample.
#[derive(Clone, Copy, Debug)]
pub struct SamplePerson {
    /// First part of their address at `example.com`, and the username of who has one.
    pub name: &'static str,
    /// To log in with.
    pub password: &'static str,
    /// Works until it expires; every start renews it.
    pub token: &'static str,
}

/// Owner of the sample account.
pub const ADA: SamplePerson = SamplePerson {
    name: "ada",
    password: "analytical-engine-1843",
    token: "rst_AaH_Q90AcoyOrzC4q8VNAAGh_0PdAHKMjq8wutfD38UNgySX86968EovYUD7ALZeT6U5VfCV97XVuynSlGV_pAO-pck",
};

/// Owner of another account: nobody of Ada's ever sees him.
pub const LINUS: SamplePerson = SamplePerson {
    name: "linus",
    password: "just-for-fun-1991",
    token: "rst_AaH_Q90AcoyOrzC5T0mt8QGh_0PdAHKMjq8wv7CjlLQQlDdazYmaSveO3SpRgHktm4d36m92-7OTVXfvOqlD-f457pE",
};

/// So far ahead that it is never the oldest of a user's tokens, which makes room for the next.
const TOKEN_LIFETIME: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A value in this file is not what it should be.
    #[error("the sample account: {0}")]
    Invalid(#[from] Invalid),
    /// A password of the sample cannot be hashed.
    #[error("the sample account: {0}")]
    Hash(String),
    /// The store does not take it.
    #[error("the sample account: {0}")]
    Store(#[from] StoreError),
}

/// Puts the sample in, or renews the tokens of what is there of it.
///
/// # Errors
/// When the store is not to be had.
pub async fn load_sample(roster: &Roster) -> Result<(), SampleError> {
    for owner in [ADA, LINUS] {
        let user = owner.user(roster)?;
        let mut account = Account::open(user.email.clone(), user.created);
        account.id = user.account;
        match roster.repository.account_create(&account, &user).await {
            Err(StoreError::Refused(_)) => owner.renew_token(roster, &user).await?,
            outcome => outcome?,
        }
    }
    Ok(())
}

impl SamplePerson {
    fn user(self, roster: &Roster) -> Result<User, SampleError> {
        let token: Token = self.token.parse()?;
        let email: EmailAddress = format!("{}@example.com", self.name).parse()?;
        let username: Username = self.name.parse()?;
        let password = Password::new(self.password.to_owned(), &[])?;
        let hash =
            PasswordHash::new(&password).map_err(|error| SampleError::Hash(error.to_string()))?;
        let now = roster.clock.now();
        let mut user = User::register(token.account(), email, Some(username), hash, now);
        user.id = token.user();
        user.tokens.insert(token.hash(), now + TOKEN_LIFETIME);
        Ok(user)
    }

    /// In a store that was kept, the token may have expired, or its user may be gone.
    async fn renew_token(self, roster: &Roster, user: &User) -> Result<(), SampleError> {
        let Some(stored) = roster.repository.user_get(user.account, user.id).await? else {
            return Ok(());
        };
        let now = roster.clock.now();
        let expires = now + TOKEN_LIFETIME;
        for hash in user.tokens.keys() {
            match roster
                .repository
                .login_record(&stored, hash, expires, None, now)
                .await
            {
                // Deactivated or locked since: as it was left.
                Ok(_) | Err(StoreError::Refused(Refusal::Changed)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
