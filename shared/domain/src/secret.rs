//! Secrets that name their user: tokens, and the codes in invitation and verification mails.
//!
//! Each is one URL-safe string of a readable prefix and 68 bytes: the account, the user, 256
//! random bits, and a CRC-32 over prefix and bytes. It names the very item that holds its hash, so
//! checking one is a single read by key, and a mistyped one is refused without any.

use crate::{AccountId, CODE_LIFETIME, Timestamp, TokenValidity, UserId, UserKey, ValidationError};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::{
    digest,
    hkdf::{HKDF_SHA256, Salt},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, time::Duration};

const PREFIX_LENGTH: usize = 4;
const SECRET_LENGTH: usize = 32;
const PUBLIC_ID_BYTES: usize = 16;
const CHECKSUM_AT: usize = 16 + 16 + SECRET_LENGTH;
const TOKEN_PREFIX: &str = "rst_";
const INVITATION_PREFIX: &str = "rsi_";
const VERIFICATION_PREFIX: &str = "rsv_";
const RESET_PREFIX: &str = "rsr_";
const UNDO_PREFIX: &str = "rsu_";

/// SHA-256 of the secret part: all that is ever stored. Written as unpadded URL-safe base64.
///
/// No salt and no slow hash: the secret is 256 random bits, which nobody guesses.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(String);

impl SecretHash {
    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the secret is known by where it must not be told: another hash, which leads back to
    /// neither.
    pub fn public_id(&self) -> String {
        let id = digest::digest(&digest::SHA256, format!("id of {}", self.0).as_bytes());
        BASE64.encode(&id.as_ref()[..PUBLIC_ID_BYTES])
    }
}

/// A hash tells nothing, but it has no business in a log.
impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

#[derive(Clone, PartialEq, Eq)]
struct Secret {
    user: UserKey,
    secret: [u8; SECRET_LENGTH],
}

impl Secret {
    /// # Errors
    /// When the operating system has no randomness to give.
    fn generate(user: UserKey) -> Result<Self, getrandom::Error> {
        let mut secret = [0; SECRET_LENGTH];
        getrandom::fill(&mut secret)?;
        Ok(Self { user, secret })
    }

    fn parse(text: &str, prefix: &str) -> Option<Self> {
        let encoded = text.strip_prefix(prefix)?;
        let mut bytes = [0; CHECKSUM_AT + 4];
        // The exact length is checked by hand: decoding alone would take shorter text.
        let length = BASE64.decode_slice(encoded, &mut bytes).ok()?;
        let (payload, checksum) = bytes.split_at(CHECKSUM_AT);
        if length != bytes.len() || checksum_of(prefix, payload).to_be_bytes() != checksum {
            return None;
        }
        let account: [u8; 16] = payload[..16].try_into().ok()?;
        let user: [u8; 16] = payload[16..32].try_into().ok()?;
        let user = UserKey {
            account: AccountId::from_bytes(account),
            user: UserId::from_bytes(user),
        };
        Some(Self {
            user,
            secret: payload[32..].try_into().ok()?,
        })
    }

    fn encode(&self, prefix: &str) -> String {
        let mut bytes = [0; CHECKSUM_AT + 4];
        bytes[..16].copy_from_slice(self.user.account.as_bytes());
        bytes[16..32].copy_from_slice(self.user.user.as_bytes());
        bytes[32..CHECKSUM_AT].copy_from_slice(&self.secret);
        let checksum = checksum_of(prefix, &bytes[..CHECKSUM_AT]);
        bytes[CHECKSUM_AT..].copy_from_slice(&checksum.to_be_bytes());
        let mut text = String::with_capacity(PREFIX_LENGTH + 91);
        text.push_str(prefix);
        BASE64.encode_string(bytes, &mut text);
        text
    }

    fn hash(&self) -> SecretHash {
        SecretHash(BASE64.encode(digest::digest(&digest::SHA256, &self.secret)))
    }
}

fn checksum_of(prefix: &str, payload: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(prefix.as_bytes());
    crc.update(payload);
    crc.finalize()
}

/// What a caller presents instead of a password. Every API takes the same one.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Secret);

/// A token that was just made: the caller is shown it once, the table keeps its hash and validity.
#[derive(Clone)]
pub struct IssuedToken {
    /// To be shown once, to the caller.
    pub token: Token,
    /// To be stored in the user's item.
    pub hash: SecretHash,
    /// From when until when the token works.
    pub validity: TokenValidity,
}

impl Token {
    /// Makes a token of `user`, which works from `now` on for `lifetime`.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn issue(
        user: UserKey,
        now: Timestamp,
        lifetime: Duration,
    ) -> Result<IssuedToken, getrandom::Error> {
        let token = Self(Secret::generate(user)?);
        Ok(IssuedToken {
            hash: token.hash(),
            validity: TokenValidity {
                issued_at: now,
                expires_at: now + lifetime,
            },
            token,
        })
    }

    /// The user whose token it claims to be.
    pub fn user(&self) -> UserKey {
        self.0.user
    }

    /// What the user's item holds, if the token is one of theirs.
    pub fn hash(&self) -> SecretHash {
        self.0.hash()
    }

    /// The device token that belongs to this token: HKDF-SHA256 (RFC 5869) of its secret, so that
    /// nobody gets from a device token to the token that Roster accepts.
    pub fn device_token(&self) -> String {
        let mut device = [0; SECRET_LENGTH];
        let key = Salt::new(HKDF_SHA256, &[]).extract(&self.0.secret);
        let expanded = key
            .expand(&[b"roster device token"], HKDF_SHA256)
            .and_then(|material| material.fill(&mut device));
        debug_assert!(expanded.is_ok(), "32 bytes are what was asked for");
        format!("rsd_{}", BASE64.encode(device))
    }

    /// The string that the caller presents.
    pub fn expose(&self) -> String {
        self.0.encode(TOKEN_PREFIX)
    }
}

