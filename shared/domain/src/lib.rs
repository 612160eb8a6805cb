//! Who people are and what they may do.
//!
//! Every type here is parsed once, at the edge, and cannot hold a bad value afterwards. Every rule
//! is a plain function: nothing in this crate knows of HTTP, of AWS or of a network.
//!
//! `Deserialize` on these types is for values that Roster stored itself, which were parsed before
//! they were written. What comes from outside goes through `FromStr`.

mod account;
mod code_request;
mod cursor;
mod data_error;
mod email;
mod event;
mod id;
mod invalid;
mod language;
mod lockout;
mod mail_limit;
mod password;
mod password_advice;
mod patch;
mod permissions;
mod role;
mod secret;
mod text;
mod time;
mod time_zone;
mod usage;
mod user;
mod username;

pub use account::Account;
pub use code_request::{CODE_LIFETIME, CodeRefusal, CodeRequest};
pub use cursor::{Cursor, Direction, PageLimit};
pub use data_error::DataError;
pub use email::EmailAddress;
pub use event::{DomainEvent, account_events, user_events};
pub use id::{AccountId, UserId};
pub use invalid::Invalid;
pub use language::Language;
pub use lockout::{
    ATTEMPTS_REMEMBERED, LoginAttempts, MAX_FAILED_LOGINS, NameHash, lock_duration, locks,
};
pub use mail_limit::{
    MAIL_WINDOWS, MAILS_REMEMBERED, MailWindow, mail_day, mail_wait, rest_of_day,
};
pub use password::{Password, PasswordHash};
pub use password_advice::PasswordAdvice;
pub use patch::Patch;
pub use permissions::{PermissionChanges, Permissions};
pub use role::Role;
pub use secret::{Code, CodePurpose, SecretHash, Token, TokenGrant};
pub use text::Text;
pub use time::{Clock, Timestamp};
pub use time_zone::TimeZone;
pub use usage::{Decimal, UsageReport};
pub use user::{
    MAX_PREFERENCES_BYTES, MAX_TOKENS, STORAGE_QUOTA_BYTES, Storage, TokenValidity, User,
    UserChanges,
};
pub use username::Username;
pub use zxcvbn::feedback::{Suggestion as PasswordSuggestion, Warning as PasswordWarning};
