//! Roster's own API, `/auth…`: what people need of a user backend and none of the four documents has.

pub mod create_token;
pub mod get_me;
pub mod list_invitations;
pub mod list_tokens;
pub mod list_users;
pub mod revoke_invitation;
pub mod revoke_token;
pub mod revoke_tokens;
pub mod revoke_user_tokens;

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
            list_tokens::operation(),
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

/// What the operations on one user of the account have in common.
fn of_one_user(operation: Operation) -> Operation {
    let id = sample::other_user().id.to_string();
    operation
        .path_parameter::<UserId>("id", "Id of the user.", id)
        .errors([Error::NOT_FOUND])
}
