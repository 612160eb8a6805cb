//! `POST /api/v2/users/{id}/deactivate`: takes a member's access away, at once.

use super::{check_user_management, message};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    decision::{Undecided, decide},
    endpoint::endpoint,
    target::{caller_and_user_in_path, check_may_manage},
};
use roster_domain::User;

/// The function `members-deactivate`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Members, "members-deactivate", handle);

pub(super) const ONESELF: Failure = Failure::Conflict {
    field: None,
    code: "own_user",
    detail: "nobody deactivates themselves; ask another who may",
};

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    decide(|| deactivate(roster, request)).await
}

async fn deactivate(roster: &Roster, request: &Request) -> Result<Answer, Undecided> {
    let (caller, member) = caller_and_user_in_path(roster, request).await?;
    request.no_fields()?;
    check_user_management(&caller.user)?;
    let member = member.ok_or(Failure::NotFound)?;
    check_member(&caller.user, &member)?;
    let now = roster.clock.now();
    roster.repository.user_deactivate(&member, now).await?;
    Ok(message("User deactivated")?)
}

fn check_member(caller: &User, member: &User) -> Result<(), Failure> {
    check_may_manage(caller, member)?;
    if member.id == caller.id {
        return Err(ONESELF);
    }
    Ok(())
}
