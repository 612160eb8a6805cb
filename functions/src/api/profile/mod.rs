//! The current user's profile: `/v2/user`.

pub mod get;
pub mod update;

use crate::{
    Api, Error, ErrorCode,
    http::ErrorBody,
    openapi::{Documentation, schema_of},
};
use roster_domain::{EmailAddress, STORAGE_QUOTA_BYTES, ShortText, TimeZone, Token, User, UserId};
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;

/// The profile API.
pub static API: Api = Api {
    name: "Profile",
    is_documented: true,
    error_body,
};

pub(super) fn documentation() -> Documentation {
    Documentation {
        api: &API,
        description: "The current user's profile.",
        error_schema: schema_of::<ProfileError>,
        operations: vec![get::operation(), update::operation()],
    }
}

/// A user as this API shows one.
#[derive(Serialize, JsonSchema)]
struct Profile<'a> {
    /// Id of the user.
    user_id: UserId,
    /// The token that was presented.
    api_token: String,
    /// For devices; derived from the token, and not accepted by these APIs.
    device_token: String,
    /// Primary email address, unique in the account.
    email1: &'a EmailAddress,
    /// Second email address, for contact only.
    email2: Option<&'a EmailAddress>,
    /// Name of the organization.
    organization: Option<&'a ShortText>,
    /// Time zone, by its IANA name. (The original calls it a locale.)
    locale: Option<&'a TimeZone>,
    /// Display name.
    user_alias: Option<&'a ShortText>,
    /// What is stored.
    storage: Storage,
}

/// What other services have stored for a user.
#[derive(Serialize, JsonSchema)]
struct Storage {
    /// Records in all channels.
    count: i64,
    /// Their size in bytes.
    usage_bytes: i64,
    /// How many bytes the user may store.
    #[serde(rename = "maxSize")]
    max_size: i64,
    /// Mean size of a record in bytes; 0 when there is none.
    avg_obj_size: i64,
}

impl<'a> Profile<'a> {
    fn of(user: &'a User, token: &Token) -> Self {
        Self {
            user_id: user.id,
            api_token: token.expose(),
            device_token: token.device_token(),
            email1: &user.email,
            email2: user.second_email.as_ref(),
            organization: user.organization.as_ref(),
            locale: user.time_zone.as_ref(),
            user_alias: user.alias.as_ref(),
            storage: Storage {
                count: user.storage.records,
                usage_bytes: user.storage.bytes,
                max_size: STORAGE_QUOTA_BYTES,
                avg_obj_size: user.storage.average_record_bytes(),
            },
        }
    }
}

/// An error as this API says it.
#[derive(Serialize, JsonSchema)]
struct ProfileError<'a> {
    /// A word for programs.
    error: Cow<'static, str>,
    /// One sentence that says what to mend; not with `AUTH_REQUIRED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

fn error_body(error: &Error) -> ErrorBody {
    let word = match (error.code, &error.field) {
        (ErrorCode::MalformedBody, _) => "BAD_JSON_FORMAT".into(),
        (ErrorCode::InvalidValue, Some(field)) => {
            format!("INVALID_{}", field.to_ascii_uppercase()).into()
        }
        (code, _) => code.as_str().to_ascii_uppercase().into(),
    };
    ErrorBody::json(&ProfileError {
        error: word,
        // To the letter of the document, without a message.
        message: (error.code != ErrorCode::AuthRequired).then_some(&error.detail),
    })
}
