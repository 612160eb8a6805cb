use std::borrow::Cow;

/// Why a value from outside was refused: one sentence that says what would be accepted.
///
/// It never repeats the refused value, so that it can be shown and logged whatever that value was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ValidationError(pub Cow<'static, str>);

impl From<&'static str> for ValidationError {
    fn from(sentence: &'static str) -> Self {
        Self(Cow::Borrowed(sentence))
    }
}
