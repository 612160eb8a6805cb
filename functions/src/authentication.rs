//! Who is calling. A token is one thing to all APIs; a password is taken by two of them.

use crate::{Failure, Request, Roster, activity::user_seen};
use base64::{Engine, engine::general_purpose::STANDARD};
use roster_domain::{
    Account, AccountId, LoginAttempts, NameHash, PasswordHash, Timestamp, Token, User, UserId,
};
use roster_dynamodb::{AccountRow, AttemptsRow, Name, Rows, UserRow};

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

/// See [`authenticate`].
pub(crate) async fn by_token(roster: &Roster, token: Token) -> Result<Caller, Failure> {
    let user = authenticated(roster, &token).await?;
    Ok(Caller::seen(roster, user, token).await)
}

/// The caller, by token, and then whatever else of their account is known by its key: two reads.
/// Nothing of an account is read for a caller who is not authenticated.
/// `others` must not have the caller among them.
///
/// # Errors
/// See [`authenticate`].
pub(crate) async fn by_token_with<R: Rows>(
    roster: &Roster,
    token: Token,
    others: R,
) -> Result<(Caller, R::Values), Failure> {
    let user = authenticated(roster, &token).await?;
    let mut found = roster.repository.read(&others).await?;
    let others = others.take(&mut found)?;
    Ok((Caller::seen(roster, user, token).await, others))
}

async fn authenticated(roster: &Roster, token: &Token) -> Result<User, Failure> {
    let (account, id) = (token.account(), token.user());
    let user = roster.repository.user_get(account, id).await?;
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

/// A user whose password was right, with their account.
pub(crate) struct Verified {
    pub(crate) user: User,
    pub(crate) account: Account,
}

/// The user whose password this is, with their account. An unknown name costs the same calls and the
/// same hashing as a wrong password, and gets the same answers.
///
/// # Errors
/// [`Failure::Unauthenticated`]; [`Failure::TooManyFailures`]; [`Failure::Unavailable`].
pub(crate) async fn by_password(roster: &Roster, basic: &Basic) -> Result<Verified, Failure> {
    let name = NameHash::new(&basic.name);
    let rows = (AttemptsRow(name.clone()), basic.name());
    let mut found = roster.repository.read(&rows).await?;
    let (attempts, holder) = rows.take(&mut found)?;
    let attempts = attempts.unwrap_or_default();
    let now = roster.clock.now();
    if let Some(wait) = attempts.locked_for(now) {
        return Err(Failure::TooManyFailures(wait));
    }
    let rows = match holder {
        Some(holder) => (
            UserRow(holder.account, holder.user),
            AccountRow(holder.account),
        ),
        None => nobody(now),
    };
    let mut found = roster.repository.read(&rows).await?;
    let (user, account) = rows.take(&mut found)?;
    let right = is_password_of(user.as_ref(), account.as_ref(), &basic.password);
    record_attempt(roster, &name, &attempts, right).await?;
    match user.zip(account) {
        Some((user, account)) if right => Ok(Verified { user, account }),
        _ => Err(Failure::Unauthenticated),
    }
}

/// Where nobody is, for a name that nobody has.
fn nobody(now: Timestamp) -> (UserRow, AccountRow) {
    let account = AccountId::new(now);
    (UserRow(account, UserId::new(now)), AccountRow(account))
}

/// Whether it is the password of a user who may log in. Whoever may not costs the same work: their
/// right password is as wrong as any other.
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

/// Records that a password was looked at: nothing that it was found to be counts before.
///
/// # Errors
/// [`Failure::TooManyFailures`] if others have locked the name meanwhile; [`Failure::Unavailable`].
pub(crate) async fn record_attempt(
    roster: &Roster,
    name: &NameHash,
    seen: &LoginAttempts,
    right: bool,
) -> Result<(), Failure> {
    let now = roster.clock.now();
    let record = roster.repository.attempt_record(name, seen, right, now);
    match record.await? {
        None => Ok(()),
        Some(wait) => Err(Failure::TooManyFailures(wait)),
    }
}

/// By token or, for the accounts API, by password.
///
/// # Errors
/// See [`by_token`] and [`by_password`].
pub(crate) async fn by_any(roster: &Roster, request: &Request) -> Result<User, Failure> {
    match Credential::of(request)? {
        Credential::Token(token) => Ok(by_token(roster, token).await?.user),
        Credential::Basic(basic) => {
            let Verified { user, .. } = by_password(roster, &basic).await?;
            Ok(user_seen(roster, user, roster.clock.now()).await)
        }
    }
}
