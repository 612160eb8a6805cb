use serde::{Deserialize, Serialize};

/// Whether a user has joined the account, and whether the user has access to it.
///
/// The table keeps it as two attributes, `joined` and `deactivated`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub enum Status {
    /// The user was put into the account and has yet to accept the invitation.
    Invited,
    /// The user accepted the invitation, or signed up: credentials work.
    Active,
    /// The user had joined when an administrator took the access away.
    Deactivated,
    /// An administrator took the access away before the user accepted the invitation.
    Withdrawn,
}

impl Status {
    /// Whether the user accepted the invitation, or signed up.
    pub fn has_joined(self) -> bool {
        matches!(self, Self::Active | Self::Deactivated)
    }

    /// Whether an administrator took the access away.
    pub fn is_deactivated(self) -> bool {
        matches!(self, Self::Deactivated | Self::Withdrawn)
    }

    /// The status of a user who accepts an invitation.
    pub fn joined(self) -> Self {
        match self {
            Self::Invited | Self::Active => Self::Active,
            Self::Withdrawn | Self::Deactivated => Self::Deactivated,
        }
    }

    /// The status of a user who is given the access back.
    pub fn activated(self) -> Self {
        match self {
            Self::Invited | Self::Withdrawn => Self::Invited,
            Self::Active | Self::Deactivated => Self::Active,
        }
    }

    /// The status of a user whose access is taken away.
    pub fn deactivated(self) -> Self {
        match self {
            Self::Invited | Self::Withdrawn => Self::Withdrawn,
            Self::Active | Self::Deactivated => Self::Deactivated,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    joined: bool,
    deactivated: bool,
}

impl From<Stored> for Status {
    fn from(stored: Stored) -> Self {
        match (stored.joined, stored.deactivated) {
            (false, false) => Self::Invited,
            (true, false) => Self::Active,
            (true, true) => Self::Deactivated,
            (false, true) => Self::Withdrawn,
        }
    }
}

impl From<Status> for Stored {
    fn from(status: Status) -> Self {
        Self {
            joined: status.has_joined(),
            deactivated: status.is_deactivated(),
        }
    }
}
