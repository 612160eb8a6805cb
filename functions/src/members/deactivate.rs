//! `POST /api/v2/users/{id}/deactivate`: takes a member's access away, at once.

use super::{check_user_management, message};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::authenticate,
    concurrently::both,
    endpoint::endpoint,
    target::{self, check_may_manage, decide_and_write},
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
    let (caller, member) = both(
        authenticate(roster, request),
        target::in_path(roster, request),
    )
    .await?;
    check_user_management(&caller.user)?;
    let now = roster.clock.now();
    decide_and_write(
        roster,
        member.ok_or(Failure::NotFound)?,
        |member| check_member(&caller.user, member),
        |member| async move { roster.repository.user_deactivate(&member, now).await },
    )
    .await?;
    message("User deactivated")
}

fn check_member(caller: &User, member: &User) -> Result<(), Failure> {
    check_may_manage(caller, member)?;
    if member.id == caller.id {
        return Err(ONESELF);
    }
    Ok(())
}
