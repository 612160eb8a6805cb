//! Who is calling. A token is one thing to all APIs; a password is taken by two of them.

use crate::{
    Failure, Request, Roster,
    activity::user_seen,
    decision::{Undecided, decide},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use roster_domain::{AccountId, PasswordHash, Token, User, UserId};
use roster_dynamodb::{Holder, Name, Rows, UserRow};

/// Someone whose credential works.
#[derive(Debug)]
pub(crate) struct Caller {
    /// As they were read to check the credential.
    pub(crate) user: User,
    /// What they presented, unless it was a password.
    pub(crate) token: Token,
}

/// What a request presents in `Authorization` or `X-APITOKEN`.
pub(crate) enum Credential {
    /// A token, whose checksum is right.
    Token(Token),
    /// A username or email, and a password.
    Basic(Basic),
}

/// What `Authorization: Basic` says (RFC 7617).
pub(crate) struct Basic {
    pub(crate) name: String,
    pub(crate) password: String,
}

impl Credential {
    /// Reads the credential, of any scheme. Costs the store nothing.
    ///
    /// # Errors
    /// [`Failure::Unauthenticated`] if there is none, or none that could ever work.
    pub(crate) fn of(request: &Request) -> Result<Self, Failure> {
        // Nothing adds this one by itself, as a browser or a client may do with the other.
        if let Some(token) = request
            .header("x-apitoken")
            .filter(|token| !token.is_empty())
        {
            return Ok(Self::Token(parse_token(token)?));
        }
        let authorization = request.header("authorization").unwrap_or_default().trim();
        match authorization.split_once(' ') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("basic") => {
                Basic::parse(rest.trim())
                    .map(Self::Basic)
                    .ok_or(Failure::Unauthenticated)
            }
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => {
                Ok(Self::Token(parse_token(rest)?))
            }
            _ => Ok(Self::Token(parse_token(authorization)?)),
        }
    }
}

fn parse_token(text: &str) -> Result<Token, Failure> {
    text.trim().parse().map_err(|_| Failure::Unauthenticated)
}

impl Basic {
    fn parse(encoded: &str) -> Option<Self> {
        let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (name, password) = decoded.split_once(':')?;
        Some(Self {
            name: name.to_owned(),
            password: password.to_owned(),
        })
    }

    /// The name as one that somebody could have. An @ is in every address and in no username.
    pub(crate) fn name(&self) -> Option<Name> {
        if self.name.contains('@') {
            self.name.parse().ok().map(Name::Email)
        } else {
            self.name.parse().ok().map(Name::Username)
        }
    }
}

/// The token that a request presents. Costs the store nothing.
///
/// # Errors
/// [`Failure::Unauthenticated`] if there is none, or none that could ever work.
pub(crate) fn presented_token(request: &Request) -> Result<Token, Failure> {
    match Credential::of(request)? {
        Credential::Token(token) => Ok(token),
        Credential::Basic(_) => Err(Failure::Unauthenticated),
    }
}

/// The caller, by token: one strongly consistent read, of the user whom the token names.
///
/// # Errors
/// [`Failure::Unauthenticated`]; [`Failure::Unavailable`].
pub(crate) async fn authenticate(roster: &Roster, request: &Request) -> Result<Caller, Failure> {
    by_token(roster, presented_token(request)?).await
}

/// See [`authenticate`]. Not [`by_token_with`] nobody else: a function that reads one row only would
/// link what reads several, 0.1 MB.
pub(crate) async fn by_token(roster: &Roster, token: Token) -> Result<Caller, Failure> {
    let (account, id) = (token.account(), token.user());
    let user = roster.repository.user_get(account, id).await?;
    let user = check_token(roster, &token, user)?;
    Ok(Caller::seen(roster, user, token).await)
}

/// The caller, by token, with whatever else of their account is known by its key: still one read.
/// `others` must not have the caller among them.
///
/// # Errors
/// See [`authenticate`], which tells nothing of the others to who is not authenticated.
pub(crate) async fn by_token_with<R: Rows>(
    roster: &Roster,
    token: Token,
    others: R,
) -> Result<(Caller, R::Values), Failure> {
    let rows = (UserRow(token.account(), token.user()), others);
    let mut found = roster.repository.read(&rows).await?;
    let (row, others) = rows;
    let user = check_token(roster, &token, row.take(&mut found)?)?;
    let others = others.take(&mut found)?;
    Ok((Caller::seen(roster, user, token).await, others))
}

