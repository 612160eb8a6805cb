//! Accounts and users, and what a user may do.
//!
//! Every type here is parsed once, at the edge, and cannot hold a bad value afterwards. Every rule
//! is a plain function: nothing in this crate knows of HTTP, of AWS or of a network.
//!
//! `Deserialize` on these types is for values that Roster stored itself, which were parsed before
//! they were written. What comes from outside goes through `FromStr`, in a body by way of a
//! [`Required`], [`Optional`], [`Replace`] or [`Patch`] field.

mod account;
mod actor;
mod challenge;
mod cursor;
mod data_error;
mod email;
mod event;
mod field;
mod forgotten_password;
mod id;
mod idempotency;
mod imported_password;
mod language;
mod lockout;
mod mail_limit;
mod password;
mod password_advice;
mod permissions;
mod role;
mod secret;
mod short_text;
mod status;
mod time;
mod time_zone;
mod tokens;
mod usage;
mod user;
mod user_changes;
mod user_key;
mod username;
mod validation_error;

pub use account::Account;
pub use actor::Actor;
pub use challenge::{
    BOUNCES_REMEMBERED, Bounce, BounceKind, Bounces, CODE_LIFETIME, Challenge, CodeError,
    MAX_WRONG_PASSWORDS,
};
pub use cursor::{Cursor, Direction, PageLimit};
pub use data_error::DataError;
pub use email::EmailAddress;
pub use event::{DomainEvent, account_events, user_events};
pub use field::{FieldValue, Optional, Patch, Replace, Required};
pub use forgotten_password::ForgottenPassword;
pub use id::{AccountId, Revision, UserId};
pub use idempotency::{
    Fingerprint, IdempotencyKey, KeptResponse, RESPONSE_KEPT, RequestId, digest,
};
pub use language::Language;
pub use lockout::{
    ATTEMPTS_REMEMBERED, LoginAttempts, MAX_FAILED_LOGINS, NameHash, lock_duration, locks,
};
pub use mail_limit::{
    MAIL_WINDOWS, MAILS_REMEMBERED, MailWindow, mail_day, mail_wait, rest_of_day,
};
pub use password::{Password, PasswordHash};
pub use password_advice::PasswordAdvice;
pub use permissions::{PermissionChanges, Permissions};
pub use role::Role;
pub use secret::{Code, CodePurpose, IssuedToken, SecretHash, Token};
pub use short_text::ShortText;
pub use status::Status;
pub use time::{Clock, Timestamp};
pub use time_zone::TimeZone;
pub use tokens::{
    HeldToken, LONGEST_TOKEN_LIFETIME, MAX_NAMED_TOKENS, MAX_TOKENS, NamedToken, TokenValidity,
    token_lifetime,
};
pub use usage::{Decimal, UsageReport};
pub use user::{PreviousEmail, STORAGE_QUOTA_BYTES, Storage, User};
pub use user_changes::{MAX_PREFERENCES_BYTES, UserChanges};
pub use user_key::UserKey;
pub use username::Username;
pub use validation_error::ValidationError;
pub use zxcvbn::feedback::{Suggestion as PasswordSuggestion, Warning as PasswordWarning};
