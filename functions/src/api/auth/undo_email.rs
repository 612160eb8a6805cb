//! `POST /auth/email/undo`: takes back a change of address, with the code that was mailed to the old one.

use super::{API, unknown_code};
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::{CODE_EXPIRED, CODE_USED, open_account, verify_code},
    http::endpoint,
    openapi::{Credentials, Operation},
};
use roster_domain::{Code, CodePurpose, Required};
use roster_dynamodb::Reads;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// The function `auth-undo-email`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-undo-email",
    routes: ["POST /auth/email/undo"],
    callers: "anybody with a code",
    summary: "Take back a change of your email address",
    handler: undo,
};

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EmailUndo")]
struct Body {
    /// The code, from the mail to the old address.
    #[schemars(extend("examples" = [EXAMPLE]))]
    code: Required<Code>,
}

const EXAMPLE: &str = "rsu_AaH_Q90AcoyOrzC5T0mt8QGh_0PdAHKMjq8wv7CjlLTwFTRq41Y9g9OpytMiNYalPSpisIpqf0fX7us_ib5OkCuRNas";

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "When a verified address is changed, the old one gets a code, which works for seven days. It brings \
         the old address back. Whoever made the change may know the password too: so that one stops \
         working, with every token, and a code to choose a new one is mailed to the address. After a 503, or no \
         response at all, repeat the request: a 410 then means that the first one was done.",
    )
    .credentials(Credentials::None)
    .body::<Body>(true, json!({ "code": EXAMPLE }))
    .responds_nothing("The old address is back.")
    .errors([unknown_code(), CODE_USED, CODE_EXPIRED])
}

async fn undo(app: &App, request: &Request) -> Result<Response, Error> {
    let Body {
        code: Required(code),
    } = request.json()?;
    if code.purpose() != CodePurpose::Undo {
        return Err(unknown_code());
    }
    let (id, now) = (code.user(), app.clock.now());
    let mut reads = Reads::default();
    let (user, account) = (reads.user(id), reads.account(id.account));
    let challenge = reads.challenge(CodePurpose::Undo, id);
    let mut found = app.repository.read(reads).await?;
    let user = found.take(user)?.zip(found.take(challenge)?);
    let (user, challenge) = user.ok_or_else(unknown_code)?;
    verify_code(&challenge, &code, now, unknown_code)?;
    open_account(id.account, found.take(account)?)?;
    let previous = user.previous_email.as_ref();
    // They have gone back to it by themselves, or left another one since.
    if !previous.is_some_and(|previous| previous.email.matches(&challenge.email)) {
        return Err(CODE_USED);
    }
    let after = user.undo_email(now).ok_or(CODE_EXPIRED)?;
    let email = after.email.clone();
    app.repository
        .save(&user, after, user.id)
        .answering(&challenge)
        .telling(CodePurpose::Reset, Some(email))
        .send()
        .await?;
    app.observations.set_caller(&user, None);
    Ok(Response::no_content())
}
