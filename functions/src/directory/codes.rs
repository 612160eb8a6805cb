//! Logging in with the code of a mail: an invited user joins, anybody else confirms their address.

use super::login::{Grant, LoggedIn};
use crate::{
    Failure, Roster,
    activity::account_seen,
    authentication::{Basic, is_password_of, record_attempt},
    decision::{Undecided, decide},
    registration::hash_password,
    target::open_account,
};
use roster_domain::{
    Code, CodePurpose, CodeRefusal, CodeRequest, EmailAddress, NameHash, Timestamp, User,
};
use roster_dynamodb::{AccountRow, CodeRequestRow, Proof, Rows, UserRow};

/// # Errors
/// [`Failure::Invalid`] for what is not even a code.
pub(super) fn parse_code(text: &str) -> Result<Code, Failure> {
    text.parse().map_err(|_| unknown())
}

/// The code itself names the user and the request that it answers: both are one read.
///
/// # Errors
/// [`Failure::Invalid`] for a code that was never mailed to this address, for a password that will
/// not do, and for an invited user without `register`; [`Failure::Gone`] for a code that was used,
/// replaced, or is too old; [`Failure::Conflict`] for an address that somebody else has proven;
/// [`Failure::Unauthenticated`] for a wrong password, for who is deactivated and for a closed account;
/// [`Failure::TooManyFailures`] after too many wrong passwords, but not for the right one.
pub(super) async fn use_code(
    roster: &Roster,
    basic: &Basic,
    code: &Code,
    register: bool,
) -> Result<LoggedIn, Failure> {
    decide(|| attempt(roster, basic, code, register)).await
}

async fn attempt(
    roster: &Roster,
    basic: &Basic,
    code: &Code,
    register: bool,
) -> Result<LoggedIn, Undecided> {
    let (account, id) = (code.account(), code.user());
    let (user_row, account_row) = (UserRow(account, id), AccountRow(account));
    let request_row = CodeRequestRow(code.purpose(), account, id);
    let rows = ((user_row, account_row), (request_row, basic.name()));
    let mut found = roster.repository.read(&rows).await?;
    let ((user, account), (request, holder)) = rows.take(&mut found)?;
    let now = roster.clock.now();
    let (user, request) = user.zip(request).ok_or_else(unknown)?;
    check_code(code, &user, &request, basic, now)?;
    let account = open_account(account_row, account)?;
    let login = CodeLogin {
        roster,
        basic,
        proof: Proof {
            request: &request,
            holder: holder.as_ref(),
            account: &account,
        },
        grant: Grant::new(roster, account.id, id, now)?,
    };
    let user = if user.joined {
        login.confirm(user).await?
    } else if register {
        login.accept(user).await?
    } else {
        let must = "must be true: the invitation is accepted with the password sent";
        return Err(Failure::invalid("register", must.into()).into());
    };
    let token = login.grant.reveal();
    let account = account_seen(roster, account, now).await;
    Ok((account, user, Some(token)))
}

/// A login with a code that is the right one. No lock keeps it out: who has it reads the mails of
/// the address, which no stranger's guesses change.
struct CodeLogin<'a> {
    roster: &'a Roster,
    basic: &'a Basic,
    proof: Proof<'a>,
    grant: Grant,
}

impl CodeLogin<'_> {
    /// Somebody who was invited joins, with the password that they chose.
    async fn accept(&self, user: User) -> Result<User, Undecided> {
        if user.deactivated {
            return Err(Failure::Unauthenticated.into());
        }
        self.check_login(&user)?;
        let password = self.basic.password.to_owned();
        let password = hash_password(password, &user.email, user.username.as_ref())?;
        let repository = &self.roster.repository;
        Ok(repository
            .invitation_accept(&user, &self.proof, &password, &self.grant.login())
            .await?)
    }

    /// Somebody who has a password confirms their address by logging in with it.
    async fn confirm(&self, user: User) -> Result<User, Undecided> {
        let account = Some(self.proof.account);
        if !is_password_of(Some(&user), account, &self.basic.password) {
            let name = NameHash::new(&self.basic.name);
            let repository = &self.roster.repository;
            let seen = repository.attempts_get(&name).await?;
            record_attempt(self.roster, &name, &seen, false).await?;
            return Err(Failure::Unauthenticated.into());
        }
        self.check_login(&user)?;
        let repository = &self.roster.repository;
        Ok(repository
            .verification_confirm(&user, &self.proof, &self.grant.login())
            .await?)
    }

    /// An address that somebody else has proven stays their login.
    fn check_login(&self, user: &User) -> Result<(), Failure> {
        let other = self.proof.holder.filter(|holder| !holder.is(user));
        match other {
            Some(holder) if holder.verified => Err(LOGIN_ELSEWHERE),
            _ => Ok(()),
        }
    }
}

/// Only who has proven that it is their address is told.
pub(super) const LOGIN_ELSEWHERE: Failure = Failure::Conflict {
    field: Some("email"),
    code: "email_in_use",
    detail: "you have a login with this address in another account; ask for an invitation to \
             another address, or leave that account first",
};

/// # Errors
/// [`Failure::Invalid`], [`Failure::Gone`].
fn check_code(
    code: &Code,
    user: &User,
    request: &CodeRequest,
    basic: &Basic,
    now: Timestamp,
) -> Result<(), Failure> {
    let email: EmailAddress = basic.name.parse().map_err(|_| unknown())?;
    if !(email.matches(&user.email) && email.matches(&request.email)) {
        return Err(unknown());
    }
    // Who has yet to join has nothing but an invitation to answer.
    if !user.joined && code.purpose() != CodePurpose::Invitation {
        return Err(unknown());
    }
    request.check(code, now).map_err(refused)?;
    // The user was read after another login had used this invitation, the request before.
    if user.joined && code.purpose() == CodePurpose::Invitation {
        return Err(refused(CodeRefusal::UsedUp));
    }
    Ok(())
}

/// What the caller is told of a code that does not work.
pub(super) fn refused(refusal: CodeRefusal) -> Failure {
    match refusal {
        CodeRefusal::Unknown => unknown(),
        CodeRefusal::UsedUp => Failure::Gone {
            code: "code_used",
            detail: "this code was used, or a newer one was sent; use the newest mail",
        },
        CodeRefusal::Expired => Failure::Gone {
            code: "code_expired",
            detail: "this code has expired; ask for a new one",
        },
    }
}

/// One answer for whatever was never mailed to this address, so that nobody learns who is there.
pub(super) fn unknown() -> Failure {
    let must = "must be a code that was mailed to this address; copy it whole from the mail";
    Failure::invalid("invite", must.into())
}
