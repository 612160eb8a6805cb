use crate::{Timestamp, ValidationError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, sync::Mutex};
use uuid::{ContextV7, Timestamp as UuidTimestamp, Uuid, Variant};

/// Ids made by one process in one millisecond still sort in the order in which they were made:
/// listing is by id, and its order is that of creation.
static CONTEXT: Mutex<ContextV7> = Mutex::new(ContextV7::new());

fn new_v7(now: Timestamp) -> Uuid {
    let millis = now.as_millis().unsigned_abs();
    let nanos = (millis % 1000) as u32 * 1_000_000;
    Uuid::new_v7(UuidTimestamp::from_unix(&CONTEXT, millis / 1000, nanos))
}

/// Only what Roster itself hands out: a hyphenated UUIDv7 (RFC 9562), in either case.
fn parse_v7(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    let hyphenated = text.len() == uuid::fmt::Hyphenated::LENGTH;
    (hyphenated && id.get_version_num() == 7 && id.get_variant() == Variant::RFC4122).then_some(id)
}

/// What [`parse_v7`] takes.
const PATTERN: &str =
    "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-7[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$";

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $invalid:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        #[schemars(inline, extend("format" = "uuid", "pattern" = PATTERN))]
        pub struct $name(#[schemars(with = "String")] Uuid);

        impl $name {
            /// A fresh UUIDv7 whose time part is `now`.
            pub fn new(now: Timestamp) -> Self {
                Self(new_v7(now))
            }

            /// The 16 bytes, big-endian: they sort as the text does.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id that these 16 bytes are. Any bytes make an id, if perhaps nobody's.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The id that sorts right after this one, whether anybody has it or not.
            pub fn successor(self) -> Self {
                Self(Uuid::from_u128(self.0.as_u128().saturating_add(1)))
            }

            /// The id that sorts right before this one, whether anybody has it or not.
            pub fn predecessor(self) -> Self {
                Self(Uuid::from_u128(self.0.as_u128().saturating_sub(1)))
            }
        }

        impl FromStr for $name {
            type Err = ValidationError;

            fn from_str(text: &str) -> Result<Self, ValidationError> {
                parse_v7(text).map(Self).ok_or(ValidationError($invalid.into()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// An account: one customer, whose users nobody else ever sees.
    AccountId,
    "must be an account id, a UUID as Roster returned it"
);
id!(
    /// A user in an account. Sorts by creation.
    UserId,
    "must be a user id, a UUID as Roster returned it"
);

id!(
    /// One state of a user: every change that is saved leaves another one, so that a later change can
    /// tell whether it was decided on what is still there.
    Revision,
    "must be a revision, a UUID as Roster returned it"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_millisecond_sort_by_creation() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let ids: Vec<UserId> = (0..1000).map(|_| UserId::new(now)).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| id.to_string().parse() == Ok(*id)));
    }

    #[test]
    fn only_a_hyphenated_uuid_v7_is_an_id() {
        for text in [
            "",
            "1",
            "not-an-id",
            "018f2f6e1c7a7b3c8d4e5f6071829304",
            "{018f2f6e-1c7a-7b3c-8d4e-5f6071829304}",
            "urn:uuid:018f2f6e-1c7a-7b3c-8d4e-5f6071829304",
            "9b2c3c1e-5a44-4b1e-9d0a-111111111111",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert!(text.parse::<UserId>().is_err(), "{text:?}");
        }
        assert!(
            "018F2F6E-1C7A-7B3C-8D4E-5F6071829304"
                .parse::<UserId>()
                .is_ok()
        );
    }
}
