//! `POST /user/login`: logs in with a password for a new token, shows a token's user, or registers.

use super::{AccountRecord, UserRecord};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::{Basic, Credential, by_password, by_token},
    concurrently::both,
    endpoint::endpoint,
    registration,
    request::parse,
};
use roster_domain::{
    Account, AccountId, EmailAddress, PasswordHash, Timestamp, Token, TokenGrant, User, UserId,
};
use roster_dynamodb::StoreError;
use serde::{Deserialize, Serialize};

/// The function `directory-login`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Directory, "directory-login", handle);

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "LoginRequest")
)]
pub(super) struct Body {
    /// With a password: makes an account, with this person as its owner.
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

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    let credential = Credential::of(request)?;
    let body: Body = request.json_or_empty()?;
    let (account, user, token) = match credential {
        Credential::Token(token) => with_token(roster, token).await?,
        Credential::Basic(basic) if body.register => register(roster, basic).await?,
        Credential::Basic(basic) => with_password(roster, &basic).await?,
    };
    Answer::ok(&Login {
        account: AccountRecord::from(&account),
        user: UserRecord::of(&user, &account),
        token,
    })
}

type LoggedIn = (Account, User, Option<NewToken>);

/// The same records, and no new token.
async fn with_token(roster: &Roster, token: Token) -> Result<LoggedIn, Failure> {
    let account = token.account();
    let (caller, account) = both(by_token(roster, token), account_of(roster, account)).await?;
    Ok((account, caller.user, None))
}

async fn with_password(roster: &Roster, basic: &Basic) -> Result<LoggedIn, Failure> {
    let now = roster.clock.now();
    let user = by_password(roster, basic).await?;
    let outdated = user
        .password
        .as_ref()
        .is_some_and(PasswordHash::is_outdated);
    let renewed = outdated
        .then(|| PasswordHash::renew(&basic.password))
        .transpose();
    let renewed = renewed.map_err(|error| Failure::Internal(error.to_string().into()))?;
    let TokenGrant { token, hash } = new_token(user.account, user.id)?;
    let expires = now + roster.settings.token_lifetime;
    let (user, account) = both(
        async {
            let login =
                roster
                    .repository
                    .login_record(&user, &hash, expires, renewed.as_ref(), now);
            login.await.map_err(no_longer)
        },
        account_of(roster, user.account),
    )
    .await?;
    let account = seen(roster, account, now).await;
    Ok((
        account,
        user,
        Some(NewToken {
            token: token.reveal(),
            expires,
        }),
    ))
}

/// Makes an account with this person as its owner, and logs them in.
async fn register(roster: &Roster, basic: Basic) -> Result<LoggedIn, Failure> {
    registration::check_open(roster.settings.sign_up)?;
    let email: EmailAddress = parse("email", &basic.name)?;
    let (account, mut owner) = registration::prepare(roster, email, None, basic.password)?;
    let TokenGrant { token, hash } = new_token(owner.account, owner.id)?;
    let expires = owner.created + roster.settings.token_lifetime;
    owner.tokens.insert(hash, expires);
    owner.last_login = Some(owner.created);
    roster.repository.account_create(&account, &owner).await?;
    Ok((
        account,
        owner,
        Some(NewToken {
            token: token.reveal(),
            expires,
        }),
    ))
}

fn new_token(account: AccountId, user: UserId) -> Result<TokenGrant, Failure> {
    Token::generate(account, user).map_err(|error| Failure::Internal(error.into()))
}

async fn account_of(roster: &Roster, account: AccountId) -> Result<Account, Failure> {
    let missing = || Failure::Internal(format!("account {account} is missing").into());
    roster
        .repository
        .account_get(account)
        .await?
        .ok_or_else(missing)
}

/// Between the password being read and the login being written, the user was removed,
/// deactivated or locked: the password does not work any more.
fn no_longer(error: StoreError) -> Failure {
    match error {
        StoreError::Refused(_) => Failure::Unauthenticated,
        other => other.into(),
    }
}

/// Notes the hour in which someone of the account was seen. Not worth failing an answer for.
async fn seen(roster: &Roster, mut account: Account, now: Timestamp) -> Account {
    let hour = now.to_the_hour();
    if account.activity.is_none_or(|activity| activity < hour) {
        match roster
            .repository
            .account_record_activity(account.id, hour)
            .await
        {
            Ok(()) | Err(StoreError::Refused(_)) => account.activity = Some(hour),
            Err(error) => tracing::warn!(%error, "the account's activity was not recorded"),
        }
    }
    account
}
