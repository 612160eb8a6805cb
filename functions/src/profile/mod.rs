//! The current user's profile: `/v2/user`.

pub mod get;
pub mod update;

use roster_domain::{EmailAddress, STORAGE_QUOTA_BYTES, Text, TimeZone, Token, User, UserId};
use serde::Serialize;

/// A user as this API shows one.
#[derive(Serialize)]
pub(crate) struct Profile<'a> {
    user_id: UserId,
    api_token: String,
    device_token: String,
    email1: &'a EmailAddress,
    email2: Option<&'a EmailAddress>,
    organization: Option<&'a Text>,
    /// The document calls it a locale; it is a time zone.
    locale: Option<&'a TimeZone>,
    user_alias: Option<&'a Text>,
    storage: Storage,
}

#[derive(Serialize)]
struct Storage {
    count: i64,
    usage_bytes: i64,
    #[serde(rename = "maxSize")]
    max_size: i64,
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
