use crate::Repository;
use aws_config::{BehaviorVersion, Region, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::{Client, config::Credentials};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use std::time::Duration;

/// A function that waits for the store longer than this answers 503, well within its own timeout.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_millis(1500))
        .operation_timeout(Duration::from_secs(5))
        .build()
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(50))
}

impl Repository {
    /// Connects to the table as the SDK's own environment variables say.
    pub async fn connect(table: String) -> Self {
        let https = Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let config = aws_config::defaults(BehaviorVersion::latest())
            .http_client(https)
            .timeout_config(timeouts())
            .retry_config(retries())
            .load()
            .await;
        Self {
            client: Client::new(&config),
            table,
        }
    }

    /// Connects to an emulator at `endpoint`, such as `http://127.0.0.1:8000`, which takes any
    /// credentials.
    pub fn connect_local(endpoint: &str, table: String) -> Self {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(Builder::new().build_http())
            .endpoint_url(endpoint)
            .region(Region::from_static("local"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local"))
            .timeout_config(timeouts())
            .retry_config(retries())
            .build();
        Self {
            client: Client::from_conf(config),
            table,
        }
    }
}
