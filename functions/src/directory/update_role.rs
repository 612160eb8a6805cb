//! `POST /user/updateRole`: gives somebody another role, and a fresh invitation to who has yet to
//! accept one, if that is wished.

use super::{
    UserRecord, check_admin, check_may_give,
    named::{Named, caller_account_and_named},
};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::presented_token,
    body::not_null,
    decision::{Undecided, decide},
    endpoint::endpoint,
    request::parse_required,
    target::check_may_manage,
};
use roster_domain::Role;
use serde::Deserialize;

/// The function `directory-update-role`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Directory, "directory-update-role", handle);

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "UserUpdateRole")
)]
#[serde(rename_all = "camelCase")]
pub(super) struct Body {
    /// The id of the user.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(
        feature = "openapi",
        schemars(!default, with = "roster_domain::UserId")
    )]
    id: Option<String>,
    /// What the user is to be: at most what the caller is.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(!default, with = "roster_domain::Role"))]
    role: Option<String>,
    /// Whether to send a fresh invitation, if the user has yet to accept one.
    #[serde(default)]
    send_invite: bool,
}

impl Body {
    fn parse(self) -> Result<(Named, Role, bool), Failure> {
        let id = parse_required("id", self.id.as_deref())?;
        let role = parse_required("role", self.role.as_deref())?;
        Ok((Named::by_id(id), role, self.send_invite))
    }
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    decide(|| update_role(roster, request)).await
}

async fn update_role(roster: &Roster, request: &Request) -> Result<Answer, Undecided> {
    let token = presented_token(request)?;
    let asked = request.json_or_empty::<Body>().and_then(Body::parse);
    let named = asked.as_ref().ok().map(|(named, ..)| named);
    let (caller, account, found) = caller_account_and_named(roster, token, named).await?;
    let (named, role, send_invite) = asked?;
    check_admin(&caller.user)?;
    check_may_give(&caller.user, role)?;
    let target = if named.is(&caller.user) {
        &caller.user
    } else {
        found.as_ref().ok_or(Failure::NotFound)?
    };
    check_may_manage(&caller.user, target)?;
    let now = roster.clock.now();
    let invitation = send_invite && target.may_accept();
    let invitation = invitation.then(|| roster.settings.invitations_of(&account));
    let repository = &roster.repository;
    let user = repository
        .user_set_role(target, role, invitation, now)
        .await?;
    Ok(Answer::ok(&UserRecord::of(&user, &account))?)
}
