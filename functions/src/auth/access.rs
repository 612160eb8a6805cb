//! The user whom a request is about, and what the caller may do.

use super::credentials::{Caller, authenticate_and_read, presented_token};
use crate::{App, Error, Request};
use roster_domain::{
    Account, AccountId, Challenge, CodePurpose, Role, Token, User, UserId, UserKey,
};
use roster_dynamodb::{Found, Reads};

/// The caller, and then the account.
///
/// # Errors
/// [`Error::UNAUTHENTICATED`]; an unavailable store.
pub(crate) async fn caller_and_account(app: &App, token: Token) -> Result<(User, Account), Error> {
    let id = token.user().account;
    let mut reads = Reads::default();
    let account = reads.account(id);
    let (caller, mut found) = authenticate_and_read(app, token, reads).await?;
    Ok((caller.user, open_account(id, found.take(account)?)?))
}

/// The caller, and then the user whose id is in the path, if the account has one.
///
/// # Errors
/// [`Error::UNAUTHENTICATED`]; an unavailable store.
pub(crate) async fn caller_and_member(
    app: &App,
    request: &Request,
) -> Result<(User, Option<User>), Error> {
    let (caller, member, _) = member_in_path(app, request, |_, _, _| ()).await?;
    Ok((caller.user, member))
}

/// See [`caller_and_member`], with what the member was to be mailed for this purpose.
pub(crate) async fn caller_member_and_challenge(
    app: &App,
    request: &Request,
    purpose: CodePurpose,
) -> Result<(Caller, Option<User>, Option<Challenge>), Error> {
    let queue = |reads: &mut Reads, _, member: Option<UserKey>| {
        member.map(|member| reads.challenge(purpose, member))
    };
    let (caller, member, (slot, mut found)) = member_in_path(app, request, queue).await?;
    Ok((caller, member, found.take_if(slot)?))
}

/// See [`caller_and_member`], with the account.
pub(crate) async fn caller_account_and_member(
    app: &App,
    request: &Request,
) -> Result<(User, Account, Option<User>), Error> {
    let (caller, member, (slot, mut found)) =
        member_in_path(app, request, |reads, account, _| reads.account(account)).await?;
    let account = open_account(caller.user.account, found.take(slot)?)?;
    Ok((caller.user, account, member))
}

async fn member_in_path<S>(
    app: &App,
    request: &Request,
    queue: impl FnOnce(&mut Reads, AccountId, Option<UserKey>) -> S,
) -> Result<(Caller, Option<User>, (S, Found)), Error> {
    let token = presented_token(request)?;
    let UserKey { account, user: own } = token.user();
    // What cannot be an id is nobody's: the same response as for one that nobody has.
    let id = request.path_parameter("id").parse::<UserId>().ok();
    let mut reads = Reads::default();
    let member = id.map(|user| UserKey { account, user });
    let slot = queue(&mut reads, account, member);
    let other = id.filter(|id| *id != own);
    let other = other.map(|user| reads.user(UserKey { account, user }));
    let (caller, mut found) = authenticate_and_read(app, token, reads).await?;
    let member = match id {
        Some(id) if id == own => Some(caller.user.clone()),
        _ => found.take_if(other)?,
    };
    Ok((caller, member, (slot, found)))
}

/// The account that was read by its id, which lets its users in while it is open. No user is without
/// an account.
///
/// # Errors
/// [`Error::UNAUTHENTICATED`] if it is closed; [`Error::internal`] if it is not there.
pub(crate) fn open_account(id: AccountId, account: Option<Account>) -> Result<Account, Error> {
    let missing = || Error::internal(format!("account {id} is missing"));
    let account = account.ok_or_else(missing)?;
    if account.closed {
        return Err(Error::UNAUTHENTICATED);
    }
    Ok(account)
}

/// Nobody edits, removes, activates or deactivates a user whose role is above their own.
///
/// # Errors
/// [`Error::forbidden`].
pub(crate) fn require_may_manage(caller: &User, target: &User) -> Result<(), Error> {
    if caller.role.may_manage(target.role) {
        Ok(())
    } else {
        Err(Error::forbidden(
            "The user's role is above yours. Ask someone with that role.",
        ))
    }
}

pub(crate) const NOT_AN_ADMIN: Error =
    Error::forbidden("Only an admin or an owner may do this. Ask one of your account.");

/// # Errors
/// [`NOT_AN_ADMIN`].
pub(crate) fn require_admin(caller: &User) -> Result<(), Error> {
    if caller.role.may_manage(Role::Admin) {
        Ok(())
    } else {
        Err(NOT_AN_ADMIN)
    }
}

pub(crate) const NO_USER_MANAGEMENT: Error = Error::forbidden(
    "This takes the permission userManagement. Ask an admin of your account for it.",
);

/// # Errors
/// [`NO_USER_MANAGEMENT`].
pub(crate) fn require_user_management(caller: &User) -> Result<(), Error> {
    if caller.effective_permissions().user_management {
        Ok(())
    } else {
        Err(NO_USER_MANAGEMENT)
    }
}
