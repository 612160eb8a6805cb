//! A user or an account as a line of an import or an export.
//!
//! What comes from outside is parsed into the domain's types here, and an error names the field.

use roster_domain::{
    Account, AccountId, Actor, EmailAddress, NamedToken, PasswordHash, Permissions, PreviousEmail,
    Role, SecretHash, Status, Storage, Timestamp, TokenValidity, User, UserId, ValidationError,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, str::FromStr};

/// The `type` of a line that is an account.
pub(crate) const ACCOUNT: &str = "account";

/// Tokens of one kind that a user holds at most.
const MOST_TOKENS: usize = 10;

/// What is wrong with a line.
pub(crate) type Rejection = String;

/// An account.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountRecord {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    founder: Option<String>,
    #[serde(default)]
    verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<String>,
    created_at: String,
}

impl AccountRecord {
    pub(crate) fn of(account: &Account) -> Self {
        Self {
            kind: ACCOUNT.to_owned(),
            id: account.id.to_string(),
            name: text(&account.name),
            email: text(&account.email),
            founder: text(&account.founder),
            verified: account.verified,
            cloud_id: text(&account.cloud_id),
            activity: text(&account.activity),
            created_at: account.created_at.to_string(),
        }
    }

    pub(crate) fn account(&self) -> Result<Account, Rejection> {
        Ok(Account {
            id: parse("id", &self.id)?,
            name: optional("name", &self.name)?,
            email: optional("email", &self.email)?,
            founder: optional("founder", &self.founder)?,
            verified: self.verified,
            closed: false,
            changed_by: Actor::Operator,
            cloud_id: optional("cloud_id", &self.cloud_id)?,
            activity: optional_time("activity", &self.activity)?,
            created_at: time("created_at", &self.created_at)?,
            active_owners: 0,
            revision: None,
        })
    }
}

/// A user. Only the address is required.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct UserRecord {
    /// The id of an account, or the name of one that the import opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    pub(crate) email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verified: Option<bool>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) email_lost: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) previous_email: Option<PreviousEmailRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) second_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alias: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) organization: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) permissions: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) preferences: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) password_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tokens: BTreeMap<SecretHash, TokenValidity>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) named_tokens: BTreeMap<SecretHash, NamedToken>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) token_uses: BTreeMap<SecretHash, Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invited_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) activity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_login_at: Option<String>,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) storage_records: i64,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) storage_bytes: i64,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) usage: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) updated_at: Option<String>,
}

/// An address that can be gone back to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviousEmailRecord {
    email: String,
    until: String,
}

impl UserRecord {
    pub(crate) fn of(user: &User) -> Self {
        let previous = user.previous_email.as_ref();
        Self {
            account: Some(user.account.to_string()),
            id: Some(user.id.to_string()),
            email: user.email.to_string(),
            verified: Some(user.email_verified),
            email_lost: user.email_lost,
            previous_email: previous.map(|previous| PreviousEmailRecord {
                email: previous.email.to_string(),
                until: previous.until.to_string(),
            }),
            second_email: text(&user.second_email),
            username: text(&user.username),
            first_name: text(&user.first_name),
            last_name: text(&user.last_name),
            alias: text(&user.alias),
            organization: text(&user.organization),
            language: user.language.map(|language| language.as_str().to_owned()),
            time_zone: text(&user.time_zone),
            role: text(&Some(user.role)),
            permissions: Some(names_of(user.permissions)),
            preferences: user.preferences.clone(),
            password_hash: user.password.as_ref().map(|hash| hash.expose().to_owned()),
            state: Some(crate::commands::state_of(user.status).to_owned()),
            tokens: user.tokens.clone(),
            named_tokens: user.named_tokens.clone(),
            token_uses: user.token_uses.clone(),
            invited_at: text(&user.invited_at),
            activity: text(&user.activity),
            last_login_at: text(&user.last_login_at),
            storage_records: user.storage.records,
            storage_bytes: user.storage.bytes,
            usage: user.usage,
            created_at: text(&Some(user.created_at)),
            updated_at: text(&Some(user.updated_at)),
        }
    }

