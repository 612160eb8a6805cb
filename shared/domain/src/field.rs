//! The fields of a request's body, each of the type that it means. A value is parsed while the body
//! is read; [`DataError`] tells what is wrong with it.

use crate::{
    Code, Cursor, DataError, EmailAddress, Language, PageLimit, Role, ShortText, TimeZone,
    Timestamp, UserId, Username, ValidationError,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer,
    de::{
        Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
        value::{MapAccessDeserializer, SeqAccessDeserializer},
    },
};
use serde_json::{Map, Value};
use std::{borrow::Cow, fmt, marker::PhantomData};

/// A value that a field can have.
pub trait FieldValue: Sized {
    /// Reads the value, and parses it.
    ///
    /// # Errors
    /// [`DataError::WrongType`]; [`DataError::Invalid`].
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Values that are written as text.
macro_rules! parsed {
    ($($type:ty),*) => {$(
        impl FieldValue for $type {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(|error: ValidationError| D::Error::custom(DataError::from(error)))
            }
        }
    )*};
}
parsed!(
    Code,
    Cursor,
    EmailAddress,
    Language,
    Role,
    ShortText,
    TimeZone,
    UserId,
    Username
);

/// Values that are as they come.
macro_rules! read {
    ($($type:ty),*) => {$(
        impl FieldValue for $type {
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }
        }
    )*};
}
read!(bool, String, Map<String, Value>);

impl FieldValue for Timestamp {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let must = "must be a time with its offset (ISO 8601), such as 2027-01-31T00:00:00Z";
        let invalid = |_| D::Error::custom(DataError::from(ValidationError::from(must)));
        text.parse().map_err(invalid)
    }
}

impl FieldValue for PageLimit {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(WholeNumber)?;
        Self::new(number).map_err(|error| D::Error::custom(DataError::from(error)))
    }
}

/// A whole number, which JSON may also write as `100.0`. Negative numbers become 0, and numbers out
/// of range the largest: no field takes either.
struct WholeNumber;

impl Visitor<'_> for WholeNumber {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u64, E> {
        Ok(number.try_into().unwrap_or(0))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<u64, E> {
        if number.fract() == 0.0 {
            // `as` goes to the nearest number in range.
            Ok(number as u64)
        } else {
            Err(E::invalid_type(Unexpected::Float(number), &self))
        }
    }
}

/// A value, or `null`. Not `Option`'s way to read one: to that an absent field is `null` too, where
/// `#[serde(default)]` was forgotten.
fn nullable<'de, T: FieldValue, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_any(Nullable(PhantomData))
}

struct Nullable<T>(PhantomData<T>);

impl<'de, T: FieldValue> Visitor<'de> for Nullable<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
        T::read(value.into_deserializer()).map(Some)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<T>, E> {
        T::read(value.into_deserializer()).map(Some)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<T>, E> {
        T::read(value.into_deserializer()).map(Some)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<T>, E> {
        T::read(value.into_deserializer()).map(Some)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Option<T>, E> {
        T::read(value.into_deserializer()).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, value: A) -> Result<Option<T>, A::Error> {
        T::read(SeqAccessDeserializer::new(value)).map(Some)
    }

    fn visit_map<A: MapAccess<'de>>(self, value: A) -> Result<Option<T>, A::Error> {
        T::read(MapAccessDeserializer::new(value)).map(Some)
    }
}

/// A field that has to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required<T>(pub T);

impl<'de, T: FieldValue> Deserialize<'de> for Required<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// A field that may be absent, but not `null`. For a field with `#[serde(default)]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Optional<T>(pub Option<T>);

impl<T> Default for Optional<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: FieldValue> Deserialize<'de> for Optional<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(|value| Self(Some(value)))
    }
}

/// A field that may be absent: then the value stays. It cannot be cleared. For a field with
/// `#[serde(default)]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replace<T>(pub Option<T>);

impl<T> Default for Replace<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: FieldValue> Deserialize<'de> for Replace<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match nullable(deserializer)? {
            Some(value) => Ok(Self(Some(value))),
            None => {
                let error = ValidationError::from("cannot be cleared");
                Err(D::Error::custom(DataError::from(error)))
            }
        }
    }
}

/// What a partial update says of one optional field: nothing, `null`, or a value. For a field with
/// `#[serde(default)]`.
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

impl<'de, T: FieldValue> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = nullable(deserializer)?;
        Ok(value.map_or(Self::Clear, Self::Set))
    }
}

/// The schema of a field is that of its value, with `null` for one that may be cleared.
macro_rules! schema_of_value {
    ($($field:ident => $schema:ty),*) => {$(
        impl<T: JsonSchema> JsonSchema for $field<T> {
            fn inline_schema() -> bool {
                <$schema>::inline_schema()
            }

            fn schema_name() -> Cow<'static, str> {
                <$schema>::schema_name()
            }

            fn schema_id() -> Cow<'static, str> {
                <$schema>::schema_id()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                <$schema>::json_schema(generator)
            }
        }
    )*};
}
schema_of_value!(Required => T, Optional => T, Replace => T, Patch => Option<T>);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Body {
        alias: Patch<ShortText>,
        email: Replace<EmailAddress>,
        id: Optional<UserId>,
    }

    /// Nothing is cleared or passed over because `#[serde(default)]` was forgotten.
    #[test]
    fn an_absent_field_without_a_default_is_missing() {
        let whole = [
            ("alias", "null"),
            ("email", "\"ada@example.com\""),
            ("id", "\"01a1ff43-dd00-728c-8eaf-30bad7c3dfc5\""),
        ];
        let body = |without: Option<&str>| {
            let fields = whole.iter().filter(|(name, _)| Some(*name) != without);
            let fields: Vec<_> = fields
                .map(|(name, value)| format!("\"{name}\":{value}"))
                .collect();
            serde_json::from_str::<Body>(&format!("{{{}}}", fields.join(",")))
        };
        let read = body(None).unwrap();
        assert_eq!(read.alias, Patch::Clear);
        assert!(read.email.0.is_some() && read.id.0.is_some());
        for (name, _) in whole {
            let error = body(Some(name)).unwrap_err();
            let missing = DataError::MissingField(name.to_owned());
            assert_eq!(DataError::of(&error), missing, "{error}");
        }
    }
}
