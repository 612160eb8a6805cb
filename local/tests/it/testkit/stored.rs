//! What the store holds, as a test looks at it.

use roster_domain::{BounceKind, Challenge, Code, CodeError, Permissions, Role, Timestamp, User};
use serde_json::{Value, json};

/// A user as they are stored.
#[derive(Clone, Debug)]
pub struct StoredUser(pub(super) User);

/// The same user, whichever write left it so.
impl PartialEq for StoredUser {
    fn eq(&self, other: &Self) -> bool {
        let revision = self.0.revision;
        let other = User {
            revision,
            ..other.0.clone()
        };
        self.0 == other
    }
}

impl StoredUser {
    pub fn id(&self) -> String {
        self.0.id.to_string()
    }

    pub fn account(&self) -> String {
        self.0.account.to_string()
    }

    pub fn email(&self) -> &str {
        self.0.email.as_str()
    }

    pub fn language(&self) -> Option<&'static str> {
        self.0.language.map(|language| language.as_str())
    }

    pub fn role(&self) -> Role {
        self.0.role
    }

    pub fn first_name(&self) -> Option<&str> {
        self.0.first_name.as_ref().map(|name| name.as_str())
    }

    pub fn last_name(&self) -> Option<&str> {
        self.0.last_name.as_ref().map(|name| name.as_str())
    }

    pub fn alias(&self) -> Option<&str> {
        self.0.alias.as_ref().map(|alias| alias.as_str())
    }

    pub fn organization(&self) -> Option<&str> {
        self.0.organization.as_ref().map(|name| name.as_str())
    }

    pub fn preferences(&self) -> Value {
        json!(self.0.preferences)
    }

    /// The permissions that were set, whatever the role gives beside them.
    pub fn own_permissions(&self) -> Permissions {
        self.0.permissions
    }

    pub fn permissions(&self) -> Permissions {
        self.0.effective_permissions()
    }

    pub fn has_joined(&self) -> bool {
        self.0.status.has_joined()
    }

    pub fn is_deactivated(&self) -> bool {
        self.0.status.is_deactivated()
    }

    pub fn is_active(&self) -> bool {
        self.0.is_active()
    }

    pub fn is_active_owner(&self) -> bool {
        self.0.is_active_owner()
    }

    pub fn is_verified(&self) -> bool {
        self.0.email_verified
    }

    /// Whether their address logs in another user by now.
    pub fn lost_address(&self) -> bool {
        self.0.email_lost
    }

    pub fn has_password(&self) -> bool {
        self.0.password.is_some()
    }

    pub fn has_logged_in(&self) -> bool {
        self.0.last_login_at.is_some()
    }

    pub fn tokens(&self) -> usize {
        self.0.tokens.len()
    }

    pub fn activity(&self) -> Option<Timestamp> {
        self.0.activity
    }

    pub fn created(&self) -> Timestamp {
        self.0.created_at
    }

    pub fn updated(&self) -> Timestamp {
        self.0.updated_at
    }

    /// The same user, invited (again) at another time.
    pub fn invited_at(mut self, time: Timestamp) -> Self {
        self.0.invited_at = Some(time);
        self
    }

    /// What was counted of their records: how many, how many bytes, and the usage.
    pub fn usage(&self) -> (i64, i64, f64) {
        let user = &self.0;
        (user.storage.records, user.storage.bytes, user.usage)
    }
}

/// A code that a user was asked for, as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredChallenge(pub(super) Challenge);

impl StoredChallenge {
    pub fn email(&self) -> &str {
        self.0.email.as_str()
    }

    pub fn requested(&self) -> Timestamp {
        self.0.requested_at
    }

    /// Whether a mail was made for it.
    pub fn has_code(&self) -> bool {
        self.0.code.is_some()
    }

    /// How its mail came back.
    pub fn bounced(&self) -> Option<BounceKind> {
        self.0.bounced.map(|bounce| bounce.kind)
    }

    /// How many codes are remembered.
    pub fn codes(&self) -> usize {
        self.0.codes.len()
    }

    pub fn check(&self, code: &str, now: Timestamp) -> Result<(), CodeError> {
        let code: Code = code.parse().unwrap();
        self.0.verify(&code, now)
    }
}
