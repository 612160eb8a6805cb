use crate::{Account, Permissions, Role, User};
use serde::Serialize;

/// Something that happened to a user or an account, for other programs to know.
///
/// It says what changed and not to what, unless that is a role or a permission: no secrets and no
/// personal data. A program that needs more asks the API. Each kind has a JSON schema in `docs/events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum DomainEvent {
    /// An account was opened.
    AccountCreated {},
    /// Someone was put into an account, and has yet to join it.
    UserInvited {
        /// As what.
        role: Role,
    },
    /// Someone accepted an invitation, or registered: they can log in.
    UserJoined {
        /// As what.
        role: Role,
    },
    /// An administrator gave someone their access back.
    UserActivated {},
    /// An administrator took someone's access away.
    UserDeactivated {},
    /// Someone has another role.
    UserRoleChanged {
        /// Before.
        from: Role,
        /// After.
        to: Role,
    },
    /// What was set for someone changed. What they may do depends on their role too.
    UserPermissionsChanged {
        /// All five, as they are now.
        permissions: Permissions,
    },
    /// Something else about someone changed.
    UserUpdated {
        /// What, by its names in the directory.
        fields: Vec<&'static str>,
    },
    /// Someone is gone, with everything of theirs.
    UserRemoved {},
}

impl DomainEvent {
    /// The event's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AccountCreated {} => "AccountCreated",
            Self::UserInvited { .. } => "UserInvited",
            Self::UserJoined { .. } => "UserJoined",
            Self::UserActivated {} => "UserActivated",
            Self::UserDeactivated {} => "UserDeactivated",
            Self::UserRoleChanged { .. } => "UserRoleChanged",
            Self::UserPermissionsChanged { .. } => "UserPermissionsChanged",
            Self::UserUpdated { .. } => "UserUpdated",
            Self::UserRemoved {} => "UserRemoved",
        }
    }
}

/// What happened between two versions of an account.
pub fn account_events(old: Option<&Account>, new: Option<&Account>) -> Vec<DomainEvent> {
    match (old, new) {
        (None, Some(_)) => vec![DomainEvent::AccountCreated {}],
        _ => vec![],
    }
}

/// What happened between two versions of a user, in the order in which it is told. Logins, activity
/// and usage are no events: they would drown the others.
pub fn user_events(old: Option<&User>, new: Option<&User>) -> Vec<DomainEvent> {
    match (old, new) {
        (None, Some(user)) if user.status.has_joined() => {
            vec![DomainEvent::UserJoined { role: user.role }]
        }
        (None, Some(user)) => vec![DomainEvent::UserInvited { role: user.role }],
        (Some(_), None) => vec![DomainEvent::UserRemoved {}],
        (Some(old), Some(new)) => changes(old, new),
        (None, None) => vec![],
    }
}

fn changes(old: &User, new: &User) -> Vec<DomainEvent> {
    let mut events = Vec::new();
    if !old.status.has_joined() && new.status.has_joined() {
        events.push(DomainEvent::UserJoined { role: new.role });
    }
    match (old.status.is_deactivated(), new.status.is_deactivated()) {
        (false, true) => events.push(DomainEvent::UserDeactivated {}),
        (true, false) => events.push(DomainEvent::UserActivated {}),
        _ => {}
    }
    if old.role != new.role {
        let (from, to) = (old.role, new.role);
        events.push(DomainEvent::UserRoleChanged { from, to });
    }
    if old.permissions != new.permissions {
        let permissions = new.permissions;
        events.push(DomainEvent::UserPermissionsChanged { permissions });
    }
    let fields = changed_fields(old, new);
    if !fields.is_empty() {
        events.push(DomainEvent::UserUpdated { fields });
    }
    events
}

fn changed_fields(old: &User, new: &User) -> Vec<&'static str> {
    [
        ("email", old.email != new.email),
        ("emailVerified", old.email_verified != new.email_verified),
        ("secondEmail", old.second_email != new.second_email),
        ("username", old.username != new.username),
        ("firstName", old.first_name != new.first_name),
        ("lastName", old.last_name != new.last_name),
        ("alias", old.alias != new.alias),
        ("organization", old.organization != new.organization),
        ("language", old.language != new.language),
        ("timeZone", old.time_zone != new.time_zone),
        ("preferences", old.preferences != new.preferences),
    ]
    .into_iter()
    .filter_map(|(field, changed)| changed.then_some(field))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountId, Status, Timestamp, UserChanges};

    fn invited() -> User {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let email = "ada@example.com".parse().unwrap();
        User::invite(AccountId::new(now), email, Role::User, now)
    }

    #[test]
    fn what_happened_is_told_once_and_in_order() {
        let old = invited();
        let role = Role::User;
        let invited = user_events(None, Some(&old));
        assert_eq!(invited, [DomainEvent::UserInvited { role }]);

        let mut new = old.clone();
        new.status = Status::Active;
        new.email_verified = true;
        assert_eq!(
            user_events(Some(&old), Some(&new)),
            [
                DomainEvent::UserJoined { role },
                DomainEvent::UserUpdated {
                    fields: vec!["emailVerified"]
                },
            ]
        );
        assert_eq!(
            user_events(None, Some(&new)),
            [DomainEvent::UserJoined { role }]
        );
        assert_eq!(user_events(Some(&new), None), [DomainEvent::UserRemoved {}]);

        let mut changed = new.clone();
        changed.status = Status::Deactivated;
        changed.role = Role::Admin;
        changed.permissions = Permissions::ALL;
        let kinds: Vec<_> = user_events(Some(&new), Some(&changed))
            .iter()
            .map(DomainEvent::kind)
            .collect();
        assert_eq!(
            kinds,
            [
                "UserDeactivated",
                "UserRoleChanged",
                "UserPermissionsChanged"
            ]
        );
        let back = user_events(Some(&changed), Some(&new));
        assert_eq!(back[0], DomainEvent::UserActivated {});
    }

    #[test]
    fn an_update_names_the_fields_that_changed() {
        let old = invited();
        let changes = UserChanges {
            email: Some("countess@example.com".parse().unwrap()),
            alias: crate::Patch::Set("Countess".parse().unwrap()),
            ..UserChanges::default()
        };
        let new = old.update(changes, old.created_at).unwrap();
        let [DomainEvent::UserUpdated { fields }] = &user_events(Some(&old), Some(&new))[..] else {
            panic!("one event");
        };
        assert_eq!(fields, &["email", "alias"]);
    }

    #[test]
    fn logins_activity_and_usage_are_no_events() {
        let old = invited();
        let mut new = old.clone();
        let now = old.created_at + std::time::Duration::from_secs(1);
        new.activity = Some(now);
        new.last_login_at = Some(now);
        new.updated_at = now;
        new.usage = 1.5;
        new.storage.bytes = 7;
        assert_eq!(user_events(Some(&old), Some(&new)), []);
    }
}
