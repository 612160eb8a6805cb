//! Whom a request is about, when that need not be the caller.

use crate::{
    Failure, Request, Roster,
    authentication::{Caller, by_token_with, presented_token},
};
use roster_domain::{Account, Token, User, UserId};
use roster_dynamodb::{AccountRow, Rows, UserRow};

/// The caller, and the user whose id is in the path if they are in the caller's account: one read.
///
/// # Errors
/// [`Failure::Unauthenticated`]; [`Failure::Unavailable`].
pub(crate) async fn caller_and_user_in_path(
    roster: &Roster,
    request: &Request,
) -> Result<(Caller, Option<User>), Failure> {
    let token = presented_token(request)?;
    let (caller, (), user) = caller_others_and_user_in_path(roster, request, token, ()).await?;
    Ok((caller, user))
}

/// See [`caller_and_user_in_path`], with the account.
pub(crate) async fn caller_account_and_user_in_path(
    roster: &Roster,
    request: &Request,
) -> Result<(Caller, Account, Option<User>), Failure> {
    let token = presented_token(request)?;
    let row = AccountRow(token.account());
    let (caller, account, user) =
        caller_others_and_user_in_path(roster, request, token, row).await?;
    Ok((caller, open_account(row, account)?, user))
}

async fn caller_others_and_user_in_path<R: Rows>(
    roster: &Roster,
    request: &Request,
    token: Token,
    others: R,
) -> Result<(Caller, R::Values, Option<User>), Failure> {
    // What cannot be an id is nobody's: the same answer as for one that nobody has.
    let id = request.path_parameter("id").parse::<UserId>().ok();
    let other = id.filter(|id| *id != token.user());
    let row = other.map(|id| UserRow(token.account(), id));
    let (caller, (others, found)) = by_token_with(roster, token, (others, row)).await?;
    let user = match id {
        Some(id) if id == caller.user.id => Some(caller.user.clone()),
        _ => found,
    };
    Ok((caller, others, user))
}

/// The account at `row`, which lets its people in while it is open. Nobody is without an account.
///
/// # Errors
/// [`Failure::Unauthenticated`] if it is closed; [`Failure::Internal`] if it is not there.
pub(crate) fn open_account(row: AccountRow, account: Option<Account>) -> Result<Account, Failure> {
    let missing = || Failure::Internal(format!("account {} is missing", row.0).into());
    let account = account.ok_or_else(missing)?;
    if account.closed {
        return Err(Failure::Unauthenticated);
    }
    Ok(account)
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
