use lambda_http::http::StatusCode;
use roster_domain::ValidationError;
use roster_dynamodb::{Conflict, StoreError};
use serde::Serialize;
use std::{borrow::Cow, time::Duration};

/// Every error that a caller can be told of, by a stable word for programs. Each API has its own way
/// to say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorCode {
    /// The body is not JSON, or a field has the wrong type.
    MalformedBody,
    /// A value is not one that the field can have.
    InvalidValue,
    /// There is no credential, or one that does not work.
    AuthRequired,
    /// The caller is known, but not allowed to do this.
    Forbidden,
    /// There is no such user, or the user is in another account: nobody can tell which.
    NotFound,
    /// Another user has the email address.
    EmailInUse,
    /// Another user has the username.
    UsernameInUse,
    /// The account would be left without an active owner.
    LastOwner,
    /// Callers cannot do this to themselves.
    OwnUser,
    /// The user's role holds all permissions.
    RoleHoldsAll,
    /// The user has not joined, or is deactivated.
    NotActive,
    /// The caller holds as many named tokens as anybody may.
    TooManyTokens,
    /// The code from a mail was used, or a newer one was sent.
    CodeUsed,
    /// The code from a mail is too old.
    CodeExpired,
    /// The `Idempotency-Key` came before, with another request.
    IdempotencyKeyReused,
    /// The body is over 64 KiB.
    BodyTooLarge,
    /// There were too many wrong passwords; none is verified for a while.
    TooManyFailures,
    /// Too many mails were requested.
    TooManyMails,
    /// The store is throttling or away, or others kept changing the same user.
    Unavailable,
    /// A defect of ours.
    Internal,
}

