use crate::ValidationError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A name to log in with, unique in the whole system and compared without regard to case:
/// 3 to 64 of `A-Z a-z 0-9 . _ -`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("pattern" = "^[A-Za-z0-9._-]{3,64}$"))]
pub struct Username(String);

impl Username {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What uniqueness and look-up go by.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Whether both name the same user by [`Username::key`].
    pub fn matches(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl FromStr for Username {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let valid = (3..=64).contains(&text.len()) && text.bytes().all(allowed);
        valid
            .then(|| Self(text.to_owned()))
            .ok_or("must be 3 to 64 letters, digits, dots, underscores or hyphens".into())
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_three_to_sixty_four_of_the_allowed_characters() {
        let longest = "a".repeat(64);
        for good in ["abc", "Ada.Lovelace_1815-x", "...", longest.as_str()] {
            assert!(good.parse::<Username>().is_ok(), "{good}");
        }
        let too_long = "a".repeat(65);
        for bad in [
            "",
            "ab",
            "a b c",
            "ada@x",
            "ädä",
            "abc\n",
            too_long.as_str(),
        ] {
            assert!(bad.parse::<Username>().is_err(), "{bad:?}");
        }
    }
}
