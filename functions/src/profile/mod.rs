//! The current user's profile: `/v2/user`.

pub mod get;
#[cfg(feature = "openapi")]
pub(crate) mod openapi;
pub mod update;

use roster_domain::{EmailAddress, STORAGE_QUOTA_BYTES, Text, TimeZone, Token, User, UserId};
use serde::Serialize;

/// A user as this API shows one.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub(crate) struct Profile<'a> {
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
    organization: Option<&'a Text>,
    /// Time zone, by its IANA name. (The original calls it a locale.)
    locale: Option<&'a TimeZone>,
    /// Display name.
    user_alias: Option<&'a Text>,
    /// What is stored.
    storage: Storage,
}

/// What other services have stored for a user.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
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
            api_token: token.reveal(),
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
