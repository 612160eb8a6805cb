//! The tokens of a user: those from logins, of which the oldest makes room, and those with a name.

use crate::{IssuedToken, SecretHash, ShortText, Timestamp, User, ValidationError};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// Tokens from logins that a user holds at most; the oldest makes room for the next.
pub const MAX_TOKENS: usize = 10;

/// Named tokens that a user holds at most; none makes room for another.
pub const MAX_NAMED_TOKENS: usize = 10;

/// How long a named token works at most.
pub const LONGEST_TOKEN_LIFETIME: Duration = Duration::from_secs(3650 * 24 * 60 * 60);

/// How long a token works that is made now and is to expire then.
///
/// # Errors
/// When that is past, or further away than [`LONGEST_TOKEN_LIFETIME`].
pub fn token_lifetime(expires_at: Timestamp, now: Timestamp) -> Result<Duration, ValidationError> {
    let lifetime = expires_at.since(now);
    match lifetime > Duration::ZERO && lifetime <= LONGEST_TOKEN_LIFETIME {
        true => Ok(lifetime),
        false => Err("must be in the future, and at most 3650 days away".into()),
    }
}

/// From when until when a token works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenValidity {
    /// When the token was issued. Which token is the oldest does not follow from when it expires:
    /// the lifetime is chosen at deployment, and may have been changed.
    #[serde(rename = "issued")]
    pub issued_at: Timestamp,
    /// When the token stops working, if nothing stops it before.
    #[serde(rename = "expires")]
    pub expires_at: Timestamp,
}

/// A token that a user made for a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedToken {
    /// What the user calls it.
    pub name: ShortText,
    /// From when until when it works.
    #[serde(flatten)]
    pub validity: TokenValidity,
}

/// What a user is shown of one of their tokens.
#[derive(Clone, Copy, Debug)]
pub struct HeldToken<'a> {
    /// The token's hash.
    pub hash: &'a SecretHash,
    /// Its name; a token from a login has none.
    pub name: Option<&'a ShortText>,
    /// From when until when it works.
    pub validity: TokenValidity,
    /// When it was last used, to the hour.
    pub last_used_at: Option<Timestamp>,
}

impl User {
    /// Whether the token with this hash is one of the user's, has not expired, and may be used.
    pub fn holds(&self, token: &SecretHash, now: Timestamp) -> bool {
        let validity = self.tokens.get(token);
        let named = || self.named_tokens.get(token).map(|token| &token.validity);
        let validity = validity.or_else(named);
        self.is_active() && validity.is_some_and(|validity| validity.expires_at > now)
    }

    /// Whether the token with this hash is one that the user made and named: it can do what the user can, but changes no
    /// credential, and removes and closes nothing.
    pub fn is_named_token(&self, token: &SecretHash) -> bool {
        self.named_tokens.contains_key(token)
    }

