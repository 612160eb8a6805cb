//! An account's user directory, by role: `POST /user/…`.

pub mod login;

use roster_domain::{Account, AccountId, EmailAddress, Role, Text, Timestamp, User, UserId};
use serde::Serialize;

/// A user as this API shows one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserRecord<'a> {
    account_id: AccountId,
    activity: Option<Timestamp>,
    /// The account's.
    cloud_id: Option<&'a Text>,
    email: &'a EmailAddress,
    first: Option<&'a Text>,
    id: UserId,
    last: Option<&'a Text>,
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
#[serde(rename_all = "camelCase")]
struct AccountRecord<'a> {
    activity: Option<Timestamp>,
    closed: bool,
    cloud_id: Option<&'a Text>,
    created: Timestamp,
    email: &'a EmailAddress,
    id: AccountId,
    name: Option<&'a Text>,
}

impl<'a> From<&'a Account> for AccountRecord<'a> {
    fn from(account: &'a Account) -> Self {
        Self {
            activity: account.activity,
            closed: account.closed,
            cloud_id: account.cloud_id.as_ref(),
            created: account.created,
            email: &account.email,
            id: account.id,
            name: account.name.as_ref(),
        }
    }
}
