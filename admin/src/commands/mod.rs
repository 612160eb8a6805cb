//! A file for each command, or for a few that are alike.

mod accounts;
mod erase;
mod export;
mod find;
mod stats;
mod users;

pub(crate) use accounts::{close, first_owner};
pub(crate) use erase::erase;
pub(crate) use export::export;
pub(crate) use find::{find, state_of};
pub(crate) use stats::stats;
pub(crate) use users::{reset, revoke_tokens, unlock};
