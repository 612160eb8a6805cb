//! Roster's own API, `/auth…`: what people need of a user backend and none of the four documents has.

pub mod change_password;
pub mod close_account;
pub mod create_token;
pub mod forgot_password;
pub mod get_me;
pub mod list_invitations;
pub mod list_tokens;
pub mod list_users;
pub mod remove_me;
pub mod reset_password;
pub mod revoke_invitation;
pub mod revoke_token;
pub mod revoke_tokens;
pub mod revoke_user_tokens;
pub mod send_reset;
pub mod undo_email;
pub mod update_account;

use crate::{
    Api, Error,
    api::problem,
    openapi::{Documentation, Operation, sample, schema_of},
};
use roster_domain::UserId;

/// Roster's own API.
pub static API: Api = Api {
    name: "Auth",
    is_documented: true,
    error_body: problem::error_body,
};

pub(super) fn documentation() -> Documentation {
    Documentation {
        api: &API,
        description: "Roster's own extension of the four APIs: passwords, tokens, invitations, and leaving.",
        error_schema: schema_of::<problem::Problem>,
        operations: vec![
            forgot_password::operation(),
            reset_password::operation(),
            change_password::operation(),
            send_reset::operation(),
            undo_email::operation(),
            list_tokens::operation(),
            update_account::operation(),
            close_account::operation(),
            remove_me::operation(),
            create_token::operation(),
            revoke_token::operation(),
            revoke_tokens::operation(),
            revoke_user_tokens::operation(),
            get_me::operation(),
            list_users::operation(),
            list_invitations::operation(),
            revoke_invitation::operation(),
        ],
    }
}

/// One error for whatever was never mailed, also for what is not even a code, so that nobody learns
/// which users there are.
fn unknown_code() -> Error {
    let must = "must be a code that was mailed to you; copy it whole from the mail";
    Error::invalid("code", must.into())
}

/// What the operations on one user of the account have in common.
fn of_one_user(operation: Operation) -> Operation {
    let id = sample::other_user().id.to_string();
    operation
        .path_parameter::<UserId>("id", "Id of the user.", id)
        .errors([Error::NOT_FOUND])
}
