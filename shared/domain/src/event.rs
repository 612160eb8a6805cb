use crate::{Account, Permissions, Role, User};
use serde::Serialize;
use std::collections::BTreeMap;

/// Something that happened to a user or an account, for other programs to know.
///
/// It says what changed and not to what, unless that is a role or a permission: no secrets and no
/// personal data. A program that needs more asks the API. Each kind has a JSON schema in `docs/events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum DomainEvent {
    /// An account was opened.
    AccountCreated {},
    /// Something about an account changed.
    AccountUpdated {
        /// What, by its names in the directory.
        fields: Vec<&'static str>,
    },
    /// An account was closed. Everybody in it is removed soon.
    AccountClosed {},
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
    /// A user who had joined has another password, or none for now.
    UserPasswordChanged {},
    /// Tokens of a user were taken away, who otherwise stays what they were.
    UserTokensRevoked {},
    /// Someone is gone, with everything of theirs.
    UserRemoved {},
}

impl DomainEvent {
    /// The event's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AccountCreated {} => "AccountCreated",
            Self::AccountUpdated { .. } => "AccountUpdated",
            Self::AccountClosed {} => "AccountClosed",
            Self::UserInvited { .. } => "UserInvited",
            Self::UserJoined { .. } => "UserJoined",
            Self::UserActivated {} => "UserActivated",
            Self::UserDeactivated {} => "UserDeactivated",
            Self::UserRoleChanged { .. } => "UserRoleChanged",
            Self::UserPermissionsChanged { .. } => "UserPermissionsChanged",
            Self::UserUpdated { .. } => "UserUpdated",
            Self::UserPasswordChanged {} => "UserPasswordChanged",
            Self::UserTokensRevoked {} => "UserTokensRevoked",
            Self::UserRemoved {} => "UserRemoved",
        }
    }
}

/// What happened between two versions of an account.
pub fn account_events(old: Option<&Account>, new: Option<&Account>) -> Vec<DomainEvent> {
    match (old, new) {
        (None, Some(_)) => vec![DomainEvent::AccountCreated {}],
        (Some(old), Some(new)) if new.closed => match old.closed {
            true => vec![],
            false => vec![DomainEvent::AccountClosed {}],
        },
        (Some(old), Some(new)) => {
            let fields = changed(&[
                ("name", old.name != new.name),
                ("email", old.email != new.email),
                ("cloudId", old.cloud_id != new.cloud_id),
            ]);
            let updated = (!fields.is_empty()).then_some(DomainEvent::AccountUpdated { fields });
            updated.into_iter().collect()
        }
        (_, None) => vec![],
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
    let has_other_password = changes_password(old, new);
    if has_other_password {
        events.push(DomainEvent::UserPasswordChanged {});
    }
    if !has_other_password && revokes_tokens(old, new) {
        events.push(DomainEvent::UserTokensRevoked {});
    }
    let fields = changed_fields(old, new);
    if !fields.is_empty() {
        events.push(DomainEvent::UserUpdated { fields });
    }
    events
}

/// Whether a password that worked does so no more. A login that hashes the same password anew leaves
/// the revision as it is.
fn changes_password(old: &User, new: &User) -> bool {
    let was_changed = old.password != new.password && old.revision != new.revision;
    was_changed && old.status.has_joined()
}

/// Whether an active user has lost a token that had not expired. What takes tokens away adds none:
/// where one is added, others have made room for it.
fn revokes_tokens(old: &User, new: &User) -> bool {
    fn difference<K: Ord, V>(
        map: &BTreeMap<K, V>,
        other: &BTreeMap<K, V>,
        is: impl Fn(&V) -> bool,
    ) -> bool {
        map.iter()
            .any(|(key, value)| !other.contains_key(key) && is(value))
    }
    let adds = difference(&new.tokens, &old.tokens, |_| true)
        || difference(&new.named_tokens, &old.named_tokens, |_| true);
    let now = new.updated_at;
    let loses = difference(&old.tokens, &new.tokens, |token| token.expires_at > now)
        || difference(&old.named_tokens, &new.named_tokens, |token| {
            token.validity.expires_at > now
        });
    old.is_active() && new.is_active() && loses && !adds
}

fn changed_fields(old: &User, new: &User) -> Vec<&'static str> {
    changed(&[
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
    ])
}

