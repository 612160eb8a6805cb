//! The way to the table: what it takes, and nothing that every cold start would pay for, and every
//! request after it.
//!
//! The SDK's generated code writes requests and reads answers ([`operation`]). Between the two the
//! SDK would resolve endpoints, identities and plugins anew for every call, and to make its client
//! parse the partitions of AWS with regular expressions: 0.4 million instructions at every cold
//! start and 0.1 million at every call, for a function whose region, credentials and endpoint are
//! environment variables. What is left of it here: a signature, two timeouts, and retries.

mod environment;
mod http;
mod operation;
mod sdk;
mod sign;
mod tls;

pub use environment::ConnectError;
pub use sdk::http_client;

use self::{
    environment::Environment,
    http::Http,
    operation::{Failed, Operation, Protocol},
    sign::Signer,
};
use crate::{Repository, backoff::Backoff, error::is_throttling};
use ::http::{HeaderValue, Request, Uri, header::USER_AGENT, uri::Scheme};
use aws_sdk_dynamodb::{
    config::Credentials,
    error::{ProvideErrorMetadata, SdkError},
};
use bytes::Bytes;
use http_body_util::Full;
use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

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
}

/// As many as the SDK's; the first of its waits would be up to a second.
const RETRIES: u32 = 2;
const FIRST_BACKOFF: Duration = Duration::from_millis(50);

/// Calls the store. Cheap to clone; clones share one connection pool.
#[derive(Clone, Debug)]
pub(crate) struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    endpoint: Uri,
    http: Http,
    signer: Signer,
    patience: Patience,
}

impl Client {
    fn new(environment: Environment, patience: Patience) -> Result<Self, ConnectError> {
        let endpoint = endpoint(&environment.endpoint)?;
        let host = host(&endpoint);
        Ok(Self(Arc::new(Inner {
            endpoint,
            http: Http::new(environment.ca_bundle.as_deref(), CONNECT_TIMEOUT)?,
            signer: Signer::new(environment.credentials, environment.region, host),
            patience,
        })))
    }

    /// Opens a connection, so that the first request finds one.
    async fn warm_up(&self) {
        let Inner { endpoint, http, .. } = &*self.0;
        match tokio::time::timeout(WARM_UP_TIMEOUT, http.warm_up(endpoint.clone())).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(error, "no connection to the store yet"),
            Err(_) => tracing::warn!("no connection to the store yet: it is slow to answer"),
        }
    }

    /// Calls an operation, again if the store is throttling or was not to be reached.
    ///
    /// # Errors
    /// What the last attempt failed with.
    pub(crate) async fn call<O: Operation>(&self, input: O::Input) -> Result<O::Output, Failed<O>> {
        match tokio::time::timeout(self.0.patience.operation, self.attempts::<O>(input)).await {
            Ok(outcome) => outcome,
            Err(elapsed) => Err(SdkError::timeout_error(elapsed)),
        }
    }

    async fn attempts<O: Operation>(&self, input: O::Input) -> Result<O::Output, Failed<O>> {
        let mut protocol = Protocol::<O>::new();
        let request = protocol
            .serialize(input)
            .map_err(SdkError::construction_failure)?;
        let request = request
            .try_into_http1x()
            .map_err(SdkError::construction_failure)?;
        let (mut head, body) = request.into_parts();
        let body = Bytes::copy_from_slice(body.bytes().unwrap_or_default());
        const ROSTER: &str = concat!("roster/", env!("CARGO_PKG_VERSION"));
        head.headers
            .insert(USER_AGENT, HeaderValue::from_static(ROSTER));
        head.uri = self.0.endpoint.clone();

        let mut backoff = Backoff::new(FIRST_BACKOFF, RETRIES);
        loop {
            let request = Request::from_parts(head.clone(), body.clone());
            match self.attempt(&protocol, request).await {
                Err(error) if is_passing::<O>(&error) => {
                    if !backoff.wait().await {
                        return Err(error);
                    }
                }
                outcome => return outcome,
            }
        }
    }

    async fn attempt<O: Operation>(
        &self,
        protocol: &Protocol<O>,
        request: Request<Bytes>,
    ) -> Result<O::Output, Failed<O>> {
        let (mut head, body) = request.into_parts();
        self.0
            .signer
            .sign(&mut head.headers, &body, SystemTime::now())
            .map_err(SdkError::construction_failure)?;
        let sending = self.0.http.send(Request::from_parts(head, Full::new(body)));
        match tokio::time::timeout(self.0.patience.attempt, sending).await {
            Ok(Ok(response)) => protocol.deserialize(response),
            Ok(Err(error)) => Err(SdkError::dispatch_failure(error)),
            Err(elapsed) => Err(SdkError::timeout_error(elapsed)),
        }
    }
}

/// Whether the same request may well succeed a moment later.
fn is_passing<O: Operation>(error: &Failed<O>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) => true,
        SdkError::ServiceError(refusal) => {
            is_throttling(refusal.err().code()) || refusal.raw().status().is_server_error()
        }
        SdkError::ResponseError(answer) => answer.raw().status().is_server_error(),
        _ => false,
    }
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
        let client = Client::new(Environment::read()?, Patience::DEPLOYED)?;
        client.warm_up().await;
        Ok(Self { client, table })
    }

    /// Connects to an emulator at `endpoint`, such as `http://127.0.0.1:8000`, which takes any
    /// credentials.
    ///
    /// # Errors
    /// An endpoint that is none.
    pub fn connect_local(
        endpoint: &str,
        table: String,
        patience: Patience,
    ) -> Result<Self, ConnectError> {
        let environment = Environment {
            region: "local".into(),
            endpoint: endpoint.to_owned(),
            credentials: Credentials::new("local", "local", None, None, "local"),
            ca_bundle: None,
        };
        let client = Client::new(environment, patience)?;
        Ok(Self { client, table })
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
