//! An account's user directory, by role: `POST /user/…`.

mod codes;
pub mod create;
pub mod find;
pub mod get;
pub mod login;
mod named;
#[cfg(feature = "openapi")]
pub(crate) mod openapi;
pub mod remove;
pub mod update;
pub mod update_role;

use crate::{
    Failure, Roster,
    authentication::{Caller, by_token_with},
    target::open_account,
};
use roster_domain::{Account, AccountId, EmailAddress, Role, Text, Timestamp, Token, User, UserId};
use roster_dynamodb::AccountRow;
use serde::Serialize;

/// The caller and their account: one read.
///
/// # Errors
/// [`Failure::Unauthenticated`]; [`Failure::Unavailable`].
async fn caller_and_account(roster: &Roster, token: Token) -> Result<(Caller, Account), Failure> {
    let row = AccountRow(token.account());
    let (caller, account) = by_token_with(roster, token, row).await?;
    Ok((caller, open_account(row, account)?))
}

/// # Errors
/// [`Failure::Forbidden`] unless the caller is an admin or an owner.
fn check_admin(caller: &User) -> Result<(), Failure> {
    if caller.role.may_manage(Role::Admin) {
        Ok(())
    } else {
        Err(Failure::Forbidden("only an admin or an owner may do this"))
    }
}

/// # Errors
/// [`Failure::Forbidden`] if `role` is above the caller's own.
fn check_may_give(caller: &User, role: Role) -> Result<(), Failure> {
    if caller.role.may_manage(role) {
        Ok(())
    } else {
        Err(Failure::Forbidden("nobody gives a role above their own"))
    }
}

/// A user as this API shows one.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct UserRecord<'a> {
    /// Id of the account that the user is in.
    account_id: AccountId,
    /// When the user was last seen, to the hour.
    activity: Option<Timestamp>,
    /// Device cloud id of the account; null until one is set.
    cloud_id: Option<&'a Text>,
    /// Email address, unique in the whole system.
    email: &'a EmailAddress,
    /// First name.
    first: Option<&'a Text>,
    /// Id of the user.
    id: UserId,
    /// Surname.
    last: Option<&'a Text>,
    /// What the user is in the account.
    role: Role,
}

impl<'a> UserRecord<'a> {
    fn of(user: &'a User, account: &'a Account) -> Self {
        Self {
            account_id: user.account,
            activity: user.activity,
            cloud_id: account.cloud_id.as_ref(),
            email: &user.email,
            first: user.first_name.as_ref(),
            id: user.id,
            last: user.last_name.as_ref(),
            role: user.role,
        }
    }
}

/// An account as login shows one.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct AccountRecord<'a> {
    /// When someone of the account was last seen, to the hour.
    activity: Option<Timestamp>,
    /// Whether the account is closed.
    closed: bool,
    /// Device cloud id; null until one is set.
    cloud_id: Option<&'a Text>,
    /// When the account was opened.
    created: Timestamp,
    /// Email address that the account was opened with; null once who opened it is removed.
    email: Option<&'a EmailAddress>,
    /// Id of the account.
    id: AccountId,
    /// Name of the account or company.
    name: Option<&'a Text>,
}

impl<'a> From<&'a Account> for AccountRecord<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            activity: account.activity,
            closed: account.closed,
            cloud_id: account.cloud_id.as_ref(),
            created: account.created,
            email: account.email.as_ref(),
            id: account.id,
            name: account.name.as_ref(),
        }
    }
}
