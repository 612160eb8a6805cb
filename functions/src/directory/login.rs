//! `POST /user/login`: logs in with a password for a new token, shows a token's user, registers, or
//! uses the code of an invitation or a verification.

use super::{
    AccountRecord, UserRecord, caller_and_account,
    codes::{parse_code, use_code},
};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    activity::account_seen,
    authentication::{Basic, Credential, Verified, by_password},
    body::not_null,
    decision::{Undecided, decide},
    endpoint::endpoint,
    registration,
    request::parse,
};
use roster_domain::{
    Account, AccountId, EmailAddress, PasswordHash, SecretHash, Timestamp, Token, TokenGrant,
    TokenValidity, User, UserId,
};
use roster_dynamodb::NewLogin;
use serde::{Deserialize, Serialize};

/// The function `directory-login`.
pub const ENDPOINT: Endpoint = Endpoint {
    takes_passwords: true,
    ..endpoint!(Api::Directory, "directory-login", handle)
};

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "LoginRequest")
)]
pub(super) struct Body {
    /// With a password: the code of an invitation or a verification, from the mail.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "roster_domain::Code", extend("examples" = [super::openapi::CODE])))]
    invite: Option<String>,
    /// With a password: makes an account, with this person as its owner; or, with an invitation,
    /// joins its account.
    #[serde(default)]
    register: bool,
}

/// Who is logged in, and in which account.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub(super) struct Login<'a> {
    /// The account.
    pub(super) account: AccountRecord<'a>,
    /// The user.
    pub(super) user: UserRecord<'a>,
    // The document's answer has no token; without one a login would be of no use.
    /// A new token; null where the request came with one.
    pub(super) token: Option<NewToken>,
}

/// A token that was just made. It is shown this once.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub(super) struct NewToken {
    /// To be sent as `X-APITOKEN`, or as `Authorization: Bearer`.
    pub(super) token: String,
    /// When it stops working, if nothing stops it before.
    pub(super) expires: Timestamp,
}

/// A token that is about to be stored.
pub(super) struct Grant {
    token: Token,
    hash: SecretHash,
    expires: Timestamp,
    now: Timestamp,
}

impl Grant {
    /// # Errors
    /// [`Failure::Internal`] when the operating system has no randomness to give.
    pub(super) fn new(
        roster: &Roster,
        account: AccountId,
        user: UserId,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let grant = Token::generate(account, user);
        let TokenGrant { token, hash } = grant.map_err(|error| Failure::Internal(error.into()))?;
        Ok(Self {
            token,
            hash,
            expires: now + roster.settings.token_lifetime,
            now,
        })
    }

    /// As it is stored.
    pub(super) fn login(&self) -> NewLogin<'_> {
        NewLogin {
            token: &self.hash,
            expires: self.expires,
            now: self.now,
        }
    }

    /// As the caller is told of it, once.
    pub(super) fn reveal(&self) -> NewToken {
        NewToken {
            token: self.token.reveal(),
            expires: self.expires,
        }
    }
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    let credential = Credential::of(request)?;
    let body: Body = request.json_or_empty()?;
    let code = body.invite.as_deref().map(parse_code).transpose();
    let (account, user, token) = match credential {
        Credential::Token(token) => {
            let logged_in = with_token(roster, token).await?;
            // It does nothing here, but what is no code is refused wherever it comes.
            code?;
            logged_in
        }
        Credential::Basic(basic) => match code? {
            Some(code) => use_code(roster, &basic, &code, body.register).await?,
            None if body.register => register(roster, basic).await?,
            None => decide(|| with_password(roster, &basic)).await?,
        },
    };
    Answer::ok(&Login {
        account: AccountRecord::from(&account),
        user: UserRecord::of(&user, &account),
        token,
    })
}

pub(super) type LoggedIn = (Account, User, Option<NewToken>);

/// The same records, and no new token.
async fn with_token(roster: &Roster, token: Token) -> Result<LoggedIn, Failure> {
    let (caller, account) = caller_and_account(roster, token).await?;
    Ok((account, caller.user, None))
}

async fn with_password(roster: &Roster, basic: &Basic) -> Result<LoggedIn, Undecided> {
    let now = roster.clock.now();
    let Verified { user, account } = by_password(roster, basic).await?;
    let outdated = user
        .password
        .as_ref()
        .is_some_and(PasswordHash::is_outdated);
    let renewed = outdated
        .then(|| PasswordHash::renew(&basic.password))
        .transpose();
    let renewed = renewed.map_err(|error| Failure::Internal(error.to_string().into()))?;
    let grant = Grant::new(roster, user.account, user.id, now)?;
    let repository = &roster.repository;
    let user = repository
        .login_record(&user, &grant.login(), renewed.as_ref())
        .await?;
    let account = account_seen(roster, account, now).await;
    Ok((account, user, Some(grant.reveal())))
}

/// Makes an account with this person as its owner, and logs them in.
async fn register(roster: &Roster, basic: Basic) -> Result<LoggedIn, Failure> {
    registration::check_open(roster.settings.sign_up)?;
    let email: EmailAddress = parse("email", &basic.name)?;
    let (account, mut owner) = registration::prepare(roster, email, None, basic.password)?;
    let grant = Grant::new(roster, owner.account, owner.id, owner.created)?;
    let validity = TokenValidity {
        issued: owner.created,
        expires: grant.expires,
    };
    owner.tokens.insert(grant.hash.clone(), validity);
    owner.last_login = Some(owner.created);
    roster.repository.account_create(&account, &owner).await?;
    Ok((account, owner, Some(grant.reveal())))
}
