use crate::Invalid;
use serde::{Deserialize, Deserializer};
use std::str::FromStr;

/// What a partial update says of one optional field: nothing, `null`, or a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The field was absent: it stays as it is.
    #[default]
    Keep,
    /// The field was `null`: its value goes.
    Clear,
    /// The field has this value now.
    Set(T),
}

impl<T> Patch<T> {
    /// Puts the patch into effect on `field`.
    pub fn apply(self, field: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *field = None,
            Self::Set(value) => *field = Some(value),
        }
    }
}

impl Patch<String> {
    /// The same patch with its value parsed.
    ///
    /// # Errors
    /// What `T` says of a value that it refuses.
    pub fn parse<T: FromStr<Err = Invalid>>(self) -> Result<Patch<T>, Invalid> {
        Ok(match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(text) => Patch::Set(text.parse()?),
        })
    }
}

/// For a field that is marked `#[serde(default)]`: absent is `Keep`, `null` is `Clear`.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::deserialize(deserializer)? {
            None => Self::Clear,
            Some(value) => Self::Set(value),
        })
    }
}
