//! An account's user directory, by role: `POST /user/…`.

pub mod create;
pub mod find;
pub mod get;
pub mod login;
mod login_with_code;
pub mod remove;
pub mod update;
pub mod update_role;

#[cfg(test)]
pub(super) use login_with_code::{CODE_EXPIRED, CODE_USED};

use crate::{
    Api, Error,
    http::{ErrorBody, parse},
    openapi::{Documentation, schema_of},
};
use roster_domain::{Account, AccountId, EmailAddress, Role, ShortText, Timestamp, User, UserId};
use schemars::JsonSchema;
use serde::Serialize;

/// The directory API.
pub static API: Api = Api {
    name: "Directory",
    is_documented: true,
    error_body,
};

pub(super) fn documentation() -> Documentation {
    Documentation {
        api: &API,
        description: "An account's user directory, by role: user < admin < owner.",
        error_schema: schema_of::<Problem>,
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

const NOT_AN_ADMIN: Error =
    Error::forbidden("Only an admin or an owner may do this. Ask one of your account.");

/// # Errors
/// [`NOT_AN_ADMIN`].
fn require_admin(caller: &User) -> Result<(), Error> {
    if caller.role.may_manage(Role::Admin) {
        Ok(())
    } else {
        Err(NOT_AN_ADMIN)
    }
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

/// A user as this API shows one.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UserRecord<'a> {
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

/// An error as this API says it: a problem of RFC 9457.
#[derive(Serialize, JsonSchema)]
struct Problem<'a> {
    /// Names the kind of problem.
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: Option<&'static str>,
    /// The HTTP status.
    status: u16,
    /// One sentence that says what to do next.
    detail: &'a str,
    /// A stable word for programs.
    code: &'static str,
    /// The field that it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

fn error_body(error: &Error) -> ErrorBody {
    let (status, code) = (error.code.status(), error.code.as_str());
    let body = ErrorBody::json(&Problem {
        kind: format!("urn:roster:problem:{code}"),
        title: status.canonical_reason(),
        status: status.as_u16(),
        detail: &error.detail,
        code,
        field: error.field.as_deref(),
    });
    ErrorBody {
        content_type: "application/problem+json",
        ..body
    }
}
