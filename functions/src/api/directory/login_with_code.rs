//! Logging in with the code of a mail: an invited user joins, any other user confirms the address.

use super::login::{LoggedIn, issue_token, response};
use crate::{
    App, Error, ErrorCode,
    api::idempotency::Repeatable,
    auth::{
        BasicAuth, CODE_EXPIRED, CODE_USED, hash_password, is_password_of, open_account,
        record_account_activity, record_attempt, renew_password, verify_code,
    },
};
use roster_domain::{
    Account, Challenge, Code, CodePurpose, EmailAddress, IssuedToken, NameHash, Timestamp, User,
};
use roster_dynamodb::{Login, Proof, Reads};

/// A code as a mail carries one.
pub(super) const EXAMPLE: &str = "rsi_AaH_Q90AcoyOrzC4q8VNAAGh_0PouHe1qXl4WgpfWxg3JQzhCpGSn4s_hlf4p1aHAOObDvmP94Km58O3engFpC13Y_s";

/// What can be wrong with a code, for the OpenAPI document.
pub(super) fn errors() -> [Error; 4] {
    [login_elsewhere(), unknown(), CODE_USED, CODE_EXPIRED]
}

/// The code itself names the user and the challenge that it answers: both are one read.
///
/// # Errors
/// [`unknown`] for a code that was never mailed to this address; an invalid password; an invited user
/// without `register`; [`CODE_USED`], [`CODE_EXPIRED`]; [`login_elsewhere`];
/// [`Error::UNAUTHENTICATED`] for a wrong password, a deactivated user and a closed account;
/// [`Error::too_many_failures`] after too many wrong passwords, but not for the right one.
pub(super) async fn login(
    app: &App,
    basic: &BasicAuth,
    (code, register): (&Code, bool),
    repeatable: &Repeatable,
) -> Result<LoggedIn, Error> {
    let now = app.clock.now();
    if ![CodePurpose::Invitation, CodePurpose::Verification].contains(&code.purpose()) {
        return Err(unknown());
    }
    let id = code.user();
    let mut reads = Reads::default();
    let (user, account) = (reads.user(id), reads.account(id.account));
    let challenge = reads.challenge(code.purpose(), id);
    let owner = basic.login_name().map(|name| reads.login(&name));
    let mut found = app.repository.read(reads).await?;
    let user = found.take(user)?.zip(found.take(challenge)?);
    let (user, challenge) = user.ok_or_else(unknown)?;
    require_address(basic, &user, &challenge)?;
    require_valid(code, &user, &challenge, now)?;
    let login = CodeLogin {
        app,
        basic,
        account: open_account(id.account, found.take(account)?)?,
        challenge,
        owner: found.take_if(owner)?.filter(|login| login.is_kept(now)),
        token: issue_token(app, id, now)?,
        repeatable,
    };
    let user = if user.status.has_joined() {
        login.confirm(user).await?
    } else if register {
        login.accept(user).await?
    } else {
        let must = "must be true: the invitation is accepted with the password sent";
        return Err(Error::invalid("register", must.into()));
    };
    app.observations.set_caller(&user, None);
    let account = record_account_activity(app, login.account, now).await;
    Ok((account, user, Some(login.token)))
}

/// A login with a code that is the right one. No lock keeps it out: whoever has the code reads the
/// mails of the address, which no stranger's guesses change.
struct CodeLogin<'a> {
    app: &'a App,
    basic: &'a BasicAuth,
    account: Account,
    challenge: Challenge,
    /// The login by the address, if there is one.
    owner: Option<Login>,
    token: IssuedToken,
    repeatable: &'a Repeatable,
}

impl CodeLogin<'_> {
    /// An invited user joins, with a password of their choice.
    async fn accept(&self, user: User) -> Result<User, Error> {
        if user.status.is_deactivated() {
            return Err(Error::UNAUTHENTICATED);
        }
        self.require_login(&user)?;
        let password = self.basic.password.to_owned();
        let password = hash_password("password", password, &user.email, user.username.as_ref())?;
        let joined = user.accept(password, &self.token);
        self.save(&user, joined).await
    }

    /// A user who has a password confirms the address by logging in with it.
    async fn confirm(&self, user: User) -> Result<User, Error> {
        let repository = &self.app.repository;
        if !is_password_of(Some(&user), Some(&self.account), &self.basic.password) {
            let name = NameHash::new(&self.basic.name);
            let attempts = repository.get_attempts(&name).await?;
            repository.record_wrong_password(&self.challenge).await?;
            record_attempt(self.app, &name, &attempts, false).await?;
            return Err(Error::UNAUTHENTICATED);
        }
        self.require_login(&user)?;
        let user = renew_password(self.app, user, &self.basic.password).await?;
        let confirmed = user.verify(&self.token);
        self.save(&user, confirmed).await
    }

    async fn save(&self, before: &User, after: User) -> Result<User, Error> {
        let proof = Proof {
            challenge: &self.challenge,
            login: self.owner.as_ref(),
        };
        let now = after.updated_at;
        let keep = self
            .repeatable
            .keep(&response(&self.account, &after, None)?, now)?;
        let save = self.app.repository.save(before, after, before.id);
        let save = save.proven_by(proof);
        Ok(save.keeping(keep.as_ref()).send().await?)
    }

    /// An address that another user has proven stays that user's login.
    fn require_login(&self, user: &User) -> Result<(), Error> {
        match self.owner {
            Some(owner) if owner.verified && owner.user() != user.key() => Err(login_elsewhere()),
            _ => Ok(()),
        }
    }
}

/// The code was mailed to the address that the caller logs in with.
///
/// # Errors
/// [`unknown`].
fn require_address(basic: &BasicAuth, user: &User, challenge: &Challenge) -> Result<(), Error> {
    let email: EmailAddress = basic.name.parse().map_err(|_| unknown())?;
    match email.matches(&user.email) && email.matches(&challenge.email) {
        true => Ok(()),
        false => Err(unknown()),
    }
}

/// # Errors
/// [`unknown`], [`CODE_USED`], [`CODE_EXPIRED`].
fn require_valid(
    code: &Code,
    user: &User,
    challenge: &Challenge,
    now: Timestamp,
) -> Result<(), Error> {
    let joined = user.status.has_joined();
    let is_invitation = code.purpose() == CodePurpose::Invitation;
    // A user who has yet to join has nothing but an invitation to answer.
    if !joined && !is_invitation {
        return Err(unknown());
    }
    verify_code(challenge, code, now, unknown)?;
    // The user was read after another login had used this invitation, the challenge before.
    match joined && is_invitation {
        true => Err(CODE_USED),
        false => Ok(()),
    }
}

/// One error for whatever was never mailed to this address, also for what is not even a code, so that
/// nobody learns which users there are.
pub(super) fn unknown() -> Error {
    let must = "must be a code that was mailed to this address; copy it whole from the mail";
    Error::invalid("invite", must.into())
}

/// Only a user who has proven to own the address is told.
fn login_elsewhere() -> Error {
    let detail = "You have a login with this address in another account. Ask for an invitation to \
                  another address, or leave that account first.";
    Error::new(ErrorCode::EmailInUse, detail).about("email")
}
