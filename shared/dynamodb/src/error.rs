use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        batch_get_item::BatchGetItemError, delete_item::DeleteItemError,
        describe_table::DescribeTableError, get_item::GetItemError, query::QueryError,
        scan::ScanError, transact_write_items::TransactWriteItemsError,
        update_item::UpdateItemError,
    },
};
use std::{error::Error, time::Duration};

type Source = Box<dyn Error + Send + Sync>;

/// What the store answers when it does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A condition of a write did not hold; nothing was written.
    #[error("a condition does not hold: {0:?}")]
    Conflict(Conflict),
    /// The store is throttling, away, or too slow. The same request may succeed later.
    #[error("the store is throttling or away")]
    Unavailable(#[source] Source),
    /// The row at `key` does not hold what it should.
    #[error("the row {key} cannot be read")]
    Unreadable {
        /// Its primary key, without personal data.
        key: String,
        /// What is wrong with it.
        #[source]
        source: Source,
    },
    /// A defect of ours.
    #[error("the store refused a request of ours")]
    Internal(#[source] Source),
}

/// The condition that did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Another user has this email address.
    EmailInUse,
    /// Another user has this username.
    UsernameInUse,
    /// The account would be left without an active owner.
    LastOwner,
    /// The item is gone, or is no longer what the decision was based on.
    Stale,
    /// This usage report was counted before.
    AlreadyCounted,
    /// So many mails were asked for that the next one has to wait for this long.
    TooManyMails(Duration),
}

impl StoreError {
    pub(crate) fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }

    /// Whether the item was changed meanwhile: read it again and decide anew.
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Conflict(Conflict::Stale))
    }
}

/// Error codes with which DynamoDB asks to be left alone for a while.
const THROTTLING: [&str; 6] = [
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionInProgressException",
];

pub(crate) fn is_throttling(code: Option<&str>) -> bool {
    code.is_some_and(|code| THROTTLING.contains(&code))
}

/// Sorts an SDK error into "later", and "a defect of ours".
pub(crate) fn classify<E>(error: SdkError<E, HttpResponse>) -> StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let unavailable = match &error {
        // A 5xx is the store's, with or without a code: something before it may have answered.
        SdkError::ServiceError(service) => {
            is_throttling(service.err().code()) || service.raw().status().is_server_error()
        }
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => {
            true
        }
        _ => false,
    };
    if unavailable {
        StoreError::Unavailable(error.into())
    } else {
        StoreError::Internal(error.into())
    }
}

impl From<SdkError<GetItemError, HttpResponse>> for StoreError {
    fn from(error: SdkError<GetItemError, HttpResponse>) -> Self {
        classify(error)
    }
}

impl From<SdkError<BatchGetItemError, HttpResponse>> for StoreError {
    fn from(error: SdkError<BatchGetItemError, HttpResponse>) -> Self {
        classify(error)
    }
}

impl From<SdkError<QueryError, HttpResponse>> for StoreError {
    fn from(error: SdkError<QueryError, HttpResponse>) -> Self {
        classify(error)
    }
}

impl From<SdkError<ScanError, HttpResponse>> for StoreError {
    fn from(error: SdkError<ScanError, HttpResponse>) -> Self {
        classify(error)
    }
}

impl From<SdkError<DescribeTableError, HttpResponse>> for StoreError {
    fn from(error: SdkError<DescribeTableError, HttpResponse>) -> Self {
        classify(error)
    }
}

impl From<SdkError<UpdateItemError, HttpResponse>> for StoreError {
    fn from(error: SdkError<UpdateItemError, HttpResponse>) -> Self {
        match error.as_service_error() {
            Some(UpdateItemError::TransactionConflictException(_)) => {
                Self::Unavailable(error.into())
            }
            _ => classify(error),
        }
    }
}

impl From<SdkError<DeleteItemError, HttpResponse>> for StoreError {
    fn from(error: SdkError<DeleteItemError, HttpResponse>) -> Self {
        match error.as_service_error() {
            Some(DeleteItemError::TransactionConflictException(_)) => {
                Self::Unavailable(error.into())
            }
            _ => classify(error),
        }
    }
}

impl From<SdkError<TransactWriteItemsError, HttpResponse>> for StoreError {
    fn from(error: SdkError<TransactWriteItemsError, HttpResponse>) -> Self {
        classify(error)
    }
}
