//! The credential of a request. A token is one thing to all APIs; a password is taken by two of them.

use super::{
    activity::record_user_activity,
    passwords::{Verified, authenticate_password},
};
use crate::{App, Error, ErrorCode, Request};
use base64::{Engine, engine::general_purpose::STANDARD};
use roster_domain::{Token, User};
use roster_dynamodb::{Found, LoginName, Reads};

/// A user whose token works.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The user, as read to check the token.
    pub(crate) user: User,
    /// The token that was presented.
    pub(crate) token: Token,
}

impl Caller {
    /// A token with a name is for a program: it changes no credential, and removes and closes nothing.
    ///
    /// # Errors
    /// [`NAMED_TOKEN`].
    pub(crate) fn require_login_token(&self) -> Result<(), Error> {
        require_login_token(&self.user, &self.token)
    }
}

/// See [`Caller::require_login_token`].
///
/// # Errors
/// [`NAMED_TOKEN`].
pub(crate) fn require_login_token(user: &User, token: &Token) -> Result<(), Error> {
    match user.is_named_token(&token.hash()) {
        true => Err(NAMED_TOKEN),
        false => Ok(()),
    }
}

pub(crate) const NAMED_TOKEN: Error =
    Error::forbidden("A named token cannot do this. Log in with POST /user/login.");

/// A token came where only a password will do.
pub(crate) const PASSWORD_REQUIRED: Error = Error::new(
    ErrorCode::AuthRequired,
    "This takes your password. Send it with your username or email address, as Authorization: Basic.",
);

/// What a request presents in `Authorization` or `X-APITOKEN`.
pub(crate) enum Credential {
    /// A token, whose checksum is right.
    Token(Token),
    /// A username or email address, and a password.
    Basic(BasicAuth),
}

/// What `Authorization: Basic` carries (RFC 7617).
pub(crate) struct BasicAuth {
    pub(crate) name: String,
    pub(crate) password: String,
}

impl Credential {
    /// Reads the credential, of any scheme. Costs the store nothing.
    ///
    /// # Errors
    /// [`Error::UNAUTHENTICATED`] if there is none, or none that could ever work.
    pub(crate) fn of(request: &Request) -> Result<Self, Error> {
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
                BasicAuth::parse(rest.trim())
                    .map(Self::Basic)
                    .ok_or(Error::UNAUTHENTICATED)
            }
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => {
                Ok(Self::Token(parse_token(rest)?))
            }
            _ => Ok(Self::Token(parse_token(authorization)?)),
        }
    }
}

fn parse_token(text: &str) -> Result<Token, Error> {
    text.trim().parse().map_err(|_| Error::UNAUTHENTICATED)
}

impl BasicAuth {
    fn parse(encoded: &str) -> Option<Self> {
        let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (name, password) = decoded.split_once(':')?;
        Some(Self {
            name: name.to_owned(),
            password: password.to_owned(),
        })
    }

    /// The name as one that a user could have. An @ is in every address and in no username.
    pub(crate) fn login_name(&self) -> Option<LoginName> {
        if self.name.contains('@') {
            self.name.parse().ok().map(LoginName::Email)
        } else {
            self.name.parse().ok().map(LoginName::Username)
        }
    }
}

/// The token that a request presents. Costs the store nothing.
///
/// # Errors
/// [`Error::UNAUTHENTICATED`] if there is none, or none that could ever work.
pub(crate) fn presented_token(request: &Request) -> Result<Token, Error> {
    match Credential::of(request)? {
        Credential::Token(token) => Ok(token),
        Credential::Basic(_) => Err(Error::UNAUTHENTICATED),
    }
}

/// The caller, by token: one strongly consistent read, of the user whom the token names.
///
/// # Errors
/// [`Error::UNAUTHENTICATED`]; an unavailable store.
pub(crate) async fn authenticate(app: &App, request: &Request) -> Result<Caller, Error> {
    let (caller, _) =
        authenticate_and_read(app, presented_token(request)?, Reads::default()).await?;
    Ok(caller)
}

/// The caller, by token, and then whatever else of the account is known by its key: two reads.
/// Nothing of an account is read for an unauthenticated caller. The caller's own row must not be among
/// `reads`.
///
/// # Errors
/// See [`authenticate`].
pub(crate) async fn authenticate_and_read(
    app: &App,
    token: Token,
    reads: Reads,
) -> Result<(Caller, Found), Error> {
    let user = app.repository.get_user(token.user()).await?;
    let now = app.clock.now();
    let hash = token.hash();
    let user = user.filter(|user| user.holds(&hash, now));
    let user = user.ok_or(Error::UNAUTHENTICATED)?;
    app.observations.set_caller(&user, Some(&hash));
    let found = app.repository.read(reads).await?;
    let user = record_user_activity(app, user, Some(&hash), now).await;
    Ok((Caller { user, token }, found))
}

/// The caller, by token or by password.
///
/// # Errors
/// See [`authenticate`] and [`authenticate_password`].
pub(crate) async fn authenticate_any(app: &App, request: &Request) -> Result<User, Error> {
    match Credential::of(request)? {
        Credential::Token(token) => {
            let (caller, _) = authenticate_and_read(app, token, Reads::default()).await?;
            Ok(caller.user)
        }
        Credential::Basic(basic) => {
            let user = authenticate_password(app, &basic).await?.user;
            Ok(record_user_activity(app, user, None, app.clock.now()).await)
        }
    }
}

/// The caller, by password: no token stands for them.
///
/// # Errors
/// [`PASSWORD_REQUIRED`] for a token; see [`authenticate_password`].
pub(crate) async fn authenticate_by_password(
    app: &App,
    request: &Request,
) -> Result<Verified, Error> {
    match Credential::of(request)? {
        Credential::Basic(basic) => authenticate_password(app, &basic).await,
        Credential::Token(_) => Err(PASSWORD_REQUIRED),
    }
}
