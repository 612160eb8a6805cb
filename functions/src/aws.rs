//! Connections to AWS services other than the store, for the functions that work after the answer.

use crate::roster::required;
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_types::{
    SdkConfig,
    sdk_config::{RetryConfig, TimeoutConfig},
};
use roster_dynamodb::{ConnectError, http_client};
use std::{env, error::Error, time::Duration};

/// A batch of ten that finds a service away is given up well within the function's own timeout.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(8))
        .build()
}

/// As Lambda sets the SDK's own variables. Nothing else is looked at for credentials: a function has
/// no others.
pub(crate) fn config() -> Result<SdkConfig, Box<dyn Error + Send + Sync>> {
    let credentials = Credentials::new(
        required("AWS_ACCESS_KEY_ID")?,
        required("AWS_SECRET_ACCESS_KEY")?,
        env::var("AWS_SESSION_TOKEN").ok(),
        None,
        "environment",
    );
    Ok(SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http_client()?)
        .region(Region::new(required("AWS_REGION")?))
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
