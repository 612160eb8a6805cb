//! `GET /auth/tokens`: the tokens of the caller that work.

use super::API;
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::authenticate,
    http::endpoint,
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{HeldToken, SecretHash, ShortText, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// The function `auth-list-tokens`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-list-tokens",
    routes: ["GET /auth/tokens"],
    callers: "any user",
    summary: "List your tokens",
    handler: list,
};

/// What made a token.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum TokenKind {
    /// A login.
    Login,
    /// The user, who gave it a name.
    Named,
}

/// A token, without the secret.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenRecord<'a> {
    /// By which it is revoked. It tells nothing of the token itself.
    id: String,
    /// `login`, or `named`: one that was made with `POST /auth/tokens`.
    kind: TokenKind,
    /// Its name; null for one from a login.
    #[schemars(extend("examples" = ["nightly report"]))]
    name: Option<&'a ShortText>,
    /// When it was made.
    created: Timestamp,
    /// When it stops working, if nothing stops it before.
    expires: Timestamp,
    /// When it was last used, to the hour; null if it never was.
    last_used: Option<Timestamp>,
    /// Whether this request was made with it.
    current: bool,
}

impl<'a> TokenRecord<'a> {
    pub(super) fn of(token: &HeldToken<'a>, presented: Option<&SecretHash>) -> Self {
        Self {
            id: token.hash.public_id(),
            kind: match token.name {
                None => TokenKind::Login,
                Some(_) => TokenKind::Named,
            },
            name: token.name,
            created: token.validity.issued_at,
            expires: token.validity.expires_at,
            last_used: token.last_used_at,
            current: presented == Some(token.hash),
        }
    }
}

pub(super) fn operation() -> Operation {
    let (user, token) = (sample::user_with_tokens(), sample::token());
    let held = user.held_tokens(user.created_at);
    let presented = token.hash();
    let records: Vec<_> = held
        .iter()
        .map(|held| TokenRecord::of(held, Some(&presented)))
        .collect();
    Operation::new(
        &ENDPOINT,
        "The tokens that you got by logging in and those that you made, oldest first, as far as they work.",
    )
    .responds(StatusCode::OK, "Your tokens.", &records)
}

async fn list(app: &App, request: &Request) -> Result<Response, Error> {
    let caller = authenticate(app, request).await?;
    let presented = caller.token.hash();
    let held = caller.user.held_tokens(app.clock.now());
    let records = held
        .iter()
        .map(|held| TokenRecord::of(held, Some(&presented)));
    Response::ok(&records.collect::<Vec<_>>())
}
