//! What the directory and Roster's own API say of a user's status and permissions.

use roster_domain::{Permissions, Status, User};
use schemars::JsonSchema;
use serde::Serialize;

/// Whether a user has joined the account, and has access to it.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum UserState {
    /// The user has yet to accept an invitation.
    Invited,
    /// The user has joined.
    Active,
    /// An administrator took the access away.
    Deactivated,
}

impl From<Status> for UserState {
    fn from(status: Status) -> Self {
        match status {
            Status::Invited => Self::Invited,
            Status::Active => Self::Active,
            Status::Deactivated | Status::Withdrawn => Self::Deactivated,
        }
    }
}

/// The permissions of a user.
#[derive(Serialize, JsonSchema)]
pub(super) struct HeldPermissions {
    /// What the user may do: an admin or an owner everything, anybody else what was set.
    held: Permissions,
    /// What was set for the user; it counts as long as the user is neither an admin nor an owner.
    set: Permissions,
}

impl From<&User> for HeldPermissions {
    fn from(user: &User) -> Self {
        Self {
            held: user.effective_permissions(),
            set: user.permissions,
        }
    }
}
