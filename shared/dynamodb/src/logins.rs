use crate::{
    Holder, Refusal, Repository, StoreError, accounts::AccountChange, keys::Key, update::Update,
};
use roster_domain::{
    Account, CodeRequest, MAX_TOKENS, PasswordHash, Role, SecretHash, Timestamp, TokenValidity,
    User,
};

/// How often a login that met another one of the same user is tried again.
const RETRIES: usize = 64;

impl Repository {
    /// Records a login by password: a new token, for which the oldest makes room, and `last_login`.
    /// The user as they are then.
    ///
    /// `renewed` replaces a password hash that was made with lower parameters than today's.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the user was meanwhile removed or deactivated, or got
    /// another password than the one that was verified.
    pub async fn login_record(
        &self,
        user: &User,
        login: &NewLogin<'_>,
        renewed: Option<&PasswordHash>,
    ) -> Result<User, StoreError> {
        let mut current = user.clone();
        for _ in 0..RETRIES {
            match self.login_record_once(&current, login, renewed).await {
                Err(error) if error.is_changed() => {
                    let read = self.user_get(user.account, user.id).await?;
                    let read = read.ok_or(StoreError::Refused(Refusal::Changed))?;
                    if read.tokens.contains_key(login.token) {
                        // Only the answer was lost, and the SDK sent the write again.
                        return Ok(read);
                    }
                    current = Some(read)
                        .filter(|read| read.is_active() && read.password == user.password)
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
        login: &NewLogin<'_>,
        renewed: Option<&PasswordHash>,
    ) -> Result<User, StoreError> {
        let update = record(user, login)?
            .only_if("joined", "=", true)?
            .only_if("deactivated", "=", false)?
            .only_if_still("password", user.password.as_ref())?;
        self.send(match renewed {
            Some(renewed) => update.set("password", renewed)?,
            None => update,
        })
        .await
    }

    /// Lets an invited user join: `password` is theirs from then on, their address is verified and
    /// their login, and the code of `proof` is used up. All of it or nothing. The user as they are
    /// then.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the code was meanwhile used or replaced, or the user has joined, was
    /// changed, deactivated or removed, or the address has gone to somebody else.
    pub async fn invitation_accept(
        &self,
        user: &User,
        proof: &Proof<'_>,
        password: &PasswordHash,
        login: &NewLogin<'_>,
    ) -> Result<User, StoreError> {
        let now = login.now;
        let update = record(user, login)?
            .set("password", password)?
            .set("joined", true)?
            .set("email_verified", true)?
            .set("updated", now)?
            .remove("email_lost")
            .only_if("email", "=", &user.email)?;
        let joined = User {
            password: Some(password.clone()),
            joined: true,
            email_lost: false,
            email_verified: true,
            updated: now,
            ..recorded(user, login)
        };
        self.proven(update, user, &joined, proof, now).await?;
        Ok(joined)
    }

    /// Records a login by password with a code that was mailed to the user's address, which is
    /// verified and their login from then on; the code is used up. All of it or nothing. The user as
    /// they are then.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the code was meanwhile used or replaced, or the user was removed or
    /// deactivated, or has another address or password, or the address has gone to somebody else.
    pub async fn verification_confirm(
        &self,
        user: &User,
        proof: &Proof<'_>,
        login: &NewLogin<'_>,
    ) -> Result<User, StoreError> {
        let now = login.now;
        let update = record(user, login)?
            .set("email_verified", true)?
            .set("updated", now)?
            .remove("email_lost")
            .only_if("email", "=", &user.email)?
            .only_if_still("password", user.password.as_ref())?;
        let confirmed = User {
            email_lost: false,
            email_verified: true,
            updated: now,
            ..recorded(user, login)
        };
        self.proven(update, user, &confirmed, proof, now).await?;
        Ok(confirmed)
    }

    /// Sends an `update` that makes `after` of a user who was read as `before` and has proven their
    /// address, with all that follows from that: the code is used up, the address is their login,
    /// their names are unlocked, an owner's account is verified.
    async fn proven(
        &self,
        update: Update,
        before: &User,
        after: &User,
        proof: &Proof<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut more = vec![self.use_code(proof.request, now)?];
        more.extend(self.prove_login(after, proof.holder, now)?);
        more.extend(self.unlock(after)?);
        let change = AccountChange {
            active_owner: (before.is_active_owner(), after.is_active_owner()),
            verified: after.role == Role::Owner && !proof.account.verified,
            ..AccountChange::default()
        };
        self.change_standing_and(update, before, change, more, None)
            .await
    }
}

/// A code that was mailed to somebody and came back, with what was read of their address.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The request that the code answers.
    pub request: &'a CodeRequest,
    /// Whose login the address is, if anyone's.
    pub holder: Option<&'a Holder>,
    /// The user's account.
    pub account: &'a Account,
}

/// A login with a password, and the token that it gets.
#[derive(Clone, Copy, Debug)]
pub struct NewLogin<'a> {
    /// What is stored of the token.
    pub token: &'a SecretHash,
    /// When it stops working.
    pub expires: Timestamp,
    /// When the login is.
    pub now: Timestamp,
}

/// What every login with a password writes: a new token, for which the oldest makes room, and when it
/// was.
fn record(user: &User, login: &NewLogin<'_>) -> Result<Update, StoreError> {
    let NewLogin {
        token,
        expires,
        now,
    } = *login;
    let validity = TokenValidity {
        issued: now,
        expires,
    };
    let oldest = user.oldest_token().map(SecretHash::as_str);
    let update = Update::existing(Key::user(user.account, user.id))
        .set(&format!("tokens.{}", token.as_str()), validity)?
        .set("last_login", now)?
        .set("activity", now.to_the_hour())?
        .only_if_room("tokens", MAX_TOKENS, oldest)?;
    Ok(match oldest {
        Some(oldest) => update.remove(&format!("tokens.{oldest}")),
        None => update,
    })
}

/// `user` after what [`record`] writes.
fn recorded(user: &User, login: &NewLogin<'_>) -> User {
    let mut user = user.clone();
    if let Some(oldest) = user.oldest_token().cloned() {
        user.tokens.remove(&oldest);
    }
    let validity = TokenValidity {
        issued: login.now,
        expires: login.expires,
    };
    user.tokens.insert(login.token.clone(), validity);
    user.last_login = Some(login.now);
    user.activity = Some(login.now.to_the_hour());
    user
}
