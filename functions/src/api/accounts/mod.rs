//! Account resources, by username: `/rest/users…`.

pub mod create;
pub mod get;
pub mod update;

use crate::{
    Api, Error, Request, Response,
    http::ErrorBody,
    openapi::{Credentials, Documentation, Operation, schema_of},
};
use lambda_http::http::StatusCode;
use roster_domain::{EmailAddress, Timestamp, User, Username};
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// The accounts API.
pub static API: Api = Api {
    name: "Accounts",
    is_documented: true,
    error_body,
};

pub(super) fn documentation() -> Documentation {
    Documentation {
        api: &API,
        description: "Account resources, by username.",
        error_schema: schema_of::<AccountsError>,
        operations: vec![create::operation(), get::operation(), update::operation()],
    }
}

/// What the operations on one's own resource have in common.
fn of_oneself(operation: Operation) -> Operation {
    operation
        .path_parameter::<Username>("username", "Your own username, in any case.", "ada")
        .credentials(Credentials::TokenOrPassword)
        .errors([NOT_OWN, Error::too_many_failures(Duration::from_secs(60))])
}

/// A success as this API says it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccountEnvelope")]
struct Envelope<'a> {
    /// Always 1.
    #[schemars(extend("const" = 1))]
    status: u8,
    /// The user.
    content: Content<'a>,
}

/// A user as this API shows one.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccountResource")]
struct Content<'a> {
    /// Usage of all application keys.
    allusage: f64,
    /// When the user was created.
    created: Timestamp,
    /// Email address, unique in the account.
    email: &'a EmailAddress,
    /// When the user last logged in with a password.
    lastlogin: Option<Timestamp>,
    /// The plan: there is one, `free`.
    #[schemars(extend("enum" = ["free"]))]
    role: &'static str,
    /// Whether the email address is `verified` or `unverified`.
    #[schemars(extend("enum" = ["verified", "unverified"]))]
    status: &'static str,
    /// How it is paid: there is one way, `invoice`.
    #[schemars(extend("enum" = ["invoice"]))]
    #[serde(rename = "type")]
    kind: &'static str,
    /// When someone last changed the user.
    update: Timestamp,
    /// Username; null if the user came by invitation.
    username: Option<&'a Username>,
}

impl<'a> From<&'a User> for Envelope<'a> {
    fn from(user: &'a User) -> Self {
        let content = Content {
            allusage: user.usage,
            created: user.created_at,
            email: &user.email,
            lastlogin: user.last_login_at,
            role: "free",
            status: match user.email_verified {
                true => "verified",
                false => "unverified",
            },
            kind: "invoice",
            update: user.updated_at,
            username: user.username.as_ref(),
        };
        Self { status: 1, content }
    }
}

fn envelope(status: StatusCode, user: &User) -> Result<Response, Error> {
    Response::json(status, &Envelope::from(user))
}

const NOT_OWN: Error =
    Error::forbidden("The username in the path is not yours. Put your own there.");

/// The username in the path, in any case, must be the caller's own.
fn require_own(user: &User, request: &Request) -> Result<(), Error> {
    let named = request.path_parameter("username").parse::<Username>().ok();
    match user.username.as_ref().zip(named) {
        Some((own, named)) if own.matches(&named) => Ok(()),
        _ => Err(NOT_OWN),
    }
}

/// An error as this API says it.
#[derive(Serialize, JsonSchema)]
struct AccountsError<'a> {
    /// Always 0.
    #[schemars(extend("const" = 0))]
    status: u8,
    /// One sentence that says what to do next.
    message: &'a str,
}

fn error_body(error: &Error) -> ErrorBody {
    ErrorBody::json(&AccountsError {
        status: 0,
        message: &error.detail,
    })
}
