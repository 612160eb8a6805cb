//! Roster's own API, `/auth…`: what people need of a user backend and none of the four documents has.

pub mod close_account;
pub mod list_tokens;
pub mod remove_me;
pub mod update_account;

use crate::{
    Api,
    api::problem,
    openapi::{Documentation, schema_of},
};

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
            update_account::operation(),
            close_account::operation(),
            remove_me::operation(),
        ],
    }
}
