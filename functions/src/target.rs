//! Whom a request is about, when that need not be the caller.

use crate::{Failure, Request, Roster, authentication::presented_token};
use roster_domain::{User, UserId};

/// The user whose id is in the path, if they are in the caller's account. To be run side by side
/// with authentication.
///
/// # Errors
/// [`Failure::Unauthenticated`] if the request has no token; [`Failure::Unavailable`].
pub(crate) async fn in_path(roster: &Roster, request: &Request) -> Result<Option<User>, Failure> {
    let account = presented_token(request)?.account();
    // What cannot be an id is nobody's: the same answer as for one that nobody has.
    let Ok(id) = request.path_parameter("id").parse::<UserId>() else {
        return Ok(None);
    };
    Ok(roster.repository.user_get(account, id).await?)
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
