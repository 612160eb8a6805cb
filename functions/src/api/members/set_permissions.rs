//! `POST /api/v2/users/{id}/perms`: sets the permissions that it names, and answers with all five.

use super::{API, of_one};
use crate::{
    App, Endpoint, Error, ErrorCode, Request, Response,
    auth::{NO_USER_MANAGEMENT, caller_and_member, require_may_manage, require_user_management},
    http::endpoint,
    openapi::Operation,
};
use lambda_http::http::StatusCode;
use roster_domain::{PermissionChanges, Permissions, Role, User};
use serde_json::json;

/// The function `members-set-permissions`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "members-set-permissions",
    routes: ["POST /api/v2/users/{id}/perms"],
    callers: "`userManagement`",
    summary: "Set permissions of a member",
    handler: set_permissions,
};

pub(in crate::api) const ROLE_HOLDS_ALL: Error = Error::new(
    ErrorCode::RoleHoldsAll,
    "Admins and owners hold every permission. Make them a user first.",
);

pub(super) fn operation() -> Operation {
    of_one(Operation::new(
        &ENDPOINT,
        "Permissions that are absent stay as they are. Takes the permission `userManagement`. \
         Nobody grants what they do not hold, or sets their own; admins and owners hold all.",
    ))
    .body::<PermissionChanges>(
        false,
        json!({
            "accountManagement": false,
            "userManagement": false,
            "addBeacons": true,
            "toggleBeacons": false,
            "viewMetrics": true,
        }),
    )
    .responds(
        StatusCode::OK,
        "All permissions of the member as they are now.",
        &Permissions {
            add_beacons: true,
            ..Permissions::INITIAL
        },
    )
    .errors([NO_USER_MANAGEMENT, ROLE_HOLDS_ALL])
}

async fn set_permissions(app: &App, request: &Request) -> Result<Response, Error> {
    let (caller, member) = caller_and_member(app, request).await?;
    let changes: PermissionChanges = request.json_or_empty()?;
    require_user_management(&caller)?;
    require_may_grant(&caller, changes.apply(Permissions::default()))?;
    let member = member.ok_or(Error::NOT_FOUND)?;
    if member.id == caller.id {
        return Err(Error::forbidden(
            "You cannot change your own permissions. Ask another administrator.",
        ));
    }
    require_may_manage(&caller, &member)?;
    if member.role != Role::User {
        return Err(ROLE_HOLDS_ALL);
    }
    let changed = member.set_permissions(changes, app.clock.now());
    let member = app
        .repository
        .save(&member, changed, caller.id)
        .send()
        .await?;
    Response::ok(&member.effective_permissions())
}

fn require_may_grant(caller: &User, granted: Permissions) -> Result<(), Error> {
    if caller.effective_permissions().include(granted) {
        Ok(())
    } else {
        Err(Error::forbidden(
            "You cannot grant a permission that you do not hold. Ask an admin to grant it.",
        ))
    }
}
