//! Reading bodies: what is wrong with one is said without repeating what is in it.

use crate::Failure;
use roster_domain::DataError;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, IgnoredAny, Unexpected, Visitor},
};
use serde_json::{error::Category, value::RawValue};
use std::{borrow::Cow, collections::BTreeMap, fmt};

/// Whether a body may set a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passwords {
    /// It is what the operation is for.
    Taken,
    /// One is refused, though other fields that are not known are ignored: nobody may be told 200
    /// and believe that their password is another one.
    Refused,
}

/// Reads a JSON object.
pub(crate) fn from_json<T: DeserializeOwned>(
    bytes: &[u8],
    passwords: Passwords,
) -> Result<T, Failure> {
    let text = utf8(bytes)?;
    if text.is_empty() {
        return Err(Failure::malformed("a JSON body is required"));
    }
    // serde would take an array for an object, its elements for the fields in their order.
    let is_object = text.trim_ascii_start().starts_with('{');
    if !is_object && serde_json::from_str::<&RawValue>(text).is_ok() {
        return Err(Failure::malformed("the body must be a JSON object"));
    }
    let body = serde_json::from_str(text).map_err(|error| refusal::<T>(text, &error))?;
    if passwords == Passwords::Refused {
        refuse_password(text)?;
    }
    Ok(body)
}

/// The names of fields that clients send a password in.
const PASSWORD_FIELDS: [&str; 2] = ["password", "newPassword"];

fn refuse_password(text: &str) -> Result<(), Failure> {
    // A name may be written with escapes; without any, most bodies need no second look.
    if !text.contains("assword") && !text.contains("\\u") {
        return Ok(());
    }
    let fields: BTreeMap<Cow<'_, str>, IgnoredAny> = serde_json::from_str(text).unwrap_or_default();
    refuse_password_among(fields.keys().map(|name| name.as_ref()))
}

fn refuse_password_among<'a>(mut names: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
    let found = names.find_map(|name| PASSWORD_FIELDS.into_iter().find(|field| *field == name));
    found.map_or(Ok(()), |field| {
        Err(Failure::invalid(field, NOT_CHANGED.into()))
    })
}

const NOT_CHANGED: &str = "cannot be set here: leave it out. A password is chosen when somebody \
                           signs up with POST /rest/users, or joins with POST /user/login";

/// Reads a JSON object, or an array with one.
pub(crate) fn from_json_or_array_of_one<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    if !bytes.trim_ascii_start().starts_with(b"[") {
        return from_json(bytes, Passwords::Refused);
    }
    let text = utf8(bytes)?;
    let [element] = serde_json::from_str::<[&RawValue; 1]>(text).map_err(|_| {
        Failure::malformed("the body must be one JSON object, or an array with one")
    })?;
    from_json(element.get().as_bytes(), Passwords::Refused)
}

/// Reads a form. A leading `?` and empty pairs are passed over: the documented example of the
/// accounts API is `?&username=…`.
pub(crate) fn from_form<T: DeserializeOwned>(
    bytes: &[u8],
    passwords: Passwords,
) -> Result<T, Failure> {
    let text = utf8(bytes)?;
    let text = text.strip_prefix('?').unwrap_or(text);
    // Decoding puts this character where the bytes are no UTF-8: nobody could send such a password
    // a second time.
    let replaced = |text: Cow<'_, str>| text.contains(char::REPLACEMENT_CHARACTER);
    if form_urlencoded::parse(text.as_bytes())
        .any(|(name, value)| replaced(name) || replaced(value))
    {
        return Err(Failure::malformed("the form is not valid UTF-8"));
    }
    let body = serde_urlencoded::from_str(text)
        .map_err(|error| Failure::malformed(format!("the form cannot be read: {error}")))?;
    if passwords == Passwords::Refused {
        let names: Vec<_> = form_urlencoded::parse(text.as_bytes())
            .map(|(name, _)| name)
            .collect();
        refuse_password_among(names.iter().map(|name| name.as_ref()))?;
    }
    Ok(body)
}

fn utf8(bytes: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(bytes).map_err(|_| Failure::malformed("the body is not valid UTF-8"))
}

/// Names the field and what it must be.
fn refusal<T: DeserializeOwned>(text: &str, error: &serde_json::Error) -> Failure {
    if error.classify() != Category::Data {
        let (line, column) = (error.line(), error.column());
        let detail = format!("the body is not valid JSON, at line {line}, column {column}");
        return Failure::malformed(detail);
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let field = serde_path_to_error::deserialize::<_, T>(&mut json).err();
    let field = field.map_or_else(String::new, |error| error.path().to_string());
    Failure::malformed(match DataError::of(error) {
        DataError::WrongType { expected } if field != "." => format!("{field} must be {expected}"),
        // serde would name the Rust type.
        DataError::WrongType { .. } => "the body must be a JSON object".to_owned(),
        duplicate @ DataError::DuplicateField(_) => duplicate.to_string(),
        DataError::MissingField(_) | DataError::Other => "the body cannot be read".to_owned(),
    })
}

/// For an optional field in which `null` means nothing: it has the wrong type.
pub(crate) fn not_null<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// For an optional whole number, which JSON may also write as `100.0`. What is out of range of the
/// type is out of range of the field too, and becomes the type's nearest.
pub(crate) fn whole_number<'de, D>(deserializer: D) -> Result<Option<i64>, D::Error>
where
    D: Deserializer<'de>,
{
    struct WholeNumber;

    impl Visitor<'_> for WholeNumber {
        type Value = i64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number")
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
            Ok(number)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
            Ok(number.try_into().unwrap_or(i64::MAX))
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<i64, E> {
            if number.fract() == 0.0 {
                Ok(number as i64)
            } else {
                Err(E::invalid_type(Unexpected::Float(number), &self))
            }
        }
    }

    deserializer.deserialize_any(WholeNumber).map(Some)
}
