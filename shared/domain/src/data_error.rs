use std::fmt::Display;

/// What serde found wrong with a document, without the value that it found there: that may be
/// personal data or a secret, and the error ends in answers, logs and dead letters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// A value is of another type, or not one of those that there are.
    #[error("a value is not {expected}")]
    WrongType {
        /// What it must be.
        expected: String,
    },
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

impl DataError {
    /// Takes serde's message apart, whatever the format: its errors give the parts to nobody.
    pub fn of(error: &dyn Display) -> Self {
        let message = error.to_string();
        let field = |before: &str| {
            let (name, _) = message.strip_prefix(before)?.split_once('`')?;
            Some(name.to_owned())
        };
        // What was expected comes last, and but for a position in JSON it is our own text.
        if let Some((_, expected)) = message.rsplit_once(", expected ") {
            let expected = expected.split(" at line ").next().unwrap_or_default();
            let expected = expected.to_owned();
            return Self::WrongType { expected };
        }
        field("missing field `")
            .map(Self::MissingField)
            .or_else(|| field("duplicate field `").map(Self::DuplicateField))
            .unwrap_or(Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Row {
        #[serde(rename = "count")]
        _count: i64,
        #[serde(rename = "role")]
        _role: crate::Role,
    }

    #[test]
    fn what_is_wrong_is_said_without_the_value() {
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
        ] {
            let error = serde_json::from_str::<Row>(json).unwrap_err();
            assert_eq!(DataError::of(&error).to_string(), said, "{error}");
        }
    }
}
