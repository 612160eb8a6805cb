//! `POST /auth/password/reset`: chooses a new password with the code of a mail. It logs nobody in.

use super::{API, unknown_code};
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::{CODE_EXPIRED, CODE_USED, hash_password, open_account, verify_code},
    http::endpoint,
    openapi::{Credentials, Operation},
};
use roster_domain::{Code, CodePurpose, Password, Required};
use roster_dynamodb::Reads;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// The function `auth-reset-password`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-reset-password",
    routes: ["POST /auth/password/reset"],
    callers: "anybody with a code",
    summary: "Choose a new password with the code of a mail",
    handler: reset,
}
.warmed_up_by(Password::warm_up);

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "PasswordReset")]
struct Body {
    /// The code, from the mail.
    #[schemars(extend("examples" = [EXAMPLE]))]
    code: Required<Code>,
    /// The new password.
    #[schemars(with = "Password")]
    password: Required<String>,
}

const EXAMPLE: &str = "rsr_AaH_Q90AcoyOrzC4q8VNAAGh_0Pk0HEcrrFdlU5R_2cBvjC7Sid2XDdGLmvyoL-LbBCfm-nYHm_VZFXbGnNqQwRQmc4";

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "Takes the code that `POST /auth/password/forgot` mails, which works once, for thirty minutes, until a \
         newer one is sent. Every token of the user stops working, the address that the code was mailed to is \
         verified, and a lock after too many wrong passwords ends. A notice goes to the verified address. After a 503, or no response at all, repeat the request: \
         a 410 then means that the first one was done.",
    )
    .credentials(Credentials::None)
    .body::<Body>(
        true,
        json!({ "code": EXAMPLE, "password": "correct-horse-battery-staple" }),
    )
    .with_password()
    .responds_nothing("The password is the new one.")
    .errors([
        unknown_code(),
        Error::invalid("password", "must be at least 8 characters".into()),
        CODE_USED,
        CODE_EXPIRED,
    ])
}

async fn reset(app: &App, request: &Request) -> Result<Response, Error> {
    let body: Body = request.json_with_password()?;
    let (Required(code), Required(password)) = (body.code, body.password);
    if code.purpose() != CodePurpose::Reset {
        return Err(unknown_code());
    }
    let (id, now) = (code.user(), app.clock.now());
    let mut reads = Reads::default();
    let (user, account) = (reads.user(id), reads.account(id.account));
    let challenge = reads.challenge(CodePurpose::Reset, id);
    let mut found = app.repository.read(reads).await?;
    let user = found.take(user)?.zip(found.take(challenge)?);
    let (user, challenge) = user.ok_or_else(unknown_code)?;
    verify_code(&challenge, &code, now, unknown_code)?;
    open_account(id.account, found.take(account)?)?;
    // The user was deactivated, or has another address by now.
    if !user
        .reset_email()
        .is_some_and(|email| email.matches(&challenge.email))
    {
        return Err(CODE_USED);
    }
    let password = hash_password("password", password, &user.email, user.username.as_ref())?;
    let after = user.reset_password(password, &challenge.email, now);
    let notice = after.notice_email().cloned();
    app.repository
        .save(&user, after, user.id)
        .answering(&challenge)
        .telling(CodePurpose::Notice, notice)
        .send()
        .await?;
    app.observations.set_caller(&user, None);
    Ok(Response::no_content())
}