    /// The user of `account`. Where the line has no id, it follows from the account and the address: so
    /// the same line is the same user on every run.
    pub(crate) fn user(&self, account: &Account, now: Timestamp) -> Result<User, Rejection> {
        let email: EmailAddress = parse("email", &self.email)?;
        let created_at = optional_time("created_at", &self.created_at)?;
        if created_at.is_some_and(|created_at| created_at > now) {
            return Err("created_at must not be in the future".into());
        }
        let role = optional("role", &self.role)?.unwrap_or(Role::User);
        let password = self.password_hash.as_deref();
        let password = password.map(|hash| {
            PasswordHash::import(hash).map_err(|error| format!("password_hash {error}"))
        });
        let password = password.transpose()?;
        let status = match self.state.as_deref() {
            Some("invited") => Status::Invited,
            Some("active") => Status::Active,
            Some("deactivated") => Status::Deactivated,
            Some("withdrawn") => Status::Withdrawn,
            None if password.is_some() => Status::Active,
            None => Status::Invited,
            Some(_) => {
                return Err("state must be one of invited, active, deactivated, withdrawn".into());
            }
        };
        if password.is_some() && !status.has_joined() {
            return Err(
                "state must be active or deactivated for a user with a password_hash".into(),
            );
        }
        let user = User::invite(account.id, email, role, created_at.unwrap_or(now));
        let id = match &self.id {
            Some(id) => parse("id", id)?,
            None => {
                let account_id = account.id.to_string();
                let email = user.email.key();
                let time = created_at.unwrap_or(account.created_at);
                UserId::from_bytes(derived_id(time, &["user", &account_id, &email]))
            }
        };
        let permissions = match &self.permissions {
            Some(names) => permissions_of(names)?,
            None => user.permissions,
        };
        let previous = self.previous_email.as_ref();
        let previous_email = previous.map(|previous| {
            Ok::<_, Rejection>(PreviousEmail {
                email: parse("previous_email", &previous.email)?,
                until: time("previous_email", &previous.until)?,
            })
        });
        Ok(User {
            id,
            email_lost: self.email_lost,
            // Who joins proves the address by it, and not before.
            email_verified: self.verified.unwrap_or_default() && status.has_joined(),
            previous_email: previous_email.transpose()?,
            second_email: optional("second_email", &self.second_email)?,
            username: optional("username", &self.username)?,
            first_name: optional("first_name", &self.first_name)?,
            last_name: optional("last_name", &self.last_name)?,
            alias: optional("alias", &self.alias)?,
            organization: optional("organization", &self.organization)?,
            language: optional("language", &self.language)?,
            time_zone: optional("time_zone", &self.time_zone)?,
            permissions,
            preferences: preferences(&self.preferences)?,
            password,
            tokens: tokens("tokens", &self.tokens)?,
            named_tokens: tokens("named_tokens", &self.named_tokens)?,
            token_uses: tokens("token_uses", &self.token_uses)?,
            invited_at: optional_time("invited_at", &self.invited_at)?,
            status,
            activity: optional_time("activity", &self.activity)?,
            last_login_at: optional_time("last_login_at", &self.last_login_at)?,
            storage: Storage {
                records: self.storage_records,
                bytes: self.storage_bytes,
            },
            usage: match self.usage.is_finite() {
                true => self.usage,
                false => return Err("usage must be a number".into()),
            },
            updated_at: optional_time("updated_at", &self.updated_at)?.unwrap_or(user.created_at),
            ..user
        })
    }
}

/// The account that imports open by a name: the same one on every run.
pub(crate) fn account_named(name: &str, now: Timestamp) -> Result<Account, Rejection> {
    Ok(Account {
        id: account_id_of(name),
        name: Some(parse("account", name)?),
        email: None,
        founder: None,
        verified: false,
        closed: false,
        changed_by: Actor::Operator,
        cloud_id: None,
        activity: None,
        created_at: now,
        active_owners: 0,
        revision: None,
    })
}

