//! Reading bodies: what is wrong with one is said without repeating what is in it.

use super::{Error, ErrorCode};
use roster_domain::DataError;
use serde::{
    Deserializer,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{error::Category, value::RawValue};
use std::{borrow::Cow, collections::BTreeMap};

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
pub(super) fn from_json<T: DeserializeOwned>(
    bytes: &[u8],
    passwords: Passwords,
) -> Result<T, Error> {
    let text = utf8(bytes)?;
    if text.is_empty() {
        return Err(Error::malformed("a JSON body is required"));
    }
    // serde would take an array for an object, its elements for the fields in their order.
    let is_object = text.trim_ascii_start().starts_with('{');
    if !is_object && serde_json::from_str::<&RawValue>(text).is_ok() {
        return Err(Error::malformed("the body must be a JSON object"));
    }
    let body = serde_json::from_str(text).map_err(|error| {
        // An invalid value comes first, but only of what is JSON to its end.
        let syntax = serde_json::from_str::<IgnoredAny>(text).err();
        match syntax.unwrap_or(error) {
            error if error.classify() == Category::Data => {
                error_of::<T, _>(&mut serde_json::Deserializer::from_str(text))
            }
            error => {
                let (line, column) = (error.line(), error.column());
                Error::malformed(format!(
                    "the body is not valid JSON, at line {line}, column {column}"
                ))
            }
        }
    });
    if can_be_read(&body) {
        refuse_password(text, passwords)?;
    }
    body
}

/// Reads a JSON object, or an array with one.
pub(super) fn from_json_or_array_of_one<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    if !bytes.trim_ascii_start().starts_with(b"[") {
        return from_json(bytes, Passwords::Refused);
    }
    let text = utf8(bytes)?;
    let [element] = serde_json::from_str::<[&RawValue; 1]>(text)
        .map_err(|_| Error::malformed("the body must be one JSON object, or an array with one"))?;
    from_json(element.get().as_bytes(), Passwords::Refused)
}

/// Reads a form. A leading `?` and empty pairs are passed over: the documented example of the
/// accounts API is `?&username=…`.
pub(super) fn from_form<T: DeserializeOwned>(
    bytes: &[u8],
    passwords: Passwords,
) -> Result<T, Error> {
    let text = utf8(bytes)?;
    let text = text.strip_prefix('?').unwrap_or(text);
    let pairs = || form_urlencoded::parse(text.as_bytes());
    // Decoding puts this character where the bytes are no UTF-8: nobody could send such a password
    // a second time.
    let replaced = |text: Cow<'_, str>| text.contains(char::REPLACEMENT_CHARACTER);
    if pairs().any(|(name, value)| replaced(name) || replaced(value)) {
        return Err(Error::malformed("the form is not valid UTF-8"));
    }
    let body = serde_urlencoded::from_str(text)
        .map_err(|_| error_of::<T, _>(serde_urlencoded::Deserializer::new(pairs())));
    if can_be_read(&body) {
        refuse_password_among(pairs().map(|(name, _)| name), passwords)?;
    }
    body
}

/// Whether the body is JSON rather than a form, whatever it is labelled as: `curl -d` labels all as
/// forms.
pub(super) fn looks_like_json(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    matches!(text.trim_ascii_start().first(), Some(b'{' | b'[' | b'"')) || text.len() < bytes.len()
}

fn utf8(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).map_err(|_| Error::malformed("the body is not valid UTF-8"))
}

/// Names the field that does not deserialize, and what it must be.
fn error_of<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Error {
    let Err(error) = serde_path_to_error::deserialize::<_, T>(deserializer) else {
        return Error::malformed("the body cannot be read");
    };
    let field = error.path().to_string();
    match DataError::of(error.inner()) {
        DataError::Invalid(must) => {
            Error::invalid(field, roster_domain::ValidationError(must.into()))
        }
        DataError::MissingField(field) => Error::missing(field),
        DataError::WrongType { expected } if field != "." => {
            Error::malformed(format!("{field} must be {expected}"))
        }
        // serde would name the Rust type.
        DataError::WrongType { .. } => Error::malformed("the body must be a JSON object"),
        duplicate @ DataError::DuplicateField(_) => Error::malformed(duplicate.to_string()),
        DataError::Other => Error::malformed("the body cannot be read"),
    }
}

/// Whether every field has its type, if perhaps not a value that it can have.
fn can_be_read<T>(body: &Result<T, Error>) -> bool {
    !matches!(body, Err(error) if error.code == ErrorCode::MalformedBody)
}

/// The names of fields that clients send a password in. The first one is taken where any is.
pub(crate) const PASSWORD_FIELDS: [&str; 2] = ["password", "newPassword"];

fn refuse_password(text: &str, passwords: Passwords) -> Result<(), Error> {
    // A name may be written with escapes; without any, most bodies need no second look.
    if !text.contains("assword") && !text.contains("\\u") {
        return Ok(());
    }
    let fields: BTreeMap<Cow<'_, str>, IgnoredAny> = serde_json::from_str(text).unwrap_or_default();
    refuse_password_among(fields.into_keys(), passwords)
}

fn refuse_password_among<'a>(
    mut names: impl Iterator<Item = Cow<'a, str>>,
    passwords: Passwords,
) -> Result<(), Error> {
    let taken = |field: &str| passwords == Passwords::Taken && field == "password";
    let found = names.find_map(|name| {
        // As some clients name what is inside something: `user[password]`.
        let name = name.trim().trim_end_matches(']').rsplit('[').next();
        let mut fields = PASSWORD_FIELDS.into_iter();
        fields.find(|field| Some(*field) == name && !taken(field))
    });
    found.map_or(Ok(()), |field| {
        Err(Error::invalid(field, NOT_CHANGED.into()))
    })
}

const NOT_CHANGED: &str = "cannot be set here: leave it out. A password is chosen when somebody \
                           signs up with POST /rest/users, or joins with POST /user/login, and is \
                           changed with PUT /auth/password";
