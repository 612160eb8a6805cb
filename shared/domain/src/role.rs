use crate::ValidationError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What someone is in their account: user < admin < owner.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees the account's people, edits themselves, and does what their permissions allow.
    User,
    /// Manages users and admins.
    Admin,
    /// Manages everyone; an account always has an active one.
    Owner,
}

impl Role {
    /// Every role, from the least.
    pub const ALL: [Self; 3] = [Self::User, Self::Admin, Self::Owner];

    /// As it is written in requests, answers and the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Whether someone of this role may give, take or edit `other`: nobody reaches above their
    /// own role, so only owners touch owners.
    pub fn may_manage(self, other: Self) -> bool {
        self >= other
    }
}

impl FromStr for Role {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        match text {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            "owner" => Ok(Self::Owner),
            _ => Err("must be one of user, admin, owner".into()),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