fn account_id_of(name: &str) -> AccountId {
    // The time in the id of an account decides nothing.
    AccountId::from_bytes(derived_id(Timestamp::from_millis(0), &["account", name]))
}

/// A UUIDv7 of this time, whose other bits are a hash instead of random: made again, it is the same.
fn derived_id(time: Timestamp, parts: &[&str]) -> [u8; 16] {
    let text = format!("roster import\0{}", parts.join("\0"));
    let hash = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    bytes[..6].copy_from_slice(&time.as_millis().max(0).to_be_bytes()[2..]);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    bytes
}

fn text<T: ToString>(value: &Option<T>) -> Option<String> {
    value.as_ref().map(ToString::to_string)
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn parse<T: FromStr<Err = ValidationError>>(field: &str, text: &str) -> Result<T, Rejection> {
    text.trim()
        .parse()
        .map_err(|error| format!("{field} {error}"))
}

fn optional<T: FromStr<Err = ValidationError>>(
    field: &str,
    text: &Option<String>,
) -> Result<Option<T>, Rejection> {
    let text = text.as_deref().filter(|text| !text.trim().is_empty());
    text.map(|text| parse(field, text)).transpose()
}

fn time(field: &str, text: &str) -> Result<Timestamp, Rejection> {
    let parsed = text.trim().parse();
    parsed.map_err(|_| format!("{field} must be a time in ISO 8601, such as 2026-11-21T18:00:00Z"))
}

fn optional_time(field: &str, text: &Option<String>) -> Result<Option<Timestamp>, Rejection> {
    let text = text.as_deref().filter(|text| !text.trim().is_empty());
    text.map(|text| time(field, text)).transpose()
}

/// Those that are granted, by their names.
fn names_of(permissions: Permissions) -> Vec<String> {
    let Ok(Value::Object(flags)) = serde_json::to_value(permissions) else {
        return vec![];
    };
    let granted = flags
        .into_iter()
        .filter(|(_, granted)| *granted == Value::Bool(true));
    granted.map(|(name, _)| name).collect()
}

fn permissions_of(names: &[String]) -> Result<Permissions, Rejection> {
    let Ok(Value::Object(mut flags)) = serde_json::to_value(Permissions::default()) else {
        return Err("permissions cannot be read".into());
    };
    for name in names {
        let known = flags.keys().cloned().collect::<Vec<_>>().join(", ");
        let flag = flags.get_mut(name);
        *flag.ok_or_else(|| format!("permissions must be among {known}"))? = Value::Bool(true);
    }
    serde_json::from_value(Value::Object(flags)).map_err(|error| format!("permissions: {error}"))
}

/// As large as a request may make them.
fn preferences(map: &Map<String, Value>) -> Result<Map<String, Value>, Rejection> {
    let text = serde_json::to_string(map).map_err(|error| format!("preferences: {error}"))?;
    match text.len() <= roster_domain::MAX_PREFERENCES_BYTES {
        true => Ok(map.clone()),
        false => Err("preferences must be at most 8 KiB as JSON".into()),
    }
}

/// Tokens of an export. Their hashes become parts of attribute paths.
fn tokens<T: Clone>(
    field: &str,
    map: &BTreeMap<SecretHash, T>,
) -> Result<BTreeMap<SecretHash, T>, Rejection> {
    let is_hash = |hash: &SecretHash| {
        let text = hash.as_str();
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        text.len() == 43 && text.bytes().all(is_base64)
    };
    let most = if field == "token_uses" {
        2 * MOST_TOKENS
    } else {
        MOST_TOKENS
    };
    match map.len() <= most && map.keys().all(is_hash) {
        true => Ok(map.clone()),
        false => Err(format!("{field} must be those of an export of Roster's")),
    }
}