impl ErrorCode {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::MalformedBody,
        Self::InvalidValue,
        Self::AuthRequired,
        Self::Forbidden,
        Self::NotFound,
        Self::EmailInUse,
        Self::UsernameInUse,
        Self::LastOwner,
        Self::OwnUser,
        Self::RoleHoldsAll,
        Self::NotActive,
        Self::TooManyTokens,
        Self::CodeUsed,
        Self::CodeExpired,
        Self::IdempotencyKeyReused,
        Self::BodyTooLarge,
        Self::TooManyFailures,
        Self::TooManyMails,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The word, in snake case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MalformedBody => "malformed_body",
            Self::InvalidValue => "invalid_value",
            Self::AuthRequired => "auth_required",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::EmailInUse => "email_in_use",
            Self::UsernameInUse => "username_in_use",
            Self::LastOwner => "last_owner",
            Self::OwnUser => "own_user",
            Self::RoleHoldsAll => "role_holds_all",
            Self::NotActive => "not_active",
            Self::TooManyTokens => "too_many_tokens",
            Self::CodeUsed => "code_used",
            Self::CodeExpired => "code_expired",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::BodyTooLarge => "body_too_large",
            Self::TooManyFailures => "too_many_failures",
            Self::TooManyMails => "too_many_mails",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status, the same in every API.
    pub fn status(self) -> StatusCode {
        match self {
            Self::MalformedBody | Self::InvalidValue => StatusCode::BAD_REQUEST,
            Self::AuthRequired => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::EmailInUse
            | Self::UsernameInUse
            | Self::LastOwner
            | Self::OwnUser
            | Self::RoleHoldsAll
            | Self::NotActive
            | Self::TooManyTokens => StatusCode::CONFLICT,
            Self::CodeUsed | Self::CodeExpired => StatusCode::GONE,
            Self::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyFailures | Self::TooManyMails => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a request was not done.
#[derive(Debug)]
pub struct Error {
    /// The stable word for programs.
    pub code: ErrorCode,
    /// The field that the error is about, as the caller knows it, if it is about one.
    pub field: Option<Cow<'static, str>>,
    /// What is wrong and what to do, for people. Of our own defects it says nothing.
    pub detail: Cow<'static, str>,
    /// How long to wait before trying again, where there is a point in that.
    retry_after: Option<Duration>,
    /// What the log has to know, and the caller must not.
    cause: Option<Cause>,
    is_stale: bool,
}

/// An error body, as an API writes it.
pub(crate) struct ErrorBody {
    pub(crate) content_type: &'static str,
    pub(crate) text: String,
}

impl ErrorBody {
    /// A JSON body. Error bodies are text and numbers, which always serialise.
    pub(crate) fn json(body: &impl Serialize) -> Self {
        Self {
            content_type: "application/json",
            text: serde_json::to_string(body).unwrap_or_default(),
        }
    }
}

impl Error {
    /// There is no credential that works.
    pub(crate) const UNAUTHENTICATED: Self = Self::new(
        ErrorCode::AuthRequired,
        "A working credential is required. Log in with POST /user/login to get a token.",
    );

    /// There is no such user in the caller's account.
    pub(crate) const NOT_FOUND: Self = Self::new(
        ErrorCode::NotFound,
        "There is no such user in this account. Look the user up again.",
    );

    /// The body is over 64 KiB.
    pub(crate) const TOO_LARGE: Self = Self::new(
        ErrorCode::BodyTooLarge,
        "The body is over 64 KiB. Send a smaller one.",
    );

    /// The `Idempotency-Key` came before, with another request.
    pub(crate) const IDEMPOTENCY_KEY_REUSED: Self = Self::new(
        ErrorCode::IdempotencyKeyReused,
        "This Idempotency-Key came with another request. Send a new key.",
    );

    /// The account would be left without an active owner.
    pub(crate) const LAST_OWNER: Self = Self::new(
        ErrorCode::LastOwner,
        "An account keeps at least one active owner. Make another user an owner first.",
    );

    /// What was read has changed before it was written: the endpoint calls the handler again, until
    /// the request's deadline. Only then is the caller told.
    pub(crate) const STALE: Self = Self {
        code: ErrorCode::Unavailable,
        field: None,
        detail: Cow::Borrowed("Try again in a moment."),
        retry_after: Some(Duration::from_secs(1)),
        cause: None,
        is_stale: true,
    };

    pub(crate) const fn new(code: ErrorCode, detail: &'static str) -> Self {
        Self {
            code,
            field: None,
            detail: Cow::Borrowed(detail),
            retry_after: None,
            cause: None,
            is_stale: false,
        }
    }

    /// The same error, about a field.
    pub(crate) fn about(self, field: &'static str) -> Self {
        Self {
            field: Some(field.into()),
            ..self
        }
    }

    /// The caller is not allowed to do this.
    pub(crate) const fn forbidden(detail: &'static str) -> Self {
        Self::new(ErrorCode::Forbidden, detail)
    }

    /// The body cannot be read.
    pub(crate) fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            detail: detail.into(),
            ..Self::new(ErrorCode::MalformedBody, "")
        }
    }

    /// The value of a field is not one that it can have.
    pub(crate) fn invalid(field: impl Into<Cow<'static, str>>, must: ValidationError) -> Self {
        let field = field.into();
        Self {
            detail: format!("{field} {must}").into(),
            field: Some(field),
            ..Self::new(ErrorCode::InvalidValue, "")
        }
    }

    /// A required field is absent.
    pub(crate) fn missing(field: impl Into<Cow<'static, str>>) -> Self {
        Self::invalid(field, "is required".into())
    }

    /// Another user has the email address.
    pub(crate) fn email_in_use() -> Self {
        let detail = "This email address is in use. Choose another one.";
        Self::new(ErrorCode::EmailInUse, detail).about("email")
    }

    /// Another user has the username.
    pub(crate) fn username_in_use() -> Self {
        let detail = "This username is in use. Choose another one.";
        Self::new(ErrorCode::UsernameInUse, detail).about("username")
    }

    /// Too many wrong passwords came for a name; none is verified for this long.
    pub(crate) fn too_many_failures(wait: Duration) -> Self {
        Self::wait(
            ErrorCode::TooManyFailures,
            "There were too many wrong passwords",
            wait,
        )
    }

    /// Too many mails were requested; the next one has to wait for this long.
    pub(crate) fn too_many_mails(wait: Duration) -> Self {
        Self::wait(
            ErrorCode::TooManyMails,
            "Too many mails were requested",
            wait,
        )
    }

    fn wait(code: ErrorCode, what: &str, wait: Duration) -> Self {
        Self {
            detail: format!("{what}. Try again in {} s.", seconds(wait)).into(),
            retry_after: Some(wait),
            ..Self::new(code, "")
        }
    }

    /// Something that a request needs is away.
    pub(crate) fn unavailable(cause: impl Into<Cause>) -> Self {
        Self {
            cause: Some(cause.into()),
            is_stale: false,
            ..Self::STALE
        }
    }

    /// A defect of ours.
    pub(crate) fn internal(cause: impl Into<Cause>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(
                ErrorCode::Internal,
                "Something went wrong on our side. It is in the log, by the request's id.",
            )
        }
    }

    /// Whether the handler is to be called again.
    pub(crate) fn is_stale(&self) -> bool {
        self.is_stale
    }

    /// Seconds for `Retry-After`, where there is a point in trying again.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        self.retry_after.map(|wait| seconds(wait).max(1))
    }

    /// What the log has to know, and the caller must not.
    pub(crate) fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync)> {
        self.cause.as_deref()
    }
}

/// Whole seconds, rounded up: a client that waits as long as it was told to must not be early.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(Conflict::Stale) => Self::STALE,
            StoreError::Conflict(Conflict::EmailInUse) => Self::email_in_use(),
            StoreError::Conflict(Conflict::UsernameInUse) => Self::username_in_use(),
            StoreError::Conflict(Conflict::LastOwner) => Self::LAST_OWNER,
            StoreError::Conflict(Conflict::TooManyMails(wait)) => Self::too_many_mails(wait),
            StoreError::Unavailable(_) => Self::unavailable(error),
            // No request records usage.
            StoreError::Conflict(Conflict::AlreadyCounted)
            | StoreError::Unreadable { .. }
            | StoreError::Internal(_) => Self::internal(error),
        }
    }
}
