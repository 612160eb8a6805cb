//! Connections to AWS services other than the store, for the functions that work after the answer.

use aws_config::{
    environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider},
    meta::region::ProvideRegion,
};
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_types::{
    SdkConfig,
    sdk_config::{RetryConfig, TimeoutConfig},
};
use roster_dynamodb::{ConnectError, http_client};
use std::time::Duration;

/// A batch of ten that finds a service away is given up well within the function's own timeout.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(8))
        .build()
}

/// As Lambda sets the SDK's own variables. Nothing else is looked at, such as profiles or the
/// metadata of instances: a function has nothing else, and linking what reads it takes 1.5 MB.
///
/// # Errors
/// See [`http_client`].
pub(crate) async fn config() -> Result<SdkConfig, ConnectError> {
    let credentials = EnvironmentVariableCredentialsProvider::new();
    let region = EnvironmentVariableRegionProvider::new().region().await;
    Ok(SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http_client()?)
        .region(region)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .timeout_config(timeouts())
        .retry_config(RetryConfig::standard())
        .build())
}

/// For stand-ins of all services at one `endpoint`, such as `http://127.0.0.1:4566`, which take any
/// credentials.
///
/// # Errors
/// See [`http_client`].
pub fn local_config(endpoint: &str) -> Result<SdkConfig, ConnectError> {
    let credentials = Credentials::new("local", "local", None, None, "local");
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(10));
    Ok(SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http_client()?)
        .endpoint_url(endpoint)
        .region(Region::from_static("local"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .timeout_config(timeouts())
        .retry_config(retries)
        .build())
}
