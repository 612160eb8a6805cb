//! Account resources, by username: `/rest/users…`.

pub mod create;
pub mod get;
pub mod update;

use crate::{Answer, Failure, Request};
use lambda_http::http::StatusCode;
use roster_domain::{EmailAddress, Timestamp, User, Username};
use serde::Serialize;

#[derive(Serialize)]
struct Envelope<'a> {
    status: u8,
    content: Content<'a>,
}

/// A user as this API shows one.
#[derive(Serialize)]
struct Content<'a> {
    allusage: f64,
    created: Timestamp,
    email: &'a EmailAddress,
    lastlogin: Option<Timestamp>,
    /// The plan: there is one.
    role: &'static str,
    status: &'static str,
    /// How it is paid: there is one way.
    #[serde(rename = "type")]
    kind: &'static str,
    update: Timestamp,
    username: Option<&'a Username>,
}

fn envelope(status: StatusCode, user: &User) -> Result<Answer, Failure> {
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
    Answer::json(status, &Envelope { status: 1, content })
}

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
        Err(Failure::Forbidden(
            "the username in the path must be your own",
        ))
    }
}