fn check_token(roster: &Roster, token: &Token, user: Option<User>) -> Result<User, Failure> {
    let now = roster.clock.now();
    user.filter(|user| user.holds(token, now))
        .ok_or(Failure::Unauthenticated)
}

impl Caller {
    async fn seen(roster: &Roster, user: User, token: Token) -> Self {
        let user = user_seen(roster, user, roster.clock.now()).await;
        Self { user, token }
    }
}

/// The user whose password this is. An unknown name costs the same calls and the same hashing as a
/// wrong password, and gets the same answer.
///
/// # Errors
/// [`Failure::Unauthenticated`]; [`Failure::TooManyFailures`]; [`Failure::Unavailable`].
// Apart from `by_password_with` for the reason that `by_token` is from its own.
pub(crate) async fn by_password(roster: &Roster, basic: &Basic) -> Result<User, Failure> {
    let Holder { account, user: id } = holder(roster, basic).await?;
    let user = roster.repository.user_get(account, id).await?;
    check_password(roster, UserRow(account, id), user, &basic.password).await
}

/// See [`by_password`], which reads with the user what is at `others` of their account.
pub(crate) async fn by_password_with<R: Rows>(
    roster: &Roster,
    basic: &Basic,
    others: impl Fn(AccountId) -> R,
) -> Result<(User, R::Values), Failure> {
    let Holder { account, user: id } = holder(roster, basic).await?;
    let rows = (UserRow(account, id), others(account));
    let mut found = roster.repository.read(&rows).await?;
    let (row, others) = rows;
    let user = row.take(&mut found)?;
    let user = check_password(roster, row, user, &basic.password).await?;
    Ok((user, others.take(&mut found)?))
}

/// Where the user of this name is; for a name that nobody has, where nobody is.
async fn holder(roster: &Roster, basic: &Basic) -> Result<Holder, Failure> {
    let holder = match basic.name() {
        Some(name) => roster.repository.name_get(&name).await?,
        None => None,
    };
    let now = roster.clock.now();
    Ok(holder.unwrap_or_else(|| Holder {
        account: AccountId::new(now),
        user: UserId::new(now),
    }))
}

/// The user, if they were found at this row and this is their password. See [`by_password`].
///
/// # Errors
/// [`Failure::Unauthenticated`]; [`Failure::TooManyFailures`]; [`Failure::Unavailable`].
pub(crate) async fn check_password(
    roster: &Roster,
    row: UserRow,
    user: Option<User>,
    password: &str,
) -> Result<User, Failure> {
    let now = roster.clock.now();
    if let Some(wait) = user.as_ref().and_then(|user| user.locked_for(now)) {
        return Err(Failure::TooManyFailures(wait));
    }
    let hash = user.as_ref().and_then(|user| user.password.clone());
    if !hash.unwrap_or_else(PasswordHash::decoy).verify(password) {
        let UserRow(account, id) = row;
        let seen = user.map_or(0, |user| user.failed_logins);
        let now = roster.clock.now();
        let record = roster
            .repository
            .login_record_failure(account, id, seen, now);
        // Of many guesses made at once, those after the lock are told of it: also a right one is.
        return Err(match record.await? {
            Some(wait) => Failure::TooManyFailures(wait),
            None => Failure::Unauthenticated,
        });
    }
    user.filter(User::is_active).ok_or(Failure::Unauthenticated)
}

/// By token or, for the accounts API, by password.
///
/// # Errors
/// See [`by_token`] and [`by_password`].
pub(crate) async fn by_any(roster: &Roster, request: &Request) -> Result<User, Failure> {
    let basic = match Credential::of(request)? {
        Credential::Token(token) => return Ok(by_token(roster, token).await?.user),
        Credential::Basic(basic) => basic,
    };
    decide(|| by_password_alone(roster, &basic)).await
}

/// By a password that gets no token. It is looked at twice: of many guesses that are made at once, a
/// right one must not count after the wrong ones locked the user.
async fn by_password_alone(roster: &Roster, basic: &Basic) -> Result<User, Undecided> {
    let verified = by_password(roster, basic).await?;
    let repository = &roster.repository;
    let user = repository.user_get(verified.account, verified.id).await?;
    let user = user.filter(User::is_active);
    let user = user.ok_or(Failure::Unauthenticated)?;
    if user.password != verified.password {
        return Err(Undecided::Changed);
    }
    let now = roster.clock.now();
    if let Some(wait) = user.locked_for(now) {
        return Err(Failure::TooManyFailures(wait).into());
    }
    if user.failed_logins > 0 {
        repository.login_forget_failures(&user).await?;
    }
    Ok(user_seen(roster, user, now).await)
}