fn changed(fields: &[(&'static str, bool)]) -> Vec<&'static str> {
    let fields = fields.iter();
    fields
        .filter_map(|(field, changed)| changed.then_some(*field))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AccountId, IssuedToken, PasswordHash, Patch, Revision, Status, Timestamp, Token,
        UserChanges,
    };
    use std::time::Duration;

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

    fn active() -> User {
        let mut user = invited();
        user.status = Status::Active;
        user.password = Some(PasswordHash::decoy());
        user.revision = Some(Revision::new(user.created_at));
        user
    }

    fn token(user: &User, now: Timestamp) -> IssuedToken {
        Token::issue(user.key(), now, Duration::from_secs(60)).unwrap()
    }

    fn with_revision(user: &User) -> User {
        let revision = Some(Revision::new(user.updated_at));
        User {
            revision,
            ..user.clone()
        }
    }

    /// The hash itself differs each time.
    fn other_password() -> PasswordHash {
        PasswordHash::renew("another-password").unwrap()
    }

    #[test]
    fn a_change_of_the_password_is_told_and_a_rehash_or_joining_is_not() {
        let told = [DomainEvent::UserPasswordChanged {}];
        let now = Timestamp::from_millis(1_800_000_000_001);
        let old = active();
        let presented = token(&old, now);
        let old = old.log_in(&presented).log_in(&token(&old, now));
        let changed = old.change_password(other_password(), &presented.hash, now);
        assert_eq!(
            user_events(Some(&old), Some(&with_revision(&changed))),
            told
        );
        let reset = old.reset_password(other_password(), &old.email, now);
        let events = user_events(Some(&old), Some(&with_revision(&reset)));
        assert_eq!(events[0], told[0]);
        assert!(!events.contains(&DomainEvent::UserTokensRevoked {}));

        let mut rehashed = old.log_in(&token(&old, now));
        rehashed.password = Some(other_password());
        assert_eq!(user_events(Some(&old), Some(&rehashed)), []);

        let old = invited();
        let joined = with_revision(&old.accept(other_password(), &token(&old, now)));
        let events = user_events(Some(&old), Some(&joined));
        assert!(!events.contains(&told[0]), "{events:?}");
    }

    #[test]
    fn tokens_that_are_taken_away_are_told_and_those_that_make_room_are_not() {
        let told = [DomainEvent::UserTokensRevoked {}];
        let now = Timestamp::from_millis(1_800_000_000_001);
        let user = active();
        let mut full = user.clone();
        for _ in 0..crate::MAX_TOKENS {
            full = full.log_in(&token(&user, now));
        }
        let next = full.log_in(&token(&user, now));
        assert_eq!(user_events(Some(&full), Some(&next)), []);
        let all_gone = full.revoke_tokens(|_| false, now);
        assert_eq!(user_events(Some(&full), Some(&all_gone)), told);

        let issued = token(&user, now);
        let named = user.add_named_token(&issued, "report".parse().unwrap());
        let named = named.unwrap();
        assert_eq!(user_events(Some(&user), Some(&named)), []);
        let gone = named.revoke_tokens(|_| false, now);
        assert_eq!(user_events(Some(&named), Some(&gone)), told);
        // A token that had expired was worth nothing.
        let late = now + Duration::from_secs(60);
        let gone = named.revoke_tokens(|_| false, late);
        assert_eq!(user_events(Some(&named), Some(&gone)), []);
        // An inactive user has none: that is told already.
        let deactivated = user_events(Some(&named), Some(&named.deactivate(now)));
        assert_eq!(deactivated, [DomainEvent::UserDeactivated {}]);
    }

    #[test]
    fn an_account_is_told_of_until_it_is_closed() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let account = Account::open("ada@example.com".parse().unwrap(), now);
        let of = |old: &Account, new: &Account| account_events(Some(old), Some(new));
        let renamed = account.rename(Patch::Set("Engines".parse().unwrap()));
        let fields = vec!["name"];
        assert_eq!(
            of(&account, &renamed),
            [DomainEvent::AccountUpdated { fields }]
        );
        let mut seen = account.clone();
        seen.activity = Some(now + Duration::from_secs(3600));
        seen.active_owners = 2;
        seen.verified = true;
        assert_eq!(of(&account, &seen), []);
        let closed = renamed.close();
        assert_eq!(of(&renamed, &closed), [DomainEvent::AccountClosed {}]);
        let erased = closed.rename(Patch::Clear);
        assert_eq!(of(&closed, &erased), []);
    }
}
