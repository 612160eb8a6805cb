//! The client of the store.

use super::{ConnectError, Connection, Timeouts, service_variable};
use crate::Repository;
use aws_runtime::{
    invocation_id::InvocationIdInterceptor, request_info::RequestInfoInterceptor,
    user_agent::UserAgentInterceptor,
};
use aws_sdk_dynamodb::{
    Client,
    config::{
        Builder, ConfigBag, Intercept,
        endpoint::{DefaultResolver, Params, ResolveEndpoint},
        retry::{RetryConfig, RetryPartition, TokenBucket},
    },
    error::BoxError,
};
use aws_smithy_runtime_api::client::interceptors::{
    context::BeforeSerializationInterceptorContextRef, disable_interceptor, dyn_dispatch_hint,
};
use aws_types::SdkConfig;
use http::Uri;
use std::time::Duration;

/// How long a function's start may wait for its first connection. A store that is slower than this
/// is no reason not to start: requests then connect for themselves, or answer 503.
const WARM_UP_TIMEOUT: Duration = Duration::from_secs(3);

/// Three attempts, as the SDK's clients make. Their first wait would be up to a second, for which
/// somebody waits; DynamoDB is mostly well again after milliseconds.
fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_initial_backoff(Duration::from_millis(50))
        .with_max_backoff(Duration::from_millis(500))
}

impl Repository {
    /// Connects to the table as the environment says ([`Connection::from_env`]).
    ///
    /// A connection is open when this returns: Lambda lends a whole processor to a function that
    /// starts, and a fraction of one to its first request. A store that does not answer fails
    /// requests, not this.
    ///
    /// # Errors
    /// [`ConnectError`]: a variable that is missing or cannot be used.
    pub async fn connect(table: String) -> Result<Self, ConnectError> {
        let connection = Connection::from_env(Timeouts::DEPLOYED).await?;
        let endpoint = endpoint(connection.config()).await;
        let endpoint = endpoint.map_err(ConnectError::Endpoint)?;
        warm_up(&connection, endpoint).await;
        Ok(Self::new(&connection, table, |config| config))
    }

    /// Connects to an emulator at `endpoint`, such as `http://127.0.0.1:8000`, which takes any
    /// credentials.
    ///
    /// # Errors
    /// [`ConnectError::Tls`].
    pub fn connect_local(
        endpoint: &str,
        table: String,
        timeouts: Timeouts,
    ) -> Result<Self, ConnectError> {
        let connection = Connection::local(endpoint, timeouts)?;
        // All clients of a region share a budget of retries: a test whose store throttles would
        // use up that of its neighbours.
        let retries = RetryPartition::custom("local")
            .token_bucket(TokenBucket::unlimited())
            .build();
        Ok(Self::new(&connection, table, |config| {
            config.retry_partition(retries)
        }))
    }

    fn new(connection: &Connection, table: String, adapt: impl FnOnce(Builder) -> Builder) -> Self {
        let config = Builder::from(connection.config())
            .retry_config(retries())
            .interceptor(ShortHeaders);
        Self {
            client: Client::from_conf(adapt(config).build()),
            connections: connection.connections.clone(),
            table,
        }
    }

    /// Whether nothing was asked since it was connected. There is one connection then: for the
    /// function's first request, which somebody waits for, a second call is answered sooner after
    /// the first one than over a connection that is yet to be opened.
    pub fn is_unused(&self) -> bool {
        self.connections.are_unused()
    }
}

/// Opens a connection, so that the first request finds one.
async fn warm_up(connection: &Connection, endpoint: Uri) {
    let opening = connection.connections.warm_up(endpoint);
    match tokio::time::timeout(WARM_UP_TIMEOUT, opening).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(error, "no connection to the store yet"),
        Err(_) => tracing::warn!("no connection to the store yet: it is slow to answer"),
    }
}

/// Where the client will send its requests.
async fn endpoint(config: &SdkConfig) -> Result<Uri, BoxError> {
    let url = service_variable("AWS_ENDPOINT_URL", "DynamoDB");
    let url = url.or_else(|| config.endpoint_url().map(str::to_owned));
    let parameters = Params::builder()
        .set_region(config.region().map(|region| region.to_string()))
        .set_endpoint(url)
        .set_use_fips(config.use_fips())
        .set_use_dual_stack(config.use_dual_stack())
        .build()?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await?;
    Ok(endpoint.url().parse()?)
}

/// Leaves out the headers that the SDK says only for the sake of AWS's own statistics: about itself,
/// its retries, and an id for each request beside the one that the store answers with.
#[derive(Debug)]
struct ShortHeaders;

#[dyn_dispatch_hint]
impl Intercept for ShortHeaders {
    fn name(&self) -> &'static str {
        "ShortHeaders"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        request: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let state = request.interceptor_state();
        state.store_put(disable_interceptor::<UserAgentInterceptor>(WHY));
        state.store_put(disable_interceptor::<InvocationIdInterceptor>(WHY));
        state.store_put(disable_interceptor::<RequestInfoInterceptor>(WHY));
        Ok(())
    }
}

const WHY: &str = "their headers take 30 thousand instructions of each request";
