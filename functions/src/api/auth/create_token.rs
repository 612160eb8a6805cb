//! `POST /auth/tokens`: makes a token with a name, for a program.

use super::{API, list_tokens::TokenKind};
use crate::{
    App, Endpoint, Error, ErrorCode, Request, Response,
    api::idempotency::Repeatable,
    auth::{PASSWORD_REQUIRED, Verified, authenticate_by_password},
    http::endpoint,
    openapi::{Credentials, Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{Optional, Required, ShortText, Timestamp, Token, token_lifetime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// The function `auth-create-token`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-create-token",
    routes: ["POST /auth/tokens"],
    callers: "any user, by password",
    summary: "Make a named token",
    handler: create,
}
.accepting_only_basic_auth();

pub(in crate::api) const TOO_MANY_TOKENS: Error = Error::new(
    ErrorCode::TooManyTokens,
    "You have ten named tokens already. Revoke one of them first, with DELETE /auth/tokens/{id}.",
);

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "TokenCreate")]
struct Body {
    /// What you call it, to tell it from others.
    name: Required<ShortText>,
    /// When it stops working: in the future, and at most 3650 days away. If it is absent, it works as
    /// long as a token from a login.
    #[serde(default)]
    #[schemars(extend("examples" = ["2030-01-31T00:00:00.000Z"]))]
    expires: Optional<Timestamp>,
}

/// A token that was just made.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CreatedToken")]
struct Created<'a> {
    /// By which it is revoked. It tells nothing of the token itself.
    id: String,
    /// `named`.
    kind: TokenKind,
    /// Its name.
    name: &'a ShortText,
    /// The token, to be sent as `X-APITOKEN` or as `Authorization: Bearer`. It is shown this once: null
    /// where the response is given again.
    token: Option<String>,
    /// When it was made.
    created: Timestamp,
    /// When it stops working, if nothing stops it before.
    expires: Timestamp,
}

pub(super) fn operation() -> Operation {
    let (user, token) = (sample::user_with_tokens(), sample::named_token());
    let held = user.held_tokens(user.created_at);
    let named = held.iter().find_map(|held| Some((held, held.name?)));
    let example = named.map(|(held, name)| Created {
        id: held.hash.public_id(),
        kind: TokenKind::Named,
        name,
        token: Some(token.expose()),
        created: held.validity.issued_at,
        expires: held.validity.expires_at,
    });
    let operation = Operation::new(
        &ENDPOINT,
        "Makes a token for a program, by your password. It can do what you can, but it changes no \
         password, makes no token, and removes and closes nothing. Nothing pushes it out: it works until \
         it expires, or is revoked, or your password is changed. You can have ten; those that have \
         expired do not count.",
    )
    .credentials(Credentials::Password)
    .body::<Body>(true, json!({ "name": "nightly report" }));
    let operation = match &example {
        Some(example) => operation.responds(StatusCode::CREATED, "The token.", example),
        None => operation,
    };
    operation
        .errors([
            Error::missing("name"),
            Error::invalid(
                "expires",
                "must be in the future, and at most 3650 days away".into(),
            ),
            PASSWORD_REQUIRED,
            TOO_MANY_TOKENS,
            Error::too_many_failures(Duration::from_secs(60)),
        ])
        .idempotent()
}

async fn create(app: &App, request: &Request) -> Result<Response, Error> {
    let Verified { user, .. } = authenticate_by_password(app, request).await?;
    // A key is the caller's own, who is known by now.
    let repeatable = Repeatable::of(request, Some(user.key()))?;
    if let Some(response) = repeatable.read(app).await? {
        return Ok(response);
    }
    let body: Body = request.json()?;
    let (Required(name), now) = (body.name, app.clock.now());
    let lifetime = match body.expires.0 {
        None => app.settings.token_lifetime,
        Some(expires) => {
            token_lifetime(expires, now).map_err(|error| Error::invalid("expires", error))?
        }
    };
    let token = Token::issue(user.key(), now, lifetime).map_err(Error::internal)?;
    let after = user.add_named_token(&token, name.clone());
    let after = after.ok_or(TOO_MANY_TOKENS)?;
    let mut created = Created {
        id: token.hash.public_id(),
        kind: TokenKind::Named,
        name: &name,
        token: None,
        created: token.validity.issued_at,
        expires: token.validity.expires_at,
    };
    let keep = repeatable.keep(&Response::json(StatusCode::CREATED, &created)?, now)?;
    let save = app.repository.save(&user, after, user.id);
    save.keeping(keep.as_ref()).send().await?;
    created.token = Some(token.token.expose());
    app.observations.log_in();
    Response::json(StatusCode::CREATED, &created)
}
