//! Whom a request is about, when that need not be the caller.

use crate::{
    Failure, Request, Roster,
    authentication::{Caller, by_token_with, presented_token},
};
use roster_domain::{User, UserId};
use roster_dynamodb::UserRow;

/// The caller, and the user whose id is in the path if they are in the caller's account: one read.
///
/// # Errors
/// [`Failure::Unauthenticated`]; [`Failure::Unavailable`].
pub(crate) async fn caller_and_user_in_path(
    roster: &Roster,
    request: &Request,
) -> Result<(Caller, Option<User>), Failure> {
    let token = presented_token(request)?;
    // What cannot be an id is nobody's: the same answer as for one that nobody has.
    let id = request.path_parameter("id").parse::<UserId>().ok();
    let other = id.filter(|id| *id != token.user());
    let row = other.map(|id| UserRow(token.account(), id));
    let (caller, found) = by_token_with(roster, token, row).await?;
    let user = match id {
        Some(id) if id == caller.user.id => Some(caller.user.clone()),
        _ => found,
    };
    Ok((caller, user))
}

/// Nobody edits, removes, activates or deactivates somebody whose role is above their own.
///
/// # Errors
/// [`Failure::Forbidden`].
pub(crate) fn check_may_manage(caller: &User, target: &User) -> Result<(), Failure> {
    if caller.role.may_manage(target.role) {
        Ok(())
    } else {
        Err(Failure::Forbidden("their role is above yours"))
    }
}
