//! The way to the table: what it takes, and what is left out because every cold start would pay
//! for it and every request after it.

mod environment;
mod http;
mod sign;
mod tls;

pub use environment::ConnectError;

use self::{environment::Environment, http::Http, sign::SigV4};
use crate::Repository;
use ::http::{Uri, uri::Scheme};
use aws_runtime::{
    invocation_id::InvocationIdInterceptor, request_info::RequestInfoInterceptor,
    service_clock_skew::ServiceClockSkewInterceptor, user_agent::UserAgentInterceptor,
};
use aws_sdk_dynamodb::{
    Client, Config,
    config::{
        BehaviorVersion, ConfigBag, Credentials, IdentityCache, Intercept, Region,
        StalledStreamProtectionConfig,
        endpoint::{Endpoint, EndpointFuture, Params, ResolveEndpoint},
        interceptors::BeforeSerializationInterceptorContextRef,
        retry::RetryConfig,
        timeout::TimeoutConfig,
    },
    error::BoxError,
};
use aws_smithy_runtime_api::client::interceptors::disable_interceptor;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How long a function's start may wait for its first connection. A store that is slower than this
/// is no reason not to start: requests then connect for themselves, or answer 503.
const WARM_UP_TIMEOUT: Duration = Duration::from_secs(3);

/// How long to wait for the store.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For one attempt.
    pub attempt: Duration,
    /// For all attempts at one operation together.
    pub operation: Duration,
}

impl Patience {
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

    fn timeouts(self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(self.attempt)
            .operation_timeout(self.operation)
            .build()
    }
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(50))
}

impl Repository {
    /// Connects to the table as the SDK's own environment variables say: `AWS_REGION`, the
    /// credentials, `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_CA_BUNDLE`.
    ///
    /// A connection is open when this returns: Lambda lends a whole processor to a function that
    /// starts, and a fraction of one to its first request. A store that does not answer fails
    /// requests, not this.
    ///
    /// # Errors
    /// A variable that is missing or cannot be used.
    pub async fn connect(table: String) -> Result<Self, ConnectError> {
        let environment = Environment::read()?;
        let endpoint = endpoint(&environment.endpoint)?;
        let http = Http::new(environment.ca_bundle.as_deref(), CONNECT_TIMEOUT)?;
        // While the connection waits for the network, the client is built.
        let (warm, client) = tokio::join!(
            tokio::time::timeout(WARM_UP_TIMEOUT, http.warm_up(endpoint.clone())),
            async { client(&environment, &endpoint, http.clone(), Patience::DEPLOYED) },
        );
        match warm {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(error, "no connection to the store yet"),
            Err(_) => tracing::warn!("no connection to the store yet: it is slow to answer"),
        }
        Ok(Self { client, table })
    }

    /// Connects to an emulator at `endpoint`, such as `http://127.0.0.1:8000`, which takes any
    /// credentials.
    ///
    /// # Errors
    /// An endpoint that is none.
    pub fn connect_local(
        local: &str,
        table: String,
        patience: Patience,
    ) -> Result<Self, ConnectError> {
        let environment = Environment {
            region: "local".into(),
            endpoint: local.to_owned(),
            credentials: Credentials::new("local", "local", None, None, "local"),
            ca_bundle: None,
        };
        let endpoint = endpoint(&environment.endpoint)?;
        let http = Http::new(None, CONNECT_TIMEOUT)?;
        Ok(Self {
            client: client(&environment, &endpoint, http, patience),
            table,
        })
    }
}

/// The endpoint with nothing after the host: signatures are made for the path `/`.
fn endpoint(url: &str) -> Result<Uri, ConnectError> {
    let refusal = || ConnectError::Endpoint(url.to_owned());
    let uri: Uri = url.parse().map_err(|_| refusal())?;
    let usable = matches!(uri.scheme_str(), Some("https" | "http"))
        && uri.path_and_query().is_none_or(|path| path == "/");
    if usable { Ok(uri) } else { Err(refusal()) }
}

/// The header `host` of a request to `endpoint`.
fn host(endpoint: &Uri) -> String {
    let host = endpoint.host().unwrap_or_default();
    let default = if endpoint.scheme() == Some(&Scheme::HTTP) {
        80
    } else {
        443
    };
    match endpoint.port_u16() {
        Some(port) if port != default => format!("{host}:{port}"),
        _ => host.to_owned(),
    }
}

fn client(environment: &Environment, endpoint: &Uri, http: Http, patience: Patience) -> Client {
    let Environment {
        region,
        credentials,
        ..
    } = environment;
    let signer = SigV4::new(credentials.clone(), region.clone(), host(endpoint));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.clone()))
        .credentials_provider(credentials.clone())
        // There is nothing to cache: they are there from the start.
        .identity_cache(IdentityCache::no_cache())
        .endpoint_resolver(Here(Endpoint::builder().url(endpoint.to_string()).build()))
        .http_client(http)
        .push_auth_scheme(signer)
        .interceptor(Lean)
        .timeout_config(patience.timeouts())
        .retry_config(retries())
        // Answers are small and come at once; the attempt's timeout covers them.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build();
    Client::from_conf(config)
}

/// The endpoint, whatever is asked.
#[derive(Debug)]
struct Here(Endpoint);

impl ResolveEndpoint for Here {
    fn resolve_endpoint<'a>(&'a self, _: &'a Params) -> EndpointFuture<'a> {
        EndpointFuture::ready(Ok(self.0.clone()))
    }
}

/// Leaves out what the SDK tells DynamoDB about itself with every request, and its corrections for
/// a wrong clock: Lambda's is right.
#[derive(Debug)]
struct Lean;

impl Intercept for Lean {
    fn name(&self) -> &'static str {
        "Lean"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        const REASON: &str = "nobody reads what it adds";
        let state = config.interceptor_state();
        state.store_put(disable_interceptor::<InvocationIdInterceptor>(REASON));
        state.store_put(disable_interceptor::<RequestInfoInterceptor>(REASON));
        state.store_put(disable_interceptor::<UserAgentInterceptor>(REASON));
        state.store_put(disable_interceptor::<ServiceClockSkewInterceptor>(
            "the clock is right",
        ));
        Ok(())
    }
}
