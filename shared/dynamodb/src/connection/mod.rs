//! How the SDK's clients reach AWS from a Lambda function: with what its environment says, and
//! nothing that every cold start would pay for. docs/design/SPEED.md has what each setting is worth.

mod http;
mod store;
mod tls;

pub use store::TAG_HEADER;
pub(crate) use store::{connect, connect_local, connect_tagged, patient_client};

use self::http::Connections;
use aws_config::{
    environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider},
    meta::region::ProvideRegion,
};
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, SharedCredentialsProvider, StalledStreamProtectionConfig,
};
use aws_smithy_runtime_api::client::http::HttpClient;
use aws_types::{
    SdkConfig,
    endpoint_config::AccountIdEndpointMode,
    sdk_config::TimeoutConfig,
    service_config::{LoadServiceConfig, ServiceConfigKey},
};
use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

/// Why no connection can be configured.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Lambda sets `AWS_REGION` itself; elsewhere it has to be set.
    #[error("the environment variable AWS_REGION is missing")]
    Region,
    /// `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` is not a URL, or contradicts a variable
    /// that asks for an endpoint of another kind.
    #[error("DynamoDB cannot be reached as the environment says: {0}")]
    Endpoint(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// `AWS_CA_BUNDLE` is not a readable PEM file with certificates.
    #[error("AWS_CA_BUNDLE, {}, cannot be used", path.display())]
    CaBundle {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A defect of ours.
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
}

/// How requests travel, for a program whose configuration is the SDK's own: its credentials may come
/// from wherever the AWS CLI takes them. Honours `AWS_CA_BUNDLE`.
///
/// # Errors
/// [`ConnectError::CaBundle`], [`ConnectError::Tls`].
pub fn http_client() -> Result<impl HttpClient + Clone + 'static, ConnectError> {
    Connections::new(variable("AWS_CA_BUNDLE").map(PathBuf::from).as_deref())
}

/// How long to wait for a service.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For one attempt.
    pub attempt: Duration,
    /// For all attempts at one operation together.
    pub operation: Duration,
}

impl Timeouts {
    /// A function that waits for DynamoDB longer than this answers 503, well within its own timeout.
    pub const DEPLOYED: Self = Self {
        attempt: Duration::from_millis(1500),
        operation: Duration::from_secs(5),
    };

    /// A store on this machine shares its processors with everything that is being done here, such
    /// as the hashing of passwords for many requests at once.
    pub const LOCAL: Self = Self {
        attempt: Duration::from_secs(20),
        operation: Duration::from_secs(60),
    };
}

/// What all of a function's clients of AWS share.
#[derive(Clone, Debug)]
pub struct Connection {
    config: SdkConfig,
    connections: Connections,
}

impl Connection {
    /// As the SDKs' own environment variables say: `AWS_REGION`, the credentials,
    /// `AWS_ENDPOINT_URL` (with or without a service's name), `AWS_USE_FIPS_ENDPOINT`,
    /// `AWS_USE_DUALSTACK_ENDPOINT`, `AWS_CA_BUNDLE`.
    ///
    /// A function has nothing else. What `aws_config::load_defaults` looks at besides (profiles,
    /// containers, instances) takes 0.6 million instructions of a cold start and 1.2 MB.
    ///
    /// # Errors
    /// [`ConnectError`]: a variable that is missing or cannot be used.
    pub async fn from_env(timeouts: Timeouts) -> Result<Self, ConnectError> {
        let region = EnvironmentVariableRegionProvider::new().region().await;
        let credentials = EnvironmentVariableCredentialsProvider::new();
        let ca_bundle = variable("AWS_CA_BUNDLE").map(PathBuf::from);
        let mut config = SdkConfig::builder();
        config
            .set_region(Some(region.ok_or(ConnectError::Region)?))
            .set_credentials_provider(Some(SharedCredentialsProvider::new(credentials)))
            .set_endpoint_url(variable("AWS_ENDPOINT_URL"))
            .set_use_fips(switch("AWS_USE_FIPS_ENDPOINT"))
            .set_use_dual_stack(switch("AWS_USE_DUALSTACK_ENDPOINT"));
        let config = config.service_config(ServiceVariables);
        Self::new(config, ca_bundle.as_deref(), timeouts)
    }

    /// To what stands for AWS at `endpoint`, such as `http://127.0.0.1:8000`, and takes any
    /// credentials.
    ///
    /// # Errors
    /// [`ConnectError::Tls`].
    pub fn local(endpoint: &str, timeouts: Timeouts) -> Result<Self, ConnectError> {
        let credentials = Credentials::new("local", "local", None, None, "local");
        let config = SdkConfig::builder()
            .region(Region::from_static("local"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url(endpoint);
        Self::new(config, None, timeouts)
    }

    fn new(
        config: aws_types::sdk_config::Builder,
        ca_bundle: Option<&Path>,
        timeouts: Timeouts,
    ) -> Result<Self, ConnectError> {
        let connections = Connections::new(ca_bundle)?;
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(timeouts.attempt)
            .operation_timeout(timeouts.operation)
            .build();
        let config = config
            .behavior_version(BehaviorVersion::latest())
            .http_client(connections.clone())
            .timeout_config(timeouts)
            // Every answer is read whole, within the timeout of its attempt.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            // One host for all requests: the one whose connection is opened at the start.
            .account_id_endpoint_mode(AccountIdEndpointMode::Disabled)
            .build();
        Ok(Self {
            config,
            connections,
        })
    }

    /// The configuration for a client of any service.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }
}

/// `AWS_ENDPOINT_URL_DYNAMODB`, and the like of other services.
#[derive(Debug)]
struct ServiceVariables;

impl LoadServiceConfig for ServiceVariables {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace(' ', "_");
        variable(&format!("{}_{service}", key.env()))
    }
}

fn switch(name: &str) -> Option<bool> {
    variable(name).map(|value| value.eq_ignore_ascii_case("true"))
}

/// A variable that is set to nothing is as good as one that is not set.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
