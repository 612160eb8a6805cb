//! `POST /user/login`: logs in with a password for a new token, shows a token's user, registers, or
//! uses the code of an invitation or a verification.

use super::{API, UserRecord, login_with_code};
use crate::{
    App, Endpoint, Error, Request, Response, SignUp,
    api::{account_record::AccountRecord, idempotency::Repeatable},
    auth::{
        BasicAuth, Credential, Verified, authenticate_password, caller_and_account,
        record_account_activity, register, require_sign_up_open,
    },
    http::{endpoint, parse},
    openapi::{Credentials, Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{
    Account, Code, EmailAddress, IssuedToken, Optional, Timestamp, Token, User, UserKey,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// The function `directory-login`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "directory-login",
    routes: ["POST /user/login"],
    callers: "anybody",
    summary: "Log in",
    handler: login,
}
.accepting_basic_auth();

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "LoginRequest")]
struct Body {
    /// With a password: the code of an invitation or a verification, from the mail.
    #[schemars(extend("examples" = [login_with_code::EXAMPLE]))]
    invite: Optional<Code>,
    /// With a password: makes an account, with this person as its owner; or, with an invitation,
    /// joins its account.
    register: bool,
}

/// The user who is logged in, and the account.
#[derive(Serialize, JsonSchema)]
struct Login<'a> {
    /// The account.
    account: AccountRecord<'a>,
    /// The user.
    user: UserRecord<'a>,
    // The document's response has no token; without one a login would be of no use.
    /// A new token; null where the request came with one.
    token: Option<NewToken>,
}

/// A token that was just made. It is shown this once.
#[derive(Serialize, JsonSchema)]
struct NewToken {
    /// To be sent as `X-APITOKEN`, or as `Authorization: Bearer`.
    token: String,
    /// When it stops working, if nothing stops it before.
    expires: Timestamp,
}

impl From<IssuedToken> for NewToken {
    fn from(issued: IssuedToken) -> Self {
        Self {
            token: issued.token.expose(),
            expires: issued.validity.expires_at,
        }
    }
}

pub(super) fn operation() -> Operation {
    let (user, account) = (sample::user(), sample::account());
    Operation::new(&ENDPOINT, "With a username (or email address) and a password in `Authorization: Basic`: a new token, \
         with the account and the user. With `register` and an email address that is not known yet: \
         makes an account first. With the code of an invitation as `invite`, `register`, and the \
         email address that it was mailed to: joins the account, with that password. With the code \
         of a verification: confirms the email address. With a token: the same records, and no new \
         token.",
    )
    .credentials(Credentials::TokenOrPassword)
    .body::<Body>(false, json!({ "register": false }))
    .responds(
        StatusCode::OK,
        "The account, the user and, for a password, a new token.",
        &Login {
            account: AccountRecord::from(&account),
            user: UserRecord::of(&user, &account),
            token: Some(NewToken {
                token: sample::token().expose(),
                expires: user.created_at + Duration::from_secs(90 * 24 * 60 * 60),
            }),
        },
    )
    .errors(parse::<EmailAddress>("email", "ada").err())
    .errors([
        Error::invalid("password", "must be at least 8 characters".into()),
        Error::email_in_use(),
        Error::too_many_failures(Duration::from_secs(60)),
    ])
    .errors(login_with_code::errors())
    .errors(require_sign_up_open(SignUp::Closed).err())
    .idempotent()
}

/// The user who is logged in, the account, and the token that was made, if one was.
pub(super) type LoggedIn = (Account, User, Option<IssuedToken>);

async fn login(app: &App, request: &Request) -> Result<Response, Error> {
    let credential = Credential::of(request)?;
    let body = match request.json_or_empty::<Body>() {
        Err(error) if error.field.as_deref() == Some("invite") => Err(login_with_code::unknown()),
        body => Ok(body?),
    };
    let (account, user, token) = match credential {
        Credential::Token(token) => {
            let logged_in = with_token(app, token).await?;
            // With a token a code and a key do nothing, but invalid ones are refused wherever they come.
            body?;
            Repeatable::of(request, None)?;
            logged_in
        }
        Credential::Basic(basic) => {
            let body = body?;
            let repeatable = Repeatable::of(request, None)?;
            // Who only logs in gets a new token each time.
            let repeatable = match body.register {
                true => repeatable,
                false => Repeatable::NONE,
            };
            if let Some(response) = repeatable.read(app).await? {
                return Ok(response);
            }
            match body {
                Body {
                    invite: Optional(Some(code)),
                    register,
                } => login_with_code::login(app, &basic, (&code, register), &repeatable).await?,
                Body { register: true, .. } => with_registration(app, basic, &repeatable).await?,
                Body { .. } => with_password(app, &basic).await?,
            }
        }
    };
    if token.is_some() {
        app.observations.log_in();
    }
    response(&account, &user, token)
}

/// Without a token, it is the response as it is kept to be given again.
pub(super) fn response(
    account: &Account,
    user: &User,
    token: Option<IssuedToken>,
) -> Result<Response, Error> {
    Response::ok(&Login {
        account: AccountRecord::from(account),
        user: UserRecord::of(user, account),
        token: token.map(NewToken::from),
    })
}

/// The same records, and no new token.
async fn with_token(app: &App, token: Token) -> Result<LoggedIn, Error> {
    let (user, account) = caller_and_account(app, token).await?;
    Ok((account, user, None))
}

async fn with_password(app: &App, basic: &BasicAuth) -> Result<LoggedIn, Error> {
    let now = app.clock.now();
    let Verified { user, account } = authenticate_password(app, basic).await?;
    let token = issue_token(app, user.key(), now)?;
    let user = app.repository.record_login(&user, &token).await?;
    let account = record_account_activity(app, account, now).await;
    Ok((account, user, Some(token)))
}

/// Makes an account with a new user as its owner, and logs the owner in.
async fn with_registration(
    app: &App,
    basic: BasicAuth,
    repeatable: &Repeatable,
) -> Result<LoggedIn, Error> {
    require_sign_up_open(app.settings.sign_up)?;
    let email: EmailAddress = parse("email", &basic.name)?;
    let (account, owner) = register(app, email, None, basic.password)?;
    let token = issue_token(app, owner.key(), owner.created_at)?;
    let owner = owner.log_in(&token);
    let keep = repeatable.keep(&response(&account, &owner, None)?, owner.created_at)?;
    let create = app
        .repository
        .create_account(&account, &owner, keep.as_ref());
    create.await?;
    app.observations.set_caller(&owner, None);
    Ok((account, owner, Some(token)))
}

/// # Errors
/// [`Error::internal`] when the operating system has no randomness to give.
pub(super) fn issue_token(app: &App, user: UserKey, now: Timestamp) -> Result<IssuedToken, Error> {
    Token::issue(user, now, app.settings.token_lifetime).map_err(Error::internal)
}
