use crate::{
    AccountId, EmailAddress, Invalid, Language, PasswordHash, Patch, Permissions, Role, SecretHash,
    Text, TimeZone, Timestamp, Token, UserId, Username,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Tokens that a user holds at most; the oldest makes room for the next.
pub const MAX_TOKENS: usize = 10;

/// What a user may store, in bytes.
pub const STORAGE_QUOTA_BYTES: i64 = 5_242_880_000;

/// How large `preferences` may be, written as JSON.
pub const MAX_PREFERENCES_BYTES: usize = 8 * 1024;

/// What other services have reported of a user's storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// Records in all channels.
    pub records: i64,
    /// Their size.
    pub bytes: i64,
}

impl Storage {
    /// Mean size of a record in bytes; 0 when there is none.
    pub fn average_record_bytes(self) -> i64 {
        self.bytes.checked_div(self.records).unwrap_or(0)
    }
}

/// A person in an account, with everything that authentication needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The account that they are in.
    pub account: AccountId,
    /// Their id in it.
    pub id: UserId,
    /// Primary address, unique in their account.
    pub email: EmailAddress,
    /// Whether somebody else has proven that `email` is theirs, or signed up with it when this user
    /// had long left it unproven: see [`User::logs_in_by_email`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub email_lost: bool,
    /// Whether a code that was mailed to `email` came back.
    pub email_verified: bool,
    /// For contact only: neither unique nor verified.
    pub second_email: Option<EmailAddress>,
    /// To log in with; only who signed up through the accounts API has one.
    pub username: Option<Username>,
    /// First name.
    pub first_name: Option<Text>,
    /// Surname.
    pub last_name: Option<Text>,
    /// Display name.
    pub alias: Option<Text>,
    /// Organization name.
    pub organization: Option<Text>,
    /// The language to write to them in.
    pub language: Option<Language>,
    /// Where they are.
    pub time_zone: Option<TimeZone>,
    /// What they are in their account.
    pub role: Role,
    /// What was set for them; see [`User::effective_permissions`].
    pub permissions: Permissions,
    /// Whatever a client keeps here, at most [`MAX_PREFERENCES_BYTES`].
    #[serde(with = "json_text")]
    pub preferences: Map<String, Value>,
    /// None until they have accepted an invitation.
    pub password: Option<PasswordHash>,
    /// Hashes of the tokens they hold.
    pub tokens: BTreeMap<SecretHash, TokenValidity>,
    /// When an invitation was last asked for.
    pub invited: Option<Timestamp>,
    /// Whether they accepted their invitation, or registered by themselves.
    pub joined: bool,
    /// Whether an administrator took their access away.
    pub deactivated: bool,
    /// Last seen, to the hour.
    pub activity: Option<Timestamp>,
    /// When they last logged in with a password.
    pub last_login: Option<Timestamp>,
    /// What other services reported.
    pub storage: Storage,
    /// Usage of all application keys.
    pub usage: f64,
    /// When they were created.
    pub created: Timestamp,
    /// When someone last changed them.
    pub updated: Timestamp,
}

impl User {
    fn new(account: AccountId, email: EmailAddress, role: Role, now: Timestamp) -> Self {
        Self {
            account,
            id: UserId::new(now),
            email,
            email_lost: false,
            email_verified: false,
            second_email: None,
            username: None,
            first_name: None,
            last_name: None,
            alias: None,
            organization: None,
            language: None,
            time_zone: None,
            role,
            permissions: Permissions::INITIAL,
            preferences: Map::new(),
            password: None,
            tokens: BTreeMap::new(),
            invited: None,
            joined: false,
            deactivated: false,
            activity: None,
            last_login: None,
            storage: Storage::default(),
            usage: 0.0,
            created: now,
            updated: now,
        }
    }

    /// Someone who signs up: the first owner of their own account.
    pub fn register(
        account: AccountId,
        email: EmailAddress,
        username: Option<Username>,
        password: PasswordHash,
        now: Timestamp,
    ) -> Self {
        Self {
            username,
            password: Some(password),
            joined: true,
            activity: Some(now.to_the_hour()),
            ..Self::new(account, email, Role::Owner, now)
        }
    }

    /// Someone who was put into an account and has yet to accept.
    pub fn invite(account: AccountId, email: EmailAddress, role: Role, now: Timestamp) -> Self {
        Self::new(account, email, role, now)
    }

    /// Whether they have accepted (or registered) and are not deactivated: only then does any
    /// credential of theirs work.
    pub fn is_active(&self) -> bool {
        self.joined && !self.deactivated
    }

    /// Whether `email` is their login: from when they joined, until it is lost.
    pub fn logs_in_by_email(&self) -> bool {
        self.joined && !self.email_lost
    }

    /// Whether an invitation of theirs can still be accepted.
    pub fn may_accept(&self) -> bool {
        !self.joined && !self.deactivated
    }

    /// Whether the account's count of active owners includes them.
    pub fn is_active_owner(&self) -> bool {
        self.role == Role::Owner && self.is_active()
    }

