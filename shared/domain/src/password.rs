use crate::{PasswordAdvice, ValidationError, imported_password};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{Error, PasswordHasher, PasswordVerifier, phc},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use zxcvbn::{Score, zxcvbn};

/// OWASP's minimum for Argon2id (Password Storage Cheat Sheet, 2025): 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Characters whose strength is estimated. The estimator tries every way to read digits as letters:
/// of a hundred characters chosen for it that takes seconds, which any sign-up could make
/// us spend. A password that is strong enough so far is strong enough.
const ESTIMATED: usize = 32;

/// A password that is good enough to be set: 8 to 256 characters, and not one that is soon guessed.
#[derive(JsonSchema)]
#[schemars(inline, extend("format" = "password", "minLength" = 8, "maxLength" = 256))]
pub struct Password(String);

impl Password {
    /// Puts the estimator's dictionaries in order, which the first estimate would do: 80 million
    /// instructions, 20 ms of a processor.
    pub fn warm_up() {
        zxcvbn("password", &[]);
    }

    /// Checks a password that someone chose.
    ///
    /// `hints` is what an attacker would try first, such as the person's own username and email.
    ///
    /// # Errors
    /// What is wrong with it and how to mend that, in one sentence.
    pub fn new(text: String, hints: &[&str]) -> Result<Self, ValidationError> {
        let length = text.chars().count();
        if length < 8 {
            return Err(PasswordAdvice::TooShort.into());
        }
        if length > 256 {
            return Err(PasswordAdvice::TooLong.into());
        }
        let estimated: String = text.chars().take(ESTIMATED).collect();
        // People use the part before the @ alone, too.
        let mailboxes = hints.iter().filter_map(|hint| hint.split('@').next());
        let hints: Vec<&str> = hints.iter().copied().chain(mailboxes).collect();
        let strength = zxcvbn(&estimated, &hints);
        if strength.score() >= Score::Three {
            return Ok(Self(text));
        }
        let mut advice = vec![PasswordAdvice::TooEasy];
        if let Some(feedback) = strength.feedback() {
            advice.extend(feedback.warning().map(PasswordAdvice::Warning));
            let suggestions = feedback.suggestions().iter().copied();
            advice.extend(suggestions.map(PasswordAdvice::Suggestion));
        }
        let sentences: Vec<String> = advice.iter().map(ToString::to_string).collect();
        Err(ValidationError(sentences.join(" ").into()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A hash that carries its salt and its parameters: Argon2id in PHC form, or one that was
/// [imported](PasswordHash::import).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(pub(crate) String);

impl PasswordHash {
    /// Hashes a password that was just chosen.
    ///
    /// # Errors
    /// When the operating system has no randomness for the salt.
    pub fn new(password: &Password) -> Result<Self, Error> {
        Self::of(&password.0)
    }

    /// Hashes a password that was just verified, when [`PasswordHash::is_renewed_by`] it.
    ///
    /// # Errors
    /// When the operating system has no randomness for the salt.
    pub fn renew(verified: &str) -> Result<Self, Error> {
        Self::of(verified)
    }

    pub(crate) fn of(password: &str) -> Result<Self, Error> {
        let hash = hasher()?.hash_password(password.as_bytes())?;
        Ok(Self(hash.to_string()))
    }

    /// A hash that no password has. Verifying against it takes as long as against a real one, so
    /// that an unknown name cannot be told from a wrong password by the time it takes.
    pub fn decoy() -> Self {
        Self(format!(
            "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$cm9zdGVyLWRlY295LXNhbHQ$\
             AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        ))
    }

    /// Whether `candidate` is the password, of which this may be another system's hash. A hash that
    /// cannot be read verifies nothing.
    pub fn verify(&self, candidate: &str) -> bool {
        // Longer than any password that can be set: refused before it is worth hashing.
        candidate.chars().nth(256).is_none() && imported_password::verify(&self.0, candidate)
    }

    /// Whether `text` is what this hash was made of, which Roster made itself: a program that calls
    /// nothing else contains no other kind of hash.
    pub(crate) fn is_of(&self, text: &str) -> bool {
        phc::PasswordHash::new(&self.0).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(text.as_bytes(), &hash)
                .is_ok()
        })
    }

    /// Whether it should be made anew of `verified`, which was just verified: if it is
    /// [outdated](PasswordHash::is_outdated), and that is the password for sure.
    pub fn is_renewed_by(&self, verified: &str) -> bool {
        self.is_outdated() && imported_password::verifies_whole(&self.0, verified)
    }

    /// Whether it was made in another way than today, or with other parameters. Higher ones too: by the
    /// time that a wrong password takes, it could be told for good who was imported.
    pub fn is_outdated(&self) -> bool {
        let Ok(hash) = phc::PasswordHash::new(&self.0) else {
            return true;
        };
        let is_todays = Algorithm::try_from(hash.algorithm.as_str()) == Ok(Algorithm::Argon2id)
            && hash.version == Some(Version::V0x13.into());
        let costs_todays = Params::try_from(&hash).is_ok_and(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
        });
        !(is_todays && costs_todays)
    }
}

fn hasher() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str, hints: &[&str]) -> String {
        Password::new(text.to_owned(), hints)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn weak_passwords_are_refused_with_advice() {
        assert!(refusal("xxxxxx", &[]).contains("at least 8"));
        assert!(refusal(&"correct horse ".repeat(20), &[]).contains("at most 256"));
        for weak in ["password", "12345678", "qwertyuiop", "aaaaaaaaaaaa"] {
            assert!(refusal(weak, &[]).contains("too easy to guess"), "{weak}");
        }
        assert_eq!(
            refusal("password", &[]),
            "is too easy to guess. This is a top-10 common password. \
             Add another word or two. Uncommon words are better."
        );
        assert!(refusal("ada.lovelace1815", &["ada.lovelace1815"]).contains("too easy"));
        assert!(refusal("kxqzvtplm", &["kxqzvtplm@example.com"]).contains("too easy"));
        assert!(Password::new("correct horse battery".into(), &["ada"]).is_ok());
    }

    #[test]
    fn a_password_must_be_strong_in_its_first_thirty_two_characters() {
        let strong = "kV9#wq2Lr8!zT4";
        assert!(Password::new(format!("{strong}{}", "a".repeat(200)), &[]).is_ok());
        assert!(refusal(&format!("{}{strong}", "a".repeat(32)), &[]).contains("too easy"));
    }

    #[test]
    fn a_hash_verifies_its_password_only() {
        let password = Password::new("correct horse battery".into(), &[]).unwrap();
        let hash = PasswordHash::new(&password).unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hash.verify("correct horse battery"));
        assert!(!hash.verify("correct horse batterz"));
        assert!(!hash.verify(&"x".repeat(100_000)));
        assert!(!hash.is_outdated());
        assert_ne!(
            hash,
            PasswordHash::new(&password).unwrap(),
            "each hash has its own salt"
        );
    }

    #[test]
    fn the_decoy_is_read_like_any_hash_and_verifies_nothing() {
        let decoy = PasswordHash::decoy();
        assert!(phc::PasswordHash::new(&decoy.0).is_ok());
        assert!(!decoy.is_outdated());
        assert!(!decoy.verify("correct horse battery"));
    }

    #[test]
    fn a_hash_with_lower_or_higher_parameters_is_outdated() {
        for (memory, passes, lanes) in [
            (8 * 1024, 1, 1),
            (MEMORY_KIB, PASSES + 1, LANES),
            (MEMORY_KIB * 2, PASSES, LANES),
            (MEMORY_KIB, PASSES, LANES + 1),
        ] {
            let params = Params::new(memory, passes, lanes, None).unwrap();
            let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password(b"correct horse battery")
                .unwrap();
            let hash = PasswordHash(hash.to_string());
            assert!(hash.verify("correct horse battery"));
            assert!(hash.is_outdated(), "{memory} {passes} {lanes}");
            assert!(hash.is_renewed_by("correct horse battery"));
        }
    }
}
