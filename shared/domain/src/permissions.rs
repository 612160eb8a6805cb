use serde::{Deserialize, Serialize};

/// The five permissions, by the names that the members API gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
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

    /// What someone who was just invited starts with.
    pub const INITIAL: Self = Self {
        account_management: false,
        user_management: false,
        add_beacons: false,
        toggle_beacons: false,
        view_metrics: true,
    };

    /// The flags that both have.
    pub fn and(self, other: Self) -> Self {
        Self {
            account_management: self.account_management && other.account_management,
            user_management: self.user_management && other.user_management,
            add_beacons: self.add_beacons && other.add_beacons,
            toggle_beacons: self.toggle_beacons && other.toggle_beacons,
            view_metrics: self.view_metrics && other.view_metrics,
        }
    }

    /// Whether every flag that `changes` turns on is held here: nobody grants what they lack.
    pub fn may_grant(self, changes: PermissionChanges) -> bool {
        let granted = changes.apply(Self::default());
        let both = [
            (granted.account_management, self.account_management),
            (granted.user_management, self.user_management),
            (granted.add_beacons, self.add_beacons),
            (granted.toggle_beacons, self.toggle_beacons),
            (granted.view_metrics, self.view_metrics),
        ];
        both.iter().all(|(granted, held)| !granted || *held)
    }
}

impl From<Permissions> for PermissionChanges {
    /// The changes that make any permissions these.
    fn from(permissions: Permissions) -> Self {
        Self {
            account_management: Some(permissions.account_management),
            user_management: Some(permissions.user_management),
            add_beacons: Some(permissions.add_beacons),
            toggle_beacons: Some(permissions.toggle_beacons),
            view_metrics: Some(permissions.view_metrics),
        }
    }
}

/// The flags that a request names; the others stay as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PermissionChanges {
    /// See [`Permissions::account_management`].
    pub account_management: Option<bool>,
    /// See [`Permissions::user_management`].
    pub user_management: Option<bool>,
    /// See [`Permissions::add_beacons`].
    pub add_beacons: Option<bool>,
    /// See [`Permissions::toggle_beacons`].
    pub toggle_beacons: Option<bool>,
    /// See [`Permissions::view_metrics`].
    pub view_metrics: Option<bool>,
}

impl PermissionChanges {
    /// `permissions` with the named flags changed.
    pub fn apply(self, permissions: Permissions) -> Permissions {
        Permissions {
            account_management: self
                .account_management
                .unwrap_or(permissions.account_management),
            user_management: self.user_management.unwrap_or(permissions.user_management),
            add_beacons: self.add_beacons.unwrap_or(permissions.add_beacons),
            toggle_beacons: self.toggle_beacons.unwrap_or(permissions.toggle_beacons),
            view_metrics: self.view_metrics.unwrap_or(permissions.view_metrics),
        }
    }

    /// The named flags, each with its attribute name and its new value.
    pub fn named(self) -> impl Iterator<Item = (&'static str, bool)> {
        [
            ("accountManagement", self.account_management),
            ("userManagement", self.user_management),
            ("addBeacons", self.add_beacons),
            ("toggleBeacons", self.toggle_beacons),
            ("viewMetrics", self.view_metrics),
        ]
        .into_iter()
        .filter_map(|(name, flag)| Some((name, flag?)))
    }
}