impl FromStr for Token {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        Secret::parse(text, TOKEN_PREFIX)
            .map(Self)
            .ok_or("is not a token that Roster issued".into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}/{}/…)", self.0.user.account, self.0.user.user)
    }
}

/// What a mailed code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodePurpose {
    /// Joining an account: the invited person chooses a password.
    Invitation,
    /// Confirming an address.
    Verification,
    /// Choosing a new password.
    Reset,
    /// Going back to the address before the present one.
    Undo,
    /// No code: the mail tells that the password was changed.
    Notice,
}

impl CodePurpose {
    /// Every purpose.
    pub const ALL: [Self; 5] = [
        Self::Invitation,
        Self::Verification,
        Self::Reset,
        Self::Undo,
        Self::Notice,
    ];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Verification => "verification",
            Self::Reset => "reset",
            Self::Undo => "undo",
            Self::Notice => "notice",
        }
    }

    /// What a code begins with; there is none where nothing is to be done.
    fn prefix(self) -> Option<&'static str> {
        match self {
            Self::Invitation => Some(INVITATION_PREFIX),
            Self::Verification => Some(VERIFICATION_PREFIX),
            Self::Reset => Some(RESET_PREFIX),
            Self::Undo => Some(UNDO_PREFIX),
            Self::Notice => None,
        }
    }

    /// Whether a mail of this kind has a code.
    pub fn has_code(self) -> bool {
        self.prefix().is_some()
    }

    /// How long a code works.
    pub fn lifetime(self) -> Duration {
        match self {
            Self::Reset => Duration::from_secs(30 * 60),
            Self::Invitation | Self::Verification | Self::Undo | Self::Notice => CODE_LIFETIME,
        }
    }
}

/// The code in a mail. It exists only there.
#[derive(Clone, PartialEq, Eq, JsonSchema)]
#[schemars(inline, with = "String", extend("format" = "code", "pattern" = "^rs[ivru]_[A-Za-z0-9_-]{91}$"))]
pub struct Code {
    purpose: CodePurpose,
    secret: Secret,
}

impl Code {
    /// A fresh code for `user`.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn generate(purpose: CodePurpose, user: UserKey) -> Result<Self, getrandom::Error> {
        let secret = Secret::generate(user)?;
        Ok(Self { purpose, secret })
    }

    /// What it is for.
    pub fn purpose(&self) -> CodePurpose {
        self.purpose
    }

    /// The user whom it was mailed to.
    pub fn user(&self) -> UserKey {
        self.secret.user
    }

    /// What is stored of it.
    pub fn hash(&self) -> SecretHash {
        self.secret.hash()
    }

    /// The string in the mail.
    pub fn expose(&self) -> String {
        self.secret
            .encode(self.purpose.prefix().unwrap_or_default())
    }
}

impl FromStr for Code {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        CodePurpose::ALL
            .into_iter()
            .find_map(|purpose| {
                let secret = Secret::parse(text, purpose.prefix()?)?;
                Some(Self { purpose, secret })
            })
            .ok_or("is not a code that Roster sent; copy it whole from the mail".into())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Code({:?}/{}/{}/…)",
            self.purpose, self.secret.user.account, self.secret.user.user
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn user() -> UserKey {
        UserKey {
            account: AccountId::new(NOW),
            user: UserId::new(NOW),
        }
    }

    fn issued() -> IssuedToken {
        Token::issue(user(), NOW, Duration::from_secs(1)).unwrap()
    }

    #[test]
    fn a_token_names_its_user_and_survives_being_written() {
        let IssuedToken { token, hash, .. } = issued();
        let text = token.expose();
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        );
        let read: Token = text.parse().unwrap();
        assert_eq!(read.user(), token.user());
        assert_eq!(read.hash(), hash);
        assert_eq!(read.device_token(), token.device_token());
        assert!(!text.contains(&token.device_token()[4..]));
        assert!(!format!("{token:?}").contains(&text[50..]));
    }

    #[test]
    fn any_changed_character_fails_the_checksum() {
        let text = issued().token.expose();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(changed.parse::<Token>().is_err(), "character {at}");
        }
        for cut in 0..text.len() {
            assert!(text[..cut].parse::<Token>().is_err());
        }
        assert!(format!("{text}A").parse::<Token>().is_err());
    }

    #[test]
    fn a_code_is_not_a_token_and_keeps_its_purpose() {
        let user = user();
        for purpose in CodePurpose::ALL.into_iter().filter(|it| it.has_code()) {
            let code = Code::generate(purpose, user).unwrap();
            assert!(code.expose().parse::<Token>().is_err());
            assert_eq!(code.expose().parse::<Code>().unwrap(), code);
        }
        let other_prefix = Code::generate(CodePurpose::Invitation, user)
            .unwrap()
            .expose()
            .replace(INVITATION_PREFIX, VERIFICATION_PREFIX);
        assert!(other_prefix.parse::<Code>().is_err());
    }
}