    /// What they may do: owners and admins everything, a user what was set.
    pub fn effective_permissions(&self) -> Permissions {
        match self.role {
            Role::Owner | Role::Admin => Permissions::ALL,
            Role::User => self.permissions,
        }
    }

    /// Whether `token` is one of theirs, has not expired, and may be used.
    pub fn holds(&self, token: &Token, now: Timestamp) -> bool {
        let validity = self.tokens.get(&token.hash());
        self.is_active() && validity.is_some_and(|validity| validity.expires > now)
    }

    /// The token that has to go before another can be added.
    pub fn oldest_token(&self) -> Option<&SecretHash> {
        let full = self.tokens.len() >= MAX_TOKENS;
        let (hash, _) = self
            .tokens
            .iter()
            .filter(|_| full)
            .min_by_key(|(_, validity)| validity.issued)?;
        Some(hash)
    }

    /// [`User::preferences`] after an RFC 7396 merge patch.
    ///
    /// # Errors
    /// When they would be larger than [`MAX_PREFERENCES_BYTES`] or nested deeper than 100 levels.
    pub fn merge_preferences(
        &self,
        patch: &Map<String, Value>,
    ) -> Result<Map<String, Value>, Invalid> {
        let mut merged = Value::Object(self.preferences.clone());
        json_patch::merge(&mut merged, &Value::Object(patch.clone()));
        let text = merged.to_string();
        if text.len() > MAX_PREFERENCES_BYTES {
            return Err("must be at most 8 KiB as JSON, with what is already there".into());
        }
        // Read back as it will be: what could not be read must not be written.
        serde_json::from_str(&text).map_err(|_| "is nested too deeply".into())
    }

    /// [`User::preferences`] as they are stored.
    pub fn preferences_text(&self) -> String {
        Value::Object(self.preferences.clone()).to_string()
    }

    /// The user after `changes`, which were made at `now`.
    ///
    /// # Errors
    /// See [`User::merge_preferences`].
    pub fn changed(&self, changes: UserChanges, now: Timestamp) -> Result<Self, Invalid> {
        let mut user = self.clone();
        if let Some(patch) = &changes.preferences {
            user.preferences = self.merge_preferences(patch)?;
        }
        if let Some(email) = changes.email {
            user.email_verified &= email.matches(&user.email);
            user.email_lost &= email.matches(&user.email);
            user.email = email;
        }
        changes.second_email.apply(&mut user.second_email);
        changes.first_name.apply(&mut user.first_name);
        changes.last_name.apply(&mut user.last_name);
        changes.alias.apply(&mut user.alias);
        changes.organization.apply(&mut user.organization);
        changes.language.apply(&mut user.language);
        changes.time_zone.apply(&mut user.time_zone);
        user.updated = now;
        Ok(user)
    }
}

/// Stored as one JSON text: as a DynamoDB map, doubles beyond its range of 1E126 and depth beyond
/// its 32 levels could not be kept.
mod json_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _, ser::Error as _};
    use serde_json::{Map, Value};
    use std::borrow::Cow;

    pub(super) fn serialize<S: Serializer>(
        map: &Map<String, Value>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&serde_json::to_string(map).map_err(S::Error::custom)?)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Map<String, Value>, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        serde_json::from_str(&text).map_err(D::Error::custom)
    }
}

/// From when until when a token works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenValidity {
    /// When it was made. Which token is the oldest does not follow from when it expires: the
    /// lifetime is chosen at deployment, and may have been changed.
    pub issued: Timestamp,
    /// When it stops working, if nothing stops it before.
    pub expires: Timestamp,
}

/// What a request changes of a user; what it does not name stays, also in the table, so that two
/// people who edit different fields at once both win.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserChanges {
    /// A new primary address: unique, and unverified from then on.
    pub email: Option<EmailAddress>,
    /// See [`User::second_email`].
    pub second_email: Patch<EmailAddress>,
    /// See [`User::first_name`].
    pub first_name: Patch<Text>,
    /// See [`User::last_name`].
    pub last_name: Patch<Text>,
    /// See [`User::alias`].
    pub alias: Patch<Text>,
    /// See [`User::organization`].
    pub organization: Patch<Text>,
    /// See [`User::language`].
    pub language: Patch<Language>,
    /// See [`User::time_zone`].
    pub time_zone: Patch<TimeZone>,
    /// An RFC 7396 merge patch of [`User::preferences`].
    pub preferences: Option<Map<String, Value>>,
}

impl UserChanges {
    /// Whether nothing is to be changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A merge is only written if the text of what it was made from is still the stored one.
    #[test]
    fn preferences_are_written_as_they_were_read() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let email = "ada@example.com".parse().unwrap();
        let mut user = User::invite(AccountId::new(now), email, Role::User, now);
        for number in ["6.934698245112694e276", "8.383658838626809e-78", "0.1"] {
            let patch = serde_json::from_str(&format!(r#"{{"x":{number}}}"#)).unwrap();
            user.preferences = user.merge_preferences(&patch).unwrap();
            let stored = user.preferences_text();
            user.preferences = serde_json::from_str(&stored).unwrap();
            assert_eq!(user.preferences_text(), stored);
        }
    }
}
