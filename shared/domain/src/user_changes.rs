//! What becomes of a user: each change returns the user afterwards, and writes nothing.

use crate::{
    CODE_LIFETIME, CodePurpose, EmailAddress, IssuedToken, Language, PasswordHash, Patch,
    PermissionChanges, PreviousEmail, Role, SecretHash, ShortText, TimeZone, Timestamp, User,
    ValidationError,
};
use serde_json::{Map, Value};

/// How large `preferences` may be, written as JSON.
pub const MAX_PREFERENCES_BYTES: usize = 8 * 1024;

/// What a request changes of a user; whatever it does not name stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserChanges {
    /// A new primary address: unique, and unverified from then on.
    pub email: Option<EmailAddress>,
    /// See [`User::second_email`].
    pub second_email: Patch<EmailAddress>,
    /// See [`User::first_name`].
    pub first_name: Patch<ShortText>,
    /// See [`User::last_name`].
    pub last_name: Patch<ShortText>,
    /// See [`User::alias`].
    pub alias: Patch<ShortText>,
    /// See [`User::organization`].
    pub organization: Patch<ShortText>,
    /// See [`User::language`].
    pub language: Patch<Language>,
    /// See [`User::time_zone`].
    pub time_zone: Patch<TimeZone>,
    /// An RFC 7396 merge patch of [`User::preferences`].
    pub preferences: Option<Map<String, Value>>,
}

impl UserChanges {
    /// The other changes.
    pub fn without_email(self) -> Self {
        Self {
            email: None,
            ..self
        }
    }
}

impl User {
    /// The user after `changes`; without any, the user is the same.
    ///
    /// # Errors
    /// When the preferences would be larger than [`MAX_PREFERENCES_BYTES`] or nested deeper than
    /// 100 levels.
    pub fn update(&self, changes: UserChanges, now: Timestamp) -> Result<Self, ValidationError> {
        let mut user = self.clone();
        if changes == UserChanges::default() {
            return Ok(user);
        }
        // Without `..`: a field that is forgotten below is an unused variable.
        let UserChanges {
            email,
            second_email,
            first_name,
            last_name,
            alias,
            organization,
            language,
            time_zone,
            preferences,
        } = changes;
        if let Some(patch) = preferences {
            user.preferences = merged(&self.preferences, patch)?;
        }
        if let Some(email) = email {
            user = user.set_email(email, now);
        }
        second_email.apply(&mut user.second_email);
        first_name.apply(&mut user.first_name);
        last_name.apply(&mut user.last_name);
        alias.apply(&mut user.alias);
        organization.apply(&mut user.organization);
        language.apply(&mut user.language);
        time_zone.apply(&mut user.time_zone);
        user.updated_at = now;
        Ok(user)
    }

    /// A verified address stays a login for a while, from where the change can be undone.
    fn set_email(self, email: EmailAddress, now: Timestamp) -> Self {
        if email.matches(&self.email) {
            return Self { email, ..self };
        }
        let kept = self.kept_email(now);
        let returns = kept.is_some_and(|kept| kept.email.matches(&email));
        // One address can be gone back to: who has proven another one in the meantime, with a password
        // that is perhaps not theirs, must not end that.
        let previous_email = match self.email_verified {
            _ if returns => None,
            true => kept.cloned().or(Some(PreviousEmail {
                email: self.email.clone(),
                until: now + CODE_LIFETIME,
            })),
            false => self.previous_email.clone(),
        };
        Self {
            email,
            email_verified: returns,
            email_lost: false,
            previous_email,
            ..self
        }
    }

    /// The proven address that the user has left: still a login, to which the user can go back. It stays
    /// in the row when that is over, and then is nobody's, or somebody else's.
    pub fn kept_email(&self, now: Timestamp) -> Option<&PreviousEmail> {
        let previous = self.previous_email.as_ref();
        // A user has each name once, whatever was imported.
        previous.filter(|previous| previous.until > now && !previous.email.matches(&self.email))
    }

    /// The user with the address back that a change is undone from. Whoever made the change may know
    /// the password too, so that one goes as well, and with it all tokens.
    ///
    /// None if there is no such address, or it is too late.
    pub fn undo_email(&self, now: Timestamp) -> Option<Self> {
        let user = Self {
            email: self.kept_email(now)?.email.clone(),
            email_verified: true,
            email_lost: false,
            previous_email: None,
            password: None,
            updated_at: now,
            ..self.clone()
        };
        Some(user.without_tokens())
    }

    /// Where a code to choose a new password is mailed to: the address that was verified last, and the
    /// present one if none ever was. None for a user who cannot log in.
    pub fn reset_email(&self) -> Option<&EmailAddress> {
        let previous = self.previous_email.as_ref();
        let previous = previous.filter(|_| !self.email_verified);
        let present = (!self.email_lost).then_some(&self.email);
        let email = previous.map(|previous| &previous.email).or(present);
        email.filter(|_| self.is_active())
    }

    /// Where the user is told that the password was changed: the address that was verified last.
    pub fn notice_email(&self) -> Option<&EmailAddress> {
        let previous = self.previous_email.as_ref();
        match self.email_verified {
            true => Some(&self.email),
            false => previous.map(|previous| &previous.email),
        }
    }

