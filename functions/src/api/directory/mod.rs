//! An account's user directory, by role: `POST /user/…`.

pub mod create;
pub mod find;
pub mod get;
pub mod login;
mod login_with_code;
pub mod remove;
pub mod update;
pub mod update_role;

use crate::{
    Api, Error,
    api::{problem, user_state::UserState},
    http::parse,
    openapi::{Documentation, schema_of},
};
use roster_domain::{
    Account, AccountId, EmailAddress, MAX_PREFERENCES_BYTES, Role, ShortText, Timestamp, User,
    UserId,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// The directory API.
pub static API: Api = Api {
    name: "Directory",
    is_documented: true,
    error_body: problem::error_body,
};

pub(super) fn documentation() -> Documentation {
    Documentation {
        api: &API,
        description: "An account's user directory, by role: user < admin < owner.",
        error_schema: schema_of::<problem::Problem>,
        operations: vec![
            get::operation(),
            find::operation(),
            create::operation(),
            remove::operation(),
            update::operation(),
            update_role::operation(),
            login::operation(),
        ],
    }
}

/// What is wrong with an id or an email address that selects a user.
fn invalid_selector() -> impl Iterator<Item = Error> {
    let id = parse::<UserId>("id", "42").err();
    let email = parse::<EmailAddress>("email", "ada").err();
    id.into_iter().chain(email)
}

const ROLE_ABOVE: Error =
    Error::forbidden("You cannot give a role above your own. Ask someone with that role.");

/// # Errors
/// [`ROLE_ABOVE`].
fn require_may_give(caller: &User, role: Role) -> Result<(), Error> {
    if caller.role.may_manage(role) {
        Ok(())
    } else {
        Err(ROLE_ABOVE)
    }
}

/// The largest record of a user, escaped: the preferences, two names of 256 characters that take four
/// bytes each, and room for the rest.
pub(super) const LARGEST_RECORD: usize = 2 * MAX_PREFERENCES_BYTES + 2 * 256 * 4 + 2048;

/// A user as this API shows one.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserRecord<'a> {
    /// Id of the account that the user is in.
    account_id: AccountId,
    /// When the user was last seen, to the hour.
    activity: Option<Timestamp>,
    /// Device cloud id of the account; null until one is set.
    cloud_id: Option<&'a ShortText>,
    /// Email address, unique in the account.
    email: &'a EmailAddress,
    /// First name.
    first: Option<&'a ShortText>,
    /// Id of the user.
    id: UserId,
    /// Surname.
    last: Option<&'a ShortText>,
    /// What a client keeps of the user: any JSON object of at most 8 KiB.
    preferences: &'a Map<String, Value>,
    /// What the user is in the account.
    role: Role,
    /// `invited`, until an invitation is accepted; then `active`, or `deactivated`.
    state: UserState,
}

impl<'a> UserRecord<'a> {
    pub(super) fn of(user: &'a User, account: &'a Account) -> Self {
        Self {
            account_id: user.account,
            activity: user.activity,
            cloud_id: account.cloud_id.as_ref(),
            email: &user.email,
            first: user.first_name.as_ref(),
            id: user.id,
            last: user.last_name.as_ref(),
            preferences: &user.preferences,
            role: user.role,
            state: user.status.into(),
        }
    }
}
