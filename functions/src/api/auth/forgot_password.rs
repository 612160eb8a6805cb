//! `POST /auth/password/forgot`: says that the password of a name is forgotten. Whoever has the name, the
//! request does the same and gets the same response; `send-mail` finds out who it is.

use super::API;
use crate::{
    App, Endpoint, Error, Request, Response,
    http::{endpoint, parse},
    openapi::{Credentials, Operation},
};
use roster_domain::{EmailAddress, Optional, Username};
use roster_dynamodb::LoginName;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// The function `auth-forgot-password`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-forgot-password",
    routes: ["POST /auth/password/forgot"],
    callers: "anybody",
    summary: "Ask for a mail to choose a new password",
    handler: forgot,
};

#[derive(Default, Deserialize, JsonSchema)]
#[schemars(rename = "ForgottenPasswordRequest")]
#[serde(default)]
struct Body {
    /// The email address that somebody logs in with, or was invited at.
    email: Optional<EmailAddress>,
    /// Instead of it: the username. With both, the email address counts.
    #[schemars(extend("examples" = ["ada"]))]
    username: Optional<Username>,
}

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "Mails a code to choose a new password with to the address that the user verified last; somebody who \
         is invited gets the invitation again. The response is the same whether there is such a user or \
         not, and when too many mails were asked for.",
    )
    .credentials(Credentials::None)
    .body::<Body>(true, json!({ "email": "ada@example.com" }))
    .with_one_of(&["email", "username"])
    .accepts("If there is such a user, a mail is on its way.")
    .errors(parse::<EmailAddress>("email", "ada").err())
    .errors(parse::<Username>("username", "a").err())
    .errors([no_name()])
}

async fn forgot(app: &App, request: &Request) -> Result<Response, Error> {
    let body: Body = request.json()?;
    let name = match (body.email.0, body.username.0) {
        (Some(email), _) => LoginName::Email(email),
        (None, Some(username)) => LoginName::Username(username),
        (None, None) => return Err(no_name()),
    };
    let now = app.clock.now();
    app.repository.record_forgotten_password(&name, now).await?;
    Ok(Response::accepted())
}

fn no_name() -> Error {
    Error::invalid("email", "or username is required".into())
}
