//! `POST /api/v2/users/{id}/activate`: gives a deactivated member their access back. Who is still
//! invited stays so.

use super::{check_user_management, message};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    decision::{Undecided, decide},
    endpoint::endpoint,
    target::{caller_and_user_in_path, check_may_manage},
};

/// The function `members-activate`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Members, "members-activate", handle);

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    decide(|| activate(roster, request)).await
}

async fn activate(roster: &Roster, request: &Request) -> Result<Answer, Undecided> {
    let (caller, member) = caller_and_user_in_path(roster, request).await?;
    request.no_fields()?;
    check_user_management(&caller.user)?;
    let member = member.ok_or(Failure::NotFound)?;
    check_may_manage(&caller.user, &member)?;
    let now = roster.clock.now();
    roster.repository.user_activate(&member, now).await?;
    Ok(message("User activated")?)
}
