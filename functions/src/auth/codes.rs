//! Codes that come back from a mail.

use crate::{Error, ErrorCode};
use roster_domain::{Challenge, Code, CodeError, Timestamp};

pub(crate) const CODE_USED: Error = Error::new(
    ErrorCode::CodeUsed,
    "This code was used, or a newer one was sent. Use the newest mail.",
);

pub(crate) const CODE_EXPIRED: Error = Error::new(
    ErrorCode::CodeExpired,
    "This code has expired. Ask for a new one.",
);

/// # Errors
/// `unknown` for a code that was never made; [`CODE_USED`], [`CODE_EXPIRED`].
pub(crate) fn verify_code(
    challenge: &Challenge,
    code: &Code,
    now: Timestamp,
    unknown: fn() -> Error,
) -> Result<(), Error> {
    challenge.verify(code, now).map_err(|error| match error {
        CodeError::Unknown => unknown(),
        CodeError::UsedUp => CODE_USED,
        CodeError::Expired => CODE_EXPIRED,
    })
}
