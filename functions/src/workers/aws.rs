//! Connections to AWS services other than the store, for the workers.

use aws_types::SdkConfig;
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
