use lambda_http::http::StatusCode;
use roster_domain::Invalid;
use roster_dynamodb::{Refusal, StoreError};
use std::{borrow::Cow, error::Error, time::Duration};

/// Everything that can go wrong with a request, once for all APIs. How it is said is up to each
/// [`Api`](crate::Api).
#[derive(Debug)]
pub enum Failure {
    /// The body is not JSON, or a field has the wrong type. 400.
    Malformed(Cow<'static, str>),
    /// A value is not one that the field can have. 400.
    Invalid {
        /// As the caller knows it.
        field: &'static str,
        /// What it must be, as the end of a sentence.
        must: Invalid,
    },
    /// No credential, or one that does not work. 401.
    Unauthenticated,
    /// Known, but not allowed. 403.
    Forbidden(&'static str),
    /// Not there, or in another account: nobody can tell which. 404.
    NotFound,
    /// What was asked for clashes with what is. 409.
    Conflict {
        /// The field with the clashing value, as the caller knows it, if it is one.
        field: Option<&'static str>,
        /// A stable word for programs.
        code: &'static str,
        /// For people.
        detail: &'static str,
    },
    /// A code from a mail that does not work any more. 410.
    Gone {
        /// A stable word for programs.
        code: &'static str,
        /// For people.
        detail: &'static str,
    },
    /// The body is over 64 KiB. 413.
    TooLarge,
    /// Too many wrong passwords; none is looked at for this long. 429.
    TooManyFailures(Duration),
    /// Too many mails were asked for; the next one has to wait for this long. 429.
    TooManyMails(Duration),
    /// The store is throttling or away. 503.
    Unavailable(Box<dyn Error + Send + Sync>),
    /// A defect of ours; its cause goes to the log and nowhere else. 500.
    Internal(Box<dyn Error + Send + Sync>),
}

/// What a caller waits before trying again when the store is away.
const RETRY_UNAVAILABLE: Duration = Duration::from_secs(1);

impl Failure {
    pub(crate) fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::Malformed(detail.into())
    }

    pub(crate) fn invalid(field: &'static str, must: Invalid) -> Self {
        Self::Invalid { field, must }
    }

    /// For a field that is required and absent.
    pub(crate) fn missing(field: &'static str) -> Self {
        Self::Invalid {
            field,
            must: "is required".into(),
        }
    }

    /// For an address that another user has, in the field that the caller sent it in.
    pub(crate) fn email_in_use(field: &'static str) -> Self {
        Self::Conflict {
            field: Some(field),
            code: "email_in_use",
            detail: "this email address is in use",
        }
    }

    /// The same failure, for who knows an email address by another name.
    pub(crate) fn naming_email(self, field: &'static str) -> Self {
        match self {
            Self::Conflict {
                code: "email_in_use",
                ..
            } => Self::email_in_use(field),
            other => other,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) | Self::Invalid { .. } => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Gone { .. } => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyFailures(_) | Self::TooManyMails(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A stable word for programs, in snake case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed_body",
            Self::Invalid { .. } => "invalid_value",
            Self::Unauthenticated => "auth_required",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict { code, .. } | Self::Gone { code, .. } => code,
            Self::TooLarge => "body_too_large",
            Self::TooManyFailures(_) => "too_many_failures",
            Self::TooManyMails(_) => "too_many_mails",
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// One sentence for people that says what to do next. Of our own defects it says nothing.
    pub fn detail(&self) -> Cow<'static, str> {
        match self {
            Self::Malformed(detail) => detail.clone(),
            Self::Invalid { field, must } => format!("{field} {must}").into(),
            Self::Unauthenticated => {
                "a working credential is required; log in with POST /user/login to get a token"
                    .into()
            }
            Self::Forbidden(detail) | Self::Conflict { detail, .. } | Self::Gone { detail, .. } => {
                (*detail).into()
            }
            Self::NotFound => "there is no such user in this account".into(),
            Self::TooLarge => "the body is over 64 KiB".into(),
            Self::TooManyFailures(wait) => format!(
                "too many wrong passwords; try again in {} s",
                seconds(*wait)
            )
            .into(),
            Self::TooManyMails(wait) => format!(
                "too many mails were asked for; try again in {} s",
                seconds(*wait)
            )
            .into(),
            Self::Unavailable(_) => "try again in a moment".into(),
            Self::Internal(_) => "something went wrong on our side".into(),
        }
    }

    /// Seconds for `Retry-After`, where there is a point in trying again.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyFailures(wait) | Self::TooManyMails(wait) => Some(seconds(*wait).max(1)),
            Self::Unavailable(_) => Some(seconds(RETRY_UNAVAILABLE)),
            _ => None,
        }
    }

    /// What the log has to know of it, and the caller must not.
    pub(crate) fn cause(&self) -> Option<&(dyn Error + Send + Sync)> {
        match self {
            Self::Unavailable(cause) | Self::Internal(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }
}

/// Whole seconds, rounded up: a client that waits as long as it was told to must not be early.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(Refusal::EmailInUse) => Self::email_in_use("email"),
            StoreError::Refused(Refusal::UsernameInUse) => Self::Conflict {
                field: Some("username"),
                code: "username_in_use",
                detail: "this username is in use",
            },
            StoreError::Refused(Refusal::LastOwner) => Self::Conflict {
                field: None,
                code: "last_owner",
                detail: "an account keeps at least one active owner; make another owner first",
            },
            StoreError::Refused(Refusal::Changed) => Self::NotFound,
            StoreError::Refused(Refusal::TooManyMails(wait)) => Self::TooManyMails(wait),
            // No request records usage.
            StoreError::Refused(Refusal::AlreadyCounted) => Self::Internal(error.into()),
            StoreError::Refused(Refusal::TooLarge) => Self::Invalid {
                field: "preferences",
                must: "must be at most 8 KiB as JSON, with what is already there".into(),
            },
            StoreError::Unavailable(_) => Self::Unavailable(error.into()),
            StoreError::Unreadable { .. } | StoreError::Internal(_) => Self::Internal(error.into()),
        }
    }
}
