//! Who is calling. A token is one thing to all APIs; a password is taken by two of them.

use crate::{Failure, Request, Roster};
use base64::{Engine, engine::general_purpose::STANDARD};
use roster_domain::{AccountId, PasswordHash, Timestamp, Token, User, UserId};
use roster_dynamodb::{Name, Refusal, StoreError};
use std::time::Duration;

/// How long an answer waits for its caller's activity to be written; the next request writes it.
const ACTIVITY_TIMEOUT: Duration = Duration::from_millis(500);

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
        if let Some(token) = request.header("x-apitoken") {
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

/// The caller, by token: one strongly consistent read, of the user whom the token names.
///
/// # Errors
/// [`Failure::Unauthenticated`]; [`Failure::Unavailable`].
pub(crate) async fn authenticate(roster: &Roster, request: &Request) -> Result<Caller, Failure> {
    by_token(roster, presented_token(request)?).await
}

/// The token that a request presents. What is asked of its account may be read side by side with
/// [`authenticate`], which says whether the token works at all. Costs the store nothing.
///
/// # Errors
/// [`Failure::Unauthenticated`] if there is none, or none that could ever work.
pub(crate) fn presented_token(request: &Request) -> Result<Token, Failure> {
    match Credential::of(request)? {
        Credential::Token(token) => Ok(token),
        Credential::Basic(_) => Err(Failure::Unauthenticated),
    }
}

/// See [`authenticate`].
pub(crate) async fn by_token(roster: &Roster, token: Token) -> Result<Caller, Failure> {
    let now = roster.clock.now();
    let user = roster
        .repository
        .user_get(token.account(), token.user())
        .await?;
    let user = user
        .filter(|user| user.holds(&token, now))
        .ok_or(Failure::Unauthenticated)?;
    Ok(Caller {
        user: seen(roster, user, now).await,
        token,
    })
}

/// The user whose password this is. An unknown name costs the same calls and the same hashing as a
/// wrong password, and gets the same answer.
///
/// # Errors
/// [`Failure::Unauthenticated`]; [`Failure::TooManyFailures`]; [`Failure::Unavailable`].
pub(crate) async fn by_password(roster: &Roster, basic: &Basic) -> Result<User, Failure> {
    let now = roster.clock.now();
    let found = match basic.name() {
        Some(name) => roster.repository.name_get(&name).await?,
        None => None,
    };
    let (account, id) = found.unwrap_or_else(|| (AccountId::new(now), UserId::new(now)));
    let user = roster.repository.user_get(account, id).await?;
    check_password(roster, (account, id), user, &basic.password).await
}

/// The user, if they were found at this key and this is their password. See [`by_password`].
///
/// # Errors
/// [`Failure::Unauthenticated`]; [`Failure::TooManyFailures`]; [`Failure::Unavailable`].
pub(crate) async fn check_password(
    roster: &Roster,
    (account, id): (AccountId, UserId),
    user: Option<User>,
    password: &str,
) -> Result<User, Failure> {
    let now = roster.clock.now();
    if let Some(wait) = user.as_ref().and_then(|user| user.locked_for(now)) {
        return Err(Failure::TooManyFailures(wait));
    }
    let hash = user.as_ref().and_then(|user| user.password.clone());
    if !hash.unwrap_or_else(PasswordHash::decoy).verify(password) {
        roster
            .repository
            .login_record_failure(account, id, now)
            .await?;
        return Err(Failure::Unauthenticated);
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
    let user = by_password(roster, &basic).await?;
    let now = roster.clock.now();
    if user.failed_logins > 0 {
        let forget = roster.repository.login_forget_failures(&user, now).await;
        forget.map_err(|error| match error {
            StoreError::Refused(_) => Failure::Unauthenticated,
            other => other.into(),
        })?;
    }
    Ok(seen(roster, user, now).await)
}

/// Notes the hour in which the user was seen. Not worth failing an answer for.
async fn seen(roster: &Roster, mut user: User, now: Timestamp) -> User {
    if !user.activity_is_due(now) {
        return user;
    }
    let hour = now.to_the_hour();
    let record = roster
        .repository
        .user_record_activity(user.account, user.id, hour);
    match tokio::time::timeout(ACTIVITY_TIMEOUT, record).await {
        // Refused: another request of the same user was quicker.
        Ok(Ok(()) | Err(StoreError::Refused(Refusal::Changed))) => user.activity = Some(hour),
        Ok(Err(error)) => tracing::warn!(%error, "activity was not recorded"),
        Err(_) => tracing::warn!("activity was not recorded: the store is slow"),
    }
    user
}
