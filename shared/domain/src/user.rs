use crate::{
    AccountId, Actor, EmailAddress, Language, NamedToken, PasswordHash, Permissions, Revision,
    Role, SecretHash, ShortText, Status, TimeZone, Timestamp, TokenValidity, UserId, UserKey,
    Username,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a user may store, in bytes.
pub const STORAGE_QUOTA_BYTES: i64 = 5_242_880_000;

/// What other services have reported of a user's storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// Records in all channels.
    pub records: i64,
    /// Their size in bytes.
    pub bytes: i64,
}

impl Storage {
    /// Mean size of a record in bytes; 0 when there is no record.
    pub fn average_record_bytes(self) -> i64 {
        self.bytes.checked_div(self.records).unwrap_or(0)
    }
}

/// An address that a user had proven before the present one, and may go back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousEmail {
    /// The address.
    pub email: EmailAddress,
    /// Until when it is a login of the user's, and can be taken back.
    pub until: Timestamp,
}

/// A person in an account, with everything that authentication needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The account that the user is in.
    pub account: AccountId,
    /// The user's id in the account.
    pub id: UserId,
    /// Primary address, unique in the account.
    pub email: EmailAddress,
    /// Whether another user has proven to own `email`, or signed up with it when this user had long
    /// left it unproven: see [`User::logs_in_by_email`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub email_lost: bool,
    /// Whether a code that was mailed to `email` came back.
    pub email_verified: bool,
    /// The verified address before `email`, while the change can be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_email: Option<PreviousEmail>,
    /// For contact only: neither unique nor verified.
    pub second_email: Option<EmailAddress>,
    /// A name to log in by; only users who signed up through the accounts API have one.
    pub username: Option<Username>,
    /// First name.
    pub first_name: Option<ShortText>,
    /// Surname.
    pub last_name: Option<ShortText>,
    /// Display name.
    pub alias: Option<ShortText>,
    /// Name of the organization.
    pub organization: Option<ShortText>,
    /// The language to write to the user in.
    pub language: Option<Language>,
    /// Where the user is.
    pub time_zone: Option<TimeZone>,
    /// What the user is in the account.
    pub role: Role,
    /// What was granted to the user; see [`User::effective_permissions`].
    pub permissions: Permissions,
    /// Whatever a client keeps here, at most [`MAX_PREFERENCES_BYTES`](crate::MAX_PREFERENCES_BYTES).
    #[serde(with = "json_text")]
    pub preferences: Map<String, Value>,
    /// The user has none until an invitation is accepted.
    pub password: Option<PasswordHash>,
    /// The tokens that the user got by logging in, by their hashes.
    pub tokens: BTreeMap<SecretHash, TokenValidity>,
    /// The tokens that the user made and named, by their hashes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub named_tokens: BTreeMap<SecretHash, NamedToken>,
    /// When each token was last used, to the hour. A token that was never used has no entry.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub token_uses: BTreeMap<SecretHash, Timestamp>,
    /// When an invitation was last requested.
    #[serde(rename = "invited")]
    pub invited_at: Option<Timestamp>,
    /// Whether the user has joined, and has access.
    #[serde(flatten)]
    pub status: Status,
    /// When the user was last seen, to the hour.
    pub activity: Option<Timestamp>,
    /// When the user last logged in with a password.
    #[serde(rename = "last_login")]
    pub last_login_at: Option<Timestamp>,
    /// What other services reported.
    pub storage: Storage,
    /// Usage of all application keys.
    pub usage: f64,
    /// When the user was created.
    #[serde(rename = "created")]
    pub created_at: Timestamp,
    /// When somebody last changed the user.
    #[serde(rename = "updated")]
    pub updated_at: Timestamp,
    /// Who made the last saved change.
    #[serde(default, skip_serializing_if = "Actor::is_system")]
    pub changed_by: Actor,
    /// What the last saved change left; rows from before there were revisions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
}

impl User {
    fn new(account: AccountId, email: EmailAddress, role: Role, now: Timestamp) -> Self {
        Self {
            account,
            id: UserId::new(now),
            email,
            email_lost: false,
            email_verified: false,
            previous_email: None,
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
            named_tokens: BTreeMap::new(),
            token_uses: BTreeMap::new(),
            invited_at: None,
            status: Status::Invited,
            activity: None,
            last_login_at: None,
            storage: Storage::default(),
            usage: 0.0,
            created_at: now,
            updated_at: now,
            changed_by: Actor::System,
            revision: None,
        }
    }

    /// A person who signs up: the first owner of a new account.
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
            status: Status::Active,
            activity: Some(now.to_the_hour()),
            ..Self::new(account, email, Role::Owner, now)
        }
    }

    /// A person who is put into an account and has yet to accept.
    pub fn invite(account: AccountId, email: EmailAddress, role: Role, now: Timestamp) -> Self {
        Self::new(account, email, role, now)
    }

    /// What names the user in the whole system.
    pub fn key(&self) -> UserKey {
        UserKey {
            account: self.account,
            user: self.id,
        }
    }

    /// Whether the user has joined and is not deactivated: only then does any credential work.
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }

    /// Whether `email` is the user's login: from joining on, until it is lost.
    pub fn logs_in_by_email(&self) -> bool {
        self.status.has_joined() && !self.email_lost
    }

    /// Whether an invitation of the user can still be accepted.
    pub fn may_accept(&self) -> bool {
        self.status == Status::Invited
    }

    /// Whether the account's count of active owners includes the user.
    pub fn is_active_owner(&self) -> bool {
        self.role == Role::Owner && self.is_active()
    }

    /// What the user may do: owners and admins everything, a user what was granted.
    pub fn effective_permissions(&self) -> Permissions {
        match self.role {
            Role::Owner | Role::Admin => Permissions::ALL,
            Role::User => self.permissions,
        }
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
