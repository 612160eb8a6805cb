use crate::ValidationError;
use std::fmt::Display;

/// What serde found wrong with a document, without the value that it found there: that may be
/// personal data or a secret, and the error ends in responses, logs and dead letters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// A value is of another type, or is none of those that are possible.
    #[error("a value is not {expected}")]
    WrongType {
        /// What it must be.
        expected: String,
    },
    /// A value is not one that its field can have.
    #[error("{INVALID}{0}")]
    Invalid(String),
    /// The name of a field that must be there.
    #[error("missing field `{0}`")]
    MissingField(String),
    /// The name of a field that is there twice.
    #[error("duplicate field `{0}`")]
    DuplicateField(String),
    /// Something of which serde's words may repeat the value.
    #[error("a value is not what it should be")]
    Other,
}

/// Begins what serde is told of a value that does not parse: it keeps errors as text only. No other
/// message of serde's begins so.
const INVALID: &str = "\u{1}";

impl From<ValidationError> for DataError {
    fn from(error: ValidationError) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl DataError {
    /// Takes serde's message apart, whatever the format: its errors give the parts to nobody.
    pub fn of(error: &dyn Display) -> Self {
        let message = error.to_string();
        let field = |before: &str| {
            let (name, _) = message.strip_prefix(before)?.split_once('`')?;
            Some(name.to_owned())
        };
        if let Some(invalid) = message.strip_prefix(INVALID) {
            return Self::Invalid(without_position(invalid).to_owned());
        }
        // What was expected comes last, and but for a position in JSON it is our own text.
        if let Some((_, expected)) = message.rsplit_once(", expected ") {
            let expected = without_position(expected).to_owned();
            return Self::WrongType { expected };
        }
        field("missing field `")
            .map(Self::MissingField)
            .or_else(|| field("duplicate field `").map(Self::DuplicateField))
            .unwrap_or(Self::Other)
    }
}

/// serde_json says at the end at which line and column the error is.
fn without_position(message: &str) -> &str {
    message.split(" at line ").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EmailAddress, Optional};

    #[derive(Debug, serde::Deserialize)]
    struct Row {
        #[serde(rename = "count")]
        _count: i64,
        #[serde(rename = "role")]
        _role: crate::Role,
        #[serde(rename = "email", default)]
        _email: Optional<EmailAddress>,
    }

    #[test]
    fn an_error_never_repeats_the_value() {
        for (json, said) in [
            (
                r#"{"count":"secret, expected at line ","role":"user"}"#,
                "a value is not i64",
            ),
            (
                r#"{"count":1,"role":"secret"}"#,
                "a value is not one of `user`, `admin`, `owner`",
            ),
            (r#"{"role":"user"}"#, "missing field `count`"),
            (r#"{"count":1,"count":2}"#, "duplicate field `count`"),
            (r#"{"count":secret}"#, "a value is not what it should be"),
            (
                r#"{"email":"secret"}"#,
                "\u{1}must be an email address such as ada@example.com, of at most 254 ASCII characters",
            ),
            (r#"{"email":null}"#, "a value is not a string"),
        ] {
            let error = serde_json::from_str::<Row>(json).unwrap_err();
            assert_eq!(DataError::of(&error).to_string(), said, "{error}");
        }
    }
}
