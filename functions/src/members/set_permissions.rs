//! `POST /api/v2/users/{id}/perms`: sets the permissions that it names, and answers with all five.

use super::check_user_management;
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    body::not_null,
    decision::{Undecided, decide},
    endpoint::endpoint,
    target::{caller_and_user_in_path, check_may_manage},
};
use roster_domain::{PermissionChanges, Role, User};
use serde::Deserialize;

/// The function `members-set-permissions`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Members, "members-set-permissions", handle);

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "PermissionChanges")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    /// May change the account.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "bool"))]
    account_management: Option<bool>,
    /// May invite, update, activate and deactivate members and set their permissions.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "bool"))]
    user_management: Option<bool>,
    /// May add beacons.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "bool"))]
    add_beacons: Option<bool>,
    /// May switch beacons on and off.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "bool"))]
    toggle_beacons: Option<bool>,
    /// May see metrics.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "bool"))]
    view_metrics: Option<bool>,
}

impl From<Body> for PermissionChanges {
    fn from(body: Body) -> Self {
        Self {
            account_management: body.account_management,
            user_management: body.user_management,
            add_beacons: body.add_beacons,
            toggle_beacons: body.toggle_beacons,
            view_metrics: body.view_metrics,
        }
    }
}

pub(super) const HOLDS_ALL: Failure = Failure::Conflict {
    field: None,
    code: "role_holds_all",
    detail: "admins and owners hold every permission; make them a user first",
};

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    decide(|| set_permissions(roster, request)).await
}

async fn set_permissions(roster: &Roster, request: &Request) -> Result<Answer, Undecided> {
    let (caller, member) = caller_and_user_in_path(roster, request).await?;
    let changes = PermissionChanges::from(request.json_or_empty::<Body>()?);
    check_may_grant(&caller.user, changes)?;
    let member = member.ok_or(Failure::NotFound)?;
    check_member(&caller.user, &member)?;
    let now = roster.clock.now();
    let repository = &roster.repository;
    let member = repository
        .user_set_permissions(&member, changes, now)
        .await?;
    Ok(Answer::ok(&member.effective_permissions())?)
}

/// Nobody grants what they do not hold.
fn check_may_grant(caller: &User, changes: PermissionChanges) -> Result<(), Failure> {
    check_user_management(caller)?;
    if caller.effective_permissions().may_grant(changes) {
        Ok(())
    } else {
        Err(Failure::Forbidden(
            "nobody grants a permission that they do not hold",
        ))
    }
}

fn check_member(caller: &User, member: &User) -> Result<(), Failure> {
    if member.id == caller.id {
        return Err(Failure::Forbidden("nobody sets their own permissions"));
    }
    check_may_manage(caller, member)?;
    if member.role == Role::User {
        Ok(())
    } else {
        Err(HOLDS_ALL)
    }
}
