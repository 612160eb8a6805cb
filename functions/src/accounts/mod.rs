//! Account resources, by username: `/rest/users…`.

pub mod create;
pub mod get;
#[cfg(feature = "openapi")]
pub(crate) mod openapi;
pub mod update;

use crate::{Answer, Failure, Request};
use lambda_http::http::StatusCode;
use roster_domain::{EmailAddress, Timestamp, User, Username};
use serde::Serialize;

/// A success in the words of this API.
#[derive(Serialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "AccountEnvelope")
)]
struct Envelope<'a> {
    /// Always 1.
    #[cfg_attr(feature = "openapi", schemars(extend("const" = 1)))]
    status: u8,
    /// The user.
    content: Content<'a>,
}

/// A user as this API shows one.
#[derive(Serialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "AccountResource")
)]
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
    #[cfg_attr(feature = "openapi", schemars(extend("enum" = ["free"])))]
    role: &'static str,
    /// Whether the email address is `verified` or `unverified`.
    #[cfg_attr(feature = "openapi", schemars(extend("enum" = ["verified", "unverified"])))]
    status: &'static str,
    /// How it is paid: there is one way, `invoice`.
    #[cfg_attr(feature = "openapi", schemars(extend("enum" = ["invoice"])))]
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
            created: user.created,
            email: &user.email,
            lastlogin: user.last_login,
            role: "free",
            status: if user.email_verified {
                "verified"
            } else {
                "unverified"
            },
            kind: "invoice",
            update: user.updated,
            username: user.username.as_ref(),
        };
        Self { status: 1, content }
    }
}

fn envelope(status: StatusCode, user: &User) -> Result<Answer, Failure> {
    Answer::json(status, &Envelope::from(user))
}

const NOT_OWN: Failure = Failure::Forbidden("the username in the path must be your own");

/// The username in the path, in any case, must be the caller's own.
fn check_own(user: &User, request: &Request) -> Result<(), Failure> {
    let named = request.path_parameter("username").parse::<Username>().ok();
    let own = user.username.as_ref();
    if own
        .zip(named)
        .is_some_and(|(own, named)| own.matches(&named))
    {
        Ok(())
    } else {
        Err(NOT_OWN)
    }
}
