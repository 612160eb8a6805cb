//! `POST /rest/users`: signs up. Makes an account with the new user as its owner.

use super::{API, Envelope, envelope};
use crate::{
    App, Endpoint, Error, Request, Response, SignUp,
    api::idempotency::Repeatable,
    auth::{register, require_sign_up_open},
    http::{Passwords, endpoint, parse},
    openapi::{Credentials, Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{EmailAddress, Password, Required, Username};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// The function `accounts-create`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "accounts-create",
    routes: ["POST /rest/users"],
    callers: "anybody",
    summary: "Sign up",
    handler: create,
}
.warmed_up_by(Password::warm_up);

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "SignUp")]
struct Body {
    /// To log in with: unique in the whole system, in any case.
    username: Required<Username>,
    /// Email address, unique in the whole system.
    email: Required<EmailAddress>,
    /// Password; one that is soon guessed is refused.
    #[schemars(with = "Password")]
    password: Required<String>,
}

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "Makes an account, with this person as its owner. The email address is `unverified` until \
         the code that was sent to it is used in `POST /user/login`.",
    )
    .credentials(Credentials::None)
    .body::<Body>(
        true,
        json!({
            "username": "katherine",
            "email": "katherine@example.com",
            "password": "orbital-mechanics-1962",
        }),
    )
    .with_password()
    .or_form()
    .responds(
        StatusCode::CREATED,
        "The new user.",
        &Envelope::from(&sample::signed_up_user()),
    )
    .errors(parse::<Username>("username", "k").err())
    .errors([
        Error::missing("email"),
        Error::invalid("password", "must be at least 8 characters".into()),
        Error::username_in_use(),
        Error::email_in_use(),
    ])
    .errors(require_sign_up_open(SignUp::Closed).err())
    .idempotent()
}

async fn create(app: &App, request: &Request) -> Result<Response, Error> {
    let repeatable = Repeatable::of(request, None)?;
    if let Some(response) = repeatable.read(app).await? {
        return Ok(response);
    }
    require_sign_up_open(app.settings.sign_up)?;
    let body: Body = request.form_or_json(Passwords::Taken)?;
    let (Required(email), Required(username)) = (body.email, body.username);
    let (account, owner) = register(app, email, Some(username), body.password.0)?;
    let response = envelope(StatusCode::CREATED, &owner)?;
    let keep = repeatable.keep(&response, owner.created_at)?;
    let create = app
        .repository
        .create_account(&account, &owner, keep.as_ref());
    create.await?;
    app.observations.set_caller(&owner, None);
    Ok(response)
}