    /// The tokens that work, oldest first.
    pub fn held_tokens(&self, now: Timestamp) -> Vec<HeldToken<'_>> {
        let of_logins = self.tokens.iter();
        let of_logins = of_logins.map(|(hash, validity)| (hash, None, *validity));
        let named = self.named_tokens.iter();
        let named = named.map(|(hash, token)| (hash, Some(&token.name), token.validity));
        let mut held: Vec<_> = of_logins
            .chain(named)
            .filter(|(_, _, validity)| validity.expires_at > now)
            .map(|(hash, name, validity)| HeldToken {
                hash,
                name,
                validity,
                last_used_at: self.token_used_at(hash),
            })
            .collect();
        held.sort_by_key(|token| token.validity.issued_at);
        held
    }

    /// The token that is known by this public id, whether it still works or has expired.
    pub fn find_token(&self, id: &str) -> Option<&SecretHash> {
        let hashes = self.tokens.keys().chain(self.named_tokens.keys());
        hashes.into_iter().find(|hash| hash.public_id() == id)
    }

    /// When the token was last used, to the hour; a token from a login at least when it was issued.
    pub fn token_used_at(&self, hash: &SecretHash) -> Option<Timestamp> {
        let used = self.token_uses.get(hash).copied();
        let issued = || self.tokens.get(hash).map(|validity| validity.issued_at);
        used.or_else(|| issued().map(Timestamp::to_the_hour))
    }

    /// The token that has to go before another can be added.
    pub fn oldest_token(&self) -> Option<&SecretHash> {
        let full = self.tokens.len() >= MAX_TOKENS;
        let (hash, _) = self
            .tokens
            .iter()
            .filter(|_| full)
            .min_by_key(|(_, validity)| validity.issued_at)?;
        Some(hash)
    }

    /// The user after logging in with a password, who holds `token` from then on. The oldest token
    /// makes room for it.
    pub fn log_in(&self, token: &IssuedToken) -> Self {
        let mut user = self.clone();
        if let Some(oldest) = user.oldest_token().cloned() {
            user.tokens.remove(&oldest);
            user.token_uses.remove(&oldest);
        }
        user.tokens.insert(token.hash.clone(), token.validity);
        let now = token.validity.issued_at;
        user.last_login_at = Some(now);
        user.activity = Some(now.to_the_hour());
        user
    }

    /// The user with one more named token; none if there is no room for it. Named tokens that have
    /// expired make room.
    pub fn add_named_token(&self, token: &IssuedToken, name: ShortText) -> Option<Self> {
        let mut user = self.clone();
        let now = token.validity.issued_at;
        user.named_tokens
            .retain(|_, token| token.validity.expires_at > now);
        if user.named_tokens.len() >= MAX_NAMED_TOKENS {
            return None;
        }
        let validity = token.validity;
        let named = NamedToken { name, validity };
        user.named_tokens.insert(token.hash.clone(), named);
        user.activity = Some(now.to_the_hour());
        user.updated_at = now;
        Some(user.with_uses_of_held_tokens())
    }

    /// The user without those tokens that `keep` does not want.
    pub fn revoke_tokens(&self, keep: impl Fn(&SecretHash) -> bool, now: Timestamp) -> Self {
        let mut user = self.clone();
        user.tokens.retain(|hash, _| keep(hash));
        user.named_tokens.retain(|hash, _| keep(hash));
        if user.tokens.len() < self.tokens.len()
            || user.named_tokens.len() < self.named_tokens.len()
        {
            user.updated_at = now;
        }
        user.with_uses_of_held_tokens()
    }

    /// The user without any token.
    pub(crate) fn without_tokens(self) -> Self {
        Self {
            tokens: BTreeMap::new(),
            named_tokens: BTreeMap::new(),
            token_uses: BTreeMap::new(),
            ..self
        }
    }

    fn with_uses_of_held_tokens(mut self) -> Self {
        let (tokens, named) = (&self.tokens, &self.named_tokens);
        self.token_uses
            .retain(|hash, _| tokens.contains_key(hash) || named.contains_key(hash));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountId, PasswordHash, Token};

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn user() -> User {
        let email = "ada@example.com".parse().unwrap();
        User::register(AccountId::new(NOW), email, None, PasswordHash::decoy(), NOW)
    }

    fn issue(user: &User, now: Timestamp, lifetime: Duration) -> IssuedToken {
        Token::issue(user.key(), now, lifetime).unwrap()
    }

    #[test]
    fn a_token_expires_in_the_future_and_within_ten_years() {
        let millisecond = Duration::from_millis(1);
        for lifetime in [millisecond, LONGEST_TOKEN_LIFETIME] {
            assert_eq!(token_lifetime(NOW + lifetime, NOW), Ok(lifetime));
        }
        let latest = NOW + LONGEST_TOKEN_LIFETIME;
        for expires_at in [NOW, NOW - millisecond, latest + millisecond] {
            assert!(token_lifetime(expires_at, NOW).is_err(), "{expires_at}");
        }
    }

    #[test]
    fn named_tokens_that_have_expired_make_room_and_no_others_do() {
        let mut user = user();
        let hour = Duration::from_secs(60 * 60);
        for number in 1..=MAX_NAMED_TOKENS as u32 {
            let token = issue(&user, NOW, hour * number);
            user = user.add_named_token(&token, "a".parse().unwrap()).unwrap();
        }
        let add = |now| user.add_named_token(&issue(&user, now, hour), "b".parse().unwrap());
        assert!(add(NOW + hour - Duration::from_millis(1)).is_none());
        assert_eq!(
            add(NOW + hour).unwrap().named_tokens.len(),
            MAX_NAMED_TOKENS
        );
    }

    #[test]
    fn a_revoked_token_is_gone_with_its_use() {
        let (mut user, hour) = (user(), Duration::from_secs(60 * 60));
        let (login, named) = (issue(&user, NOW, hour), issue(&user, NOW, hour));
        user = user.log_in(&login);
        user = user.add_named_token(&named, "a".parse().unwrap()).unwrap();
        user.token_uses = BTreeMap::from([(login.hash.clone(), NOW), (named.hash.clone(), NOW)]);
        let id = named.hash.public_id();
        assert_eq!(user.find_token(&id), Some(&named.hash));
        let left = user.revoke_tokens(|hash| *hash != named.hash, NOW + hour);
        assert_eq!(left.find_token(&id), None);
        assert!(left.holds(&login.hash, NOW) && !left.holds(&named.hash, NOW));
        assert_eq!(left.token_uses.len(), 1);
        assert_eq!(left.updated_at, NOW + hour);
        // Nothing is revoked, nothing is changed.
        assert_eq!(left.revoke_tokens(|_| true, NOW), left);
    }
}
