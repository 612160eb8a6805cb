use crate::Optional;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The five permissions, by the names that the members API gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Permissions {
    /// May change the account.
    pub account_management: bool,
    /// May invite, update, activate and deactivate members and set their permissions.
    pub user_management: bool,
    /// May add beacons.
    pub add_beacons: bool,
    /// May switch beacons on and off.
    pub toggle_beacons: bool,
    /// May see metrics.
    pub view_metrics: bool,
}

impl Permissions {
    /// What owners and admins hold.
    pub const ALL: Self = Self {
        account_management: true,
        user_management: true,
        add_beacons: true,
        toggle_beacons: true,
        view_metrics: true,
    };

    /// What an invited user starts with.
    pub const INITIAL: Self = Self {
        account_management: false,
        user_management: false,
        add_beacons: false,
        toggle_beacons: false,
        view_metrics: true,
    };

    /// The permissions that both have.
    pub fn and(self, other: Self) -> Self {
        Self {
            account_management: self.account_management && other.account_management,
            user_management: self.user_management && other.user_management,
            add_beacons: self.add_beacons && other.add_beacons,
            toggle_beacons: self.toggle_beacons && other.toggle_beacons,
            view_metrics: self.view_metrics && other.view_metrics,
        }
    }

    /// Whether all of `other` are among these: nobody grants a permission that they lack.
    pub fn include(self, other: Self) -> bool {
        self.and(other) == other
    }
}

/// The permissions that a request names; the others stay as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct PermissionChanges {
    /// May change the account.
    pub account_management: Optional<bool>,
    /// May invite, update, activate and deactivate members and set their permissions.
    pub user_management: Optional<bool>,
    /// May add beacons.
    pub add_beacons: Optional<bool>,
    /// May switch beacons on and off.
    pub toggle_beacons: Optional<bool>,
    /// May see metrics.
    pub view_metrics: Optional<bool>,
}

impl PermissionChanges {
    /// `permissions` with the named ones changed.
    pub fn apply(self, permissions: Permissions) -> Permissions {
        let or = |change: Optional<bool>, held: bool| change.0.unwrap_or(held);
        Permissions {
            account_management: or(self.account_management, permissions.account_management),
            user_management: or(self.user_management, permissions.user_management),
            add_beacons: or(self.add_beacons, permissions.add_beacons),
            toggle_beacons: or(self.toggle_beacons, permissions.toggle_beacons),
            view_metrics: or(self.view_metrics, permissions.view_metrics),
        }
    }
}
