//! `POST /user/updateRole`: gives a user another role, and a fresh invitation to a user who has yet to
//! accept one, if that is wished.

use super::{API, ROLE_ABOVE, UserRecord, require_may_give};
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::{
        NOT_AN_ADMIN, UserSelector, presented_token, require_admin, require_may_manage, select_user,
    },
    http::{endpoint, parse},
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{CodePurpose, Required, Role, UserId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// The function `directory-update-role`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "directory-update-role",
    routes: ["POST /user/updateRole"],
    callers: "an admin",
    summary: "Change a user's role",
    handler: update_role,
};

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "UserUpdateRole")]
#[serde(rename_all = "camelCase")]
struct Body {
    /// The id of the user.
    id: Required<UserId>,
    /// What the user is to be: at most what the caller is.
    role: Required<Role>,
    /// Whether to send a fresh invitation, if the user has yet to accept one.
    #[serde(default)]
    send_invite: bool,
}

pub(super) fn operation() -> Operation {
    let (mut other, account) = (sample::other_user(), sample::account());
    other.role = Role::Admin;
    Operation::new(&ENDPOINT, "Gives a user another role, of which neither the old nor the new one is above the caller's. \
         Who has yet to accept an invitation can be sent a fresh one: older codes stop working.",
    )
    .body::<Body>(
        true,
        json!({ "id": other.id, "role": "admin", "sendInvite": false }),
    )
    .responds(
        StatusCode::OK,
        "The user as they are now.",
        &UserRecord::of(&other, &account),
    )
    .errors(parse::<UserId>("id", "42").err())
    .errors(parse::<Role>("role", "king").err())
    .errors([NOT_AN_ADMIN, ROLE_ABOVE, Error::NOT_FOUND, Error::LAST_OWNER])
    .requests_mail()
}

async fn update_role(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    // What is wrong with the body is told to an authenticated caller only.
    let body = request.json_or_empty::<Body>();
    let id = body.as_ref().ok().map(|body| body.id.0);
    let selected = select_user(app, token, Some(&UserSelector::by_id(id))).await?;
    let body = body?;
    let Required(role) = body.role;
    require_admin(&selected.caller)?;
    require_may_give(&selected.caller, role)?;
    let user = selected.user.ok_or(Error::NOT_FOUND)?;
    require_may_manage(&selected.caller, &user)?;
    let now = app.clock.now();
    let mut changed = user.set_role(role, now);
    let invitation = (body.send_invite && user.may_accept()).then_some(CodePurpose::Invitation);
    if invitation.is_some() {
        changed = changed.invited(now);
    }
    let per_day = app.settings.mails_per_day_of(&selected.account);
    let save = app.repository.save(&user, changed, selected.caller.id);
    let user = save.with_mail(invitation, per_day).send().await?;
    Response::ok(&UserRecord::of(&user, &selected.account))
}
