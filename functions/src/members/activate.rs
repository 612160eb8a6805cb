//! `POST /api/v2/users/{id}/activate`: gives a deactivated member their access back. Who is still
//! invited stays so.

use super::{check_user_management, message};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::authenticate,
    concurrently::both,
    endpoint::endpoint,
    target::{self, check_may_manage, decide_and_write},
};

/// The function `members-activate`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Members, "members-activate", handle);

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
        |member| check_may_manage(&caller.user, member),
        |member| async move { roster.repository.user_activate(&member, now).await },
    )
    .await?;
    message("User activated")
}
