use crate::{PasswordHash, Timestamp, UserKey, ValidationError};
use argon2::password_hash::Error;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::digest::{Context, SHA256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{str::FromStr, time::Duration};

/// How long the response to a request with an `Idempotency-Key` is kept.
pub const RESPONSE_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// What a caller sends as `Idempotency-Key`, to repeat a request without doing twice what it does: 1
/// to 255 visible ASCII characters and no quote among them, perhaps in quotes
/// (<https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>).
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(inline, extend("pattern" = "^([!#-~]{1,255}|\"[!#-~]{1,255}\")$"))]
pub struct IdempotencyKey(String);

impl FromStr for IdempotencyKey {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let unquoted = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        let key = unquoted.unwrap_or(text);
        let visible = key
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'"');
        if visible && (1..=255).contains(&key.len()) {
            Ok(Self(key.to_owned()))
        } else {
            Err("must be 1 to 255 visible ASCII characters without a quote, such as a UUID".into())
        }
    }
}

/// Which request it is: of one caller, to one operation, with one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId {
    /// The user who sends it; none at a public operation.
    pub caller: Option<UserKey>,
    /// SHA-256 of user, operation and key.
    pub hash: String,
}

impl RequestId {
    /// Of `caller`, to `operation`.
    pub fn new(caller: Option<UserKey>, operation: &str, key: &IdempotencyKey) -> Self {
        let user = caller.map(|caller| caller.user.to_string());
        let user = user.unwrap_or_default();
        Self {
            caller,
            hash: digest(&[&user, operation, &key.0]),
        }
    }
}

/// A response that is given again when its request is repeated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptResponse {
    /// Another request must not have the same key.
    pub fingerprint: Fingerprint,
    /// The HTTP status.
    pub status: u16,
    /// The body, without secrets.
    pub body: String,
    /// When DynamoDB may delete it, in seconds since 1970.
    pub ttl: i64,
}

impl KeptResponse {
    /// Whether it is still given: DynamoDB deletes late.
    pub fn is_kept(&self, now: Timestamp) -> bool {
        self.ttl > now.as_seconds()
    }
}

/// The SHA-256 of the parts of a request: equal for the same ones only.
pub fn digest(parts: &[&str]) -> String {
    let mut context = Context::new(&SHA256);
    for part in parts {
        // With its length, so that no two lists of parts read the same.
        context.update(&part.len().to_be_bytes());
        context.update(part.as_bytes());
    }
    BASE64.encode(context.finish())
}

/// What is kept of what a request said, to tell it from another one: its digest. A password could be
/// guessed from a digest: of a request with one, it is a slow hash of the digest, which begins with `$`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Of a request with this digest.
    ///
    /// # Errors
    /// When the operating system has no randomness for the salt.
    pub fn new(digest: String, has_password: bool) -> Result<Self, Error> {
        match has_password {
            true => Ok(Self(PasswordHash::of(&digest)?.0)),
            false => Ok(Self(digest)),
        }
    }

    /// Whether it is that of a request with this digest.
    pub fn is_of(&self, digest: &str) -> bool {
        match self.0.starts_with('$') {
            true => PasswordHash(self.0.clone()).is_of(digest),
            false => self.0 == digest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii_in_quotes_or_without() {
        let key: IdempotencyKey = "8e03978e-40d5-43dd".parse().unwrap();
        assert_eq!("\"8e03978e-40d5-43dd\"".parse(), Ok(key));
        for bad in [
            "",
            "\"",
            "\"\"",
            "a\"b",
            "a b",
            "ä",
            "a\n",
            &"a".repeat(256),
        ] {
            assert!(bad.parse::<IdempotencyKey>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_ne!(digest(&["ab"]), digest(&["ab", ""]));
    }

    #[test]
    fn a_password_cannot_be_guessed_from_what_is_kept() {
        let digest = digest(&["a body with a password"]);
        let kept = Fingerprint::new(digest.clone(), true).unwrap();
        let text = serde_json::to_string(&kept).unwrap();
        assert!(
            text.contains("$argon2id$") && !text.contains(&digest),
            "{text}"
        );
        assert!(kept.is_of(&digest) && !kept.is_of("another"));
    }
}
