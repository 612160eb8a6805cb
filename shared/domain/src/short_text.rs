use crate::ValidationError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A short line of free text, such as a name: 1 to 256 characters, no control characters.
///
/// Empty is refused rather than stored: a field without a value is absent, and `null` clears it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("minLength" = 1, "maxLength" = 256, "pattern" = r"^[^\x00-\x1f\x7f-\x9f]*$"))]
pub struct ShortText(String);

impl ShortText {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ShortText {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        if text.is_empty() {
            return Err("must not be empty; send null to clear it".into());
        }
        if text.chars().any(char::is_control) {
            return Err("must not contain line breaks or other control characters".into());
        }
        if text.chars().count() > 256 {
            return Err("must be at most 256 characters".into());
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_line_of_at_most_256_characters() {
        assert!("村澤 徹".parse::<ShortText>().is_ok());
        assert!("é".repeat(256).parse::<ShortText>().is_ok());
        for bad in ["", "a\nb", "a\u{7f}", &"é".repeat(257)] {
            assert!(bad.parse::<ShortText>().is_err(), "{bad:?}");
        }
    }
}
