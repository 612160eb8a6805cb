//! Connections to AWS services other than the store, for the functions that work after the answer.

use aws_types::{SdkConfig, sdk_config::RetryConfig};
use roster_dynamodb::{ConnectError, Connection, Timeouts};
use std::time::Duration;

/// A batch of ten that finds a service away is given up well within the function's own timeout.
const TIMEOUTS: Timeouts = Timeouts {
    attempt: Duration::from_secs(3),
    operation: Duration::from_secs(8),
};

/// As the function's environment says.
///
/// # Errors
/// See [`Connection::from_env`].
pub(crate) async fn config() -> Result<SdkConfig, ConnectError> {
    Ok(Connection::from_env(TIMEOUTS).await?.config().clone())
}

/// For stand-ins of all services at one `endpoint`, such as `http://127.0.0.1:4566`, which take any
/// credentials.
///
/// # Errors
/// See [`Connection::local`].
pub fn local_config(endpoint: &str) -> Result<SdkConfig, ConnectError> {
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(10));
    let config = Connection::local(endpoint, TIMEOUTS)?.config().to_builder();
    Ok(config.retry_config(retries).build())
}