    /// The user with another password, chosen with a code that was mailed to `email`: that one is
    /// verified if it is the user's, and every token is gone.
    pub fn reset_password(
        &self,
        password: PasswordHash,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Self {
        let proven = email.matches(&self.email) && !self.email_lost;
        let user = Self {
            password: Some(password),
            email_verified: self.email_verified || proven,
            updated_at: now,
            ..self.clone()
        };
        user.without_tokens()
    }

    /// The user with another password; of the tokens, only the one that was presented stays.
    pub fn change_password(
        &self,
        password: PasswordHash,
        presented: &SecretHash,
        now: Timestamp,
    ) -> Self {
        let user = Self {
            password: Some(password),
            updated_at: now,
            ..self.clone()
        };
        user.revoke_tokens(|hash| hash == presented, now)
    }

    /// The code that is mailed if the user's address is set to `email`.
    pub fn challenge_for(&self, email: &EmailAddress) -> Option<CodePurpose> {
        let joined = self.status.has_joined();
        if !email.matches(&self.email) {
            // An invited user verifies the address by accepting the invitation, if one was sent.
            let invitation = self.invited_at.map(|_| CodePurpose::Invitation);
            return if joined {
                Some(CodePurpose::Verification)
            } else {
                invitation
            };
        }
        // Sending one's unverified address again, as it is, is how to get another mail.
        let again = joined && *email == self.email && !self.email_verified;
        again.then_some(CodePurpose::Verification)
    }

    /// The user with another role.
    pub fn set_role(&self, role: Role, now: Timestamp) -> Self {
        Self {
            role,
            updated_at: now,
            ..self.clone()
        }
    }

    /// The user to whom an invitation is sent.
    pub fn invited(self, now: Timestamp) -> Self {
        Self {
            invited_at: Some(now),
            ..self
        }
    }

    /// The user whose invitation is taken back. The user stays in the account, and may be invited again.
    pub fn uninvited(&self, now: Timestamp) -> Self {
        Self {
            invited_at: None,
            updated_at: now,
            ..self.clone()
        }
    }

    /// The user with the permissions that `changes` names changed; without any, the user is the same.
    pub fn set_permissions(&self, changes: PermissionChanges, now: Timestamp) -> Self {
        let mut user = self.clone();
        if changes != PermissionChanges::default() {
            user.permissions = changes.apply(user.permissions);
            user.updated_at = now;
        }
        user
    }

    /// The user with the access given back. An invited user stays invited.
    pub fn activate(&self, now: Timestamp) -> Self {
        let mut user = self.clone();
        if user.status.is_deactivated() {
            user.status = user.status.activated();
            user.updated_at = now;
        }
        user
    }

    /// The user with the access taken away, and with it all tokens.
    pub fn deactivate(&self, now: Timestamp) -> Self {
        let mut user = self.clone();
        if !user.status.is_deactivated() {
            user.status = user.status.deactivated();
            user.updated_at = now;
            return user.without_tokens();
        }
        user
    }

    /// The user after accepting an invitation with the code from a mail, with a password of their
    /// choice.
    pub fn accept(&self, password: PasswordHash, token: &IssuedToken) -> Self {
        Self {
            status: self.status.joined(),
            password: Some(password),
            ..self.verify(token)
        }
    }

    /// The user after logging in with a code that was mailed to `email`, which is verified by that.
    pub fn verify(&self, token: &IssuedToken) -> Self {
        Self {
            email_verified: true,
            email_lost: false,
            updated_at: token.validity.issued_at,
            ..self.log_in(token)
        }
    }
}

fn merged(
    preferences: &Map<String, Value>,
    patch: Map<String, Value>,
) -> Result<Map<String, Value>, ValidationError> {
    let mut merged = Value::Object(preferences.clone());
    json_patch::merge(&mut merged, &Value::Object(patch));
    let text = merged.to_string();
    if text.len() > MAX_PREFERENCES_BYTES {
        return Err("must be at most 8 KiB as JSON, with what is already there".into());
    }
    // Read back as it will be: what could not be read must not be written.
    serde_json::from_str(&text).map_err(|_| "is nested too deeply".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AccountId;

    /// Whether the preferences have changed is told by comparing them with the stored ones.
    #[test]
    fn preferences_are_written_as_they_were_read() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let email = "ada@example.com".parse().unwrap();
        let mut user = User::invite(AccountId::new(now), email, Role::User, now);
        for number in ["6.934698245112694e276", "8.383658838626809e-78", "0.1"] {
            let changes = UserChanges {
                preferences: serde_json::from_str(&format!(r#"{{"x":{number}}}"#)).unwrap(),
                ..UserChanges::default()
            };
            user = user.update(changes, now).unwrap();
            let text = |user: &User| serde_json::to_string(&user.preferences).unwrap();
            let stored = text(&user);
            user.preferences = serde_json::from_str(&stored).unwrap();
            assert_eq!(text(&user), stored);
        }
    }
}
