//! Whom a request is about, when that need not be the caller.

use crate::{Failure, Request, Roster, authentication::token_account};
use roster_domain::{User, UserId};
use roster_dynamodb::{Refusal, StoreError};

/// How often a decision about somebody is made anew because they were changed meanwhile.
const CHANGED_RETRIES: usize = 8;

/// The user whose id is in the path, if they are in the caller's account. To be run side by side
/// with authentication.
///
/// # Errors
/// [`Failure::Unauthenticated`] if the request has no token; [`Failure::Unavailable`].
pub(crate) async fn in_path(roster: &Roster, request: &Request) -> Result<Option<User>, Failure> {
    let account = token_account(request)?;
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

/// Decides about `target` as they were read, and writes. If they were changed meanwhile, they are
/// read again and it is decided anew: nothing is written on a decision that no longer holds.
///
/// # Errors
/// What `decide` and `write` fail with; [`Failure::NotFound`] if the target is gone by then.
pub(crate) async fn decide_and_write<T, Writing>(
    roster: &Roster,
    mut target: User,
    decide: impl Fn(&User) -> Result<(), Failure>,
    write: impl Fn(User) -> Writing,
) -> Result<T, Failure>
where
    Writing: Future<Output = Result<T, StoreError>>,
{
    let (account, id) = (target.account, target.id);
    for _ in 0..CHANGED_RETRIES {
        decide(&target)?;
        match write(target).await {
            Err(StoreError::Refused(Refusal::Changed)) => {
                let read = roster.repository.user_get(account, id);
                target = read.await?.ok_or(Failure::NotFound)?;
            }
            outcome => return Ok(outcome?),
        }
    }
    Err(Failure::Unavailable(
        "the user is being changed by too many at once".into(),
    ))
}
