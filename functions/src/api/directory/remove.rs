//! `POST /user/remove`: removes a user with all that there is of the user.

use super::{API, ROLE_ABOVE, invalid_selector};
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::{
        NAMED_TOKEN, NOT_AN_ADMIN, UserSelector, presented_token, require_admin,
        require_login_token, require_may_manage, select_user,
    },
    http::endpoint,
    openapi::Operation,
};
use serde_json::json;

/// The function `directory-remove`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "directory-remove",
    routes: ["POST /user/remove"],
    callers: "an admin",
    summary: "Remove a user",
    handler: remove,
};

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "Removes a user with all that there is of them. One of `email` and `id` is required. After a \
         503, or no response at all, repeat the request: a 404 then means that the first one removed \
         the user, or a 401 if you removed yourself.",
    )
    .body::<UserSelector>(true, json!({ "email": "barbara@example.com" }))
    .with_one_of(&["email", "id"])
    .responds_nothing("The user is removed.")
    .errors(invalid_selector())
    .errors([
        NOT_AN_ADMIN,
        ROLE_ABOVE,
        NAMED_TOKEN,
        Error::NOT_FOUND,
        Error::LAST_OWNER,
    ])
}

async fn remove(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    // What is wrong with the body is told to an authenticated caller only.
    let selector = request.json_or_empty::<UserSelector>();
    let selected = select_user(app, token.clone(), selector.as_ref().ok()).await?;
    if selector?.is_empty() {
        return Err(Error::invalid("id", "or email is required".into()));
    }
    require_admin(&selected.caller)?;
    require_login_token(&selected.caller, &token)?;
    let user = selected.user.ok_or(Error::NOT_FOUND)?;
    require_may_manage(&selected.caller, &user)?;
    let (account, by) = (&selected.account, selected.caller.id);
    let now = app.clock.now();
    app.repository.remove_user(&user, account, by, now).await?;
    Ok(Response::no_content())
}
