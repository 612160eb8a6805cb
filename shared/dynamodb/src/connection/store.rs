//! The client of the store.

use super::{ConnectError, Connection, Timeouts};
use aws_runtime::{
    invocation_id::InvocationIdInterceptor, request_info::RequestInfoInterceptor,
    user_agent::UserAgentInterceptor,
};
use aws_sdk_dynamodb::{
    Client,
    config::{
        Builder, ConfigBag, Intercept,
        endpoint::{DefaultResolver, Params, ResolveEndpoint},
        retry::{RetryConfig, RetryPartition},
    },
    error::BoxError,
};
use aws_smithy_runtime_api::client::{
    interceptors::{
        context::{BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut},
        disable_interceptor, dyn_dispatch_hint,
    },
    runtime_components::RuntimeComponents,
};
use aws_types::{SdkConfig, service_config::ServiceConfigKey};
use http::Uri;
use std::time::Duration;

/// How long a function's start may wait for its first connection. A store that is slower than this
/// is no reason not to start: requests then connect for themselves, or answer 503.
const WARM_UP_TIMEOUT: Duration = Duration::from_secs(3);

fn client(config: &SdkConfig) -> Client {
    let config = Builder::from(config)
        .retry_config(retries())
        // All clients of a region would share one budget of retries, and a test whose store
        // throttles would use up its neighbours'.
        .retry_partition(RetryPartition::custom("store").build())
        .interceptor(ShortHeaders);
    Client::from_conf(config.build())
}

/// Three attempts, as the SDK's clients make. Their first wait would be up to a second, for which
/// somebody waits; DynamoDB is mostly well again after milliseconds.
fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_initial_backoff(Duration::from_millis(50))
        .with_max_backoff(Duration::from_millis(500))
}

/// A client for a program that has time: where the store throttles, it slows down to what the store
/// takes.
pub(crate) fn patient_client(config: &SdkConfig) -> Client {
    let retries = RetryConfig::adaptive()
        .with_max_attempts(10)
        .with_initial_backoff(Duration::from_millis(100));
    let config = Builder::from(config)
        .retry_config(retries)
        .retry_partition(RetryPartition::custom("operator").build());
    Client::from_conf(config.build())
}

/// A client as the environment says ([`Connection::from_env`]).
///
/// A connection is open when this returns: Lambda lends a whole processor to a function that starts,
/// and a fraction of one to its first request. A store that does not answer fails requests, not this.
pub(crate) async fn connect() -> Result<Client, ConnectError> {
    let connection = Connection::from_env(Timeouts::DEPLOYED).await?;
    let endpoint = endpoint(connection.config()).await;
    warm_up(&connection, endpoint.map_err(ConnectError::Endpoint)?).await;
    Ok(client(connection.config()))
}

/// A client of the emulator at `endpoint`.
pub(crate) fn connect_local(endpoint: &str, timeouts: Timeouts) -> Result<Client, ConnectError> {
    Ok(client(Connection::local(endpoint, timeouts)?.config()))
}

/// The header in which requests of [`Repository::connect_tagged`](crate::Repository::connect_tagged)
/// say what they are for.
pub const TAG_HEADER: &str = "x-roster-tag";

/// A client of the emulator at `endpoint`, whose requests say in [`TAG_HEADER`] what `tag` says when
/// they are sent.
pub(crate) fn connect_tagged(
    endpoint: &str,
    timeouts: Timeouts,
    tag: fn() -> Option<String>,
) -> Result<Client, ConnectError> {
    let client = connect_local(endpoint, timeouts)?;
    let config = client.config().to_builder().interceptor(Tagged(tag));
    Ok(Client::from_conf(config.build()))
}

/// Tells the emulator for what a request is sent, so that it can count what that takes.
#[derive(Debug)]
struct Tagged(fn() -> Option<String>);

#[dyn_dispatch_hint]
impl Intercept for Tagged {
    fn name(&self) -> &'static str {
        "Tagged"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // After the signature, which an emulator does not check.
        if let Some(tag) = self.0() {
            context.request_mut().headers_mut().insert(TAG_HEADER, tag);
        }
        Ok(())
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

/// Where the client sends its requests.
async fn endpoint(config: &SdkConfig) -> Result<Uri, BoxError> {
    let of_service = ServiceConfigKey::builder()
        .service_id("DynamoDB")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()?;
    let url = config.service_config();
    let url = url.and_then(|variables| variables.load_config(of_service));
    let parameters = Params::builder()
        .set_region(config.region().map(|region| region.to_string()))
        .set_endpoint(url.or_else(|| config.endpoint_url().map(str::to_owned)))
        .set_use_fips(config.use_fips())
        .set_use_dual_stack(config.use_dual_stack())
        .build()?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await?;
    let uri: Uri = endpoint.url().parse()?;
    match uri.scheme_str() {
        Some("https" | "http") => Ok(uri),
        _ => Err(format!("{uri} does not begin with https:// or http://").into()),
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use aws_sdk_dynamodb::config::{
        BehaviorVersion, Credentials, HttpClient, Region, RuntimeComponents,
        SharedCredentialsProvider, http::HttpRequest,
    };
    use aws_smithy_runtime_api::client::{
        http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
        result::ConnectorError,
    };
    use aws_types::{sdk_config, service_config::LoadServiceConfig};
    use std::sync::{Arc, Mutex};

    /// Keeps the last request, and sends nothing.
    #[derive(Clone, Debug, Default)]
    struct Recorder(Arc<Mutex<Option<HttpRequest>>>);

    impl HttpConnector for Recorder {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            *self.0.lock().unwrap() = Some(request);
            HttpConnectorFuture::ready(Err(ConnectorError::user("a test sends nothing".into())))
        }
    }

    impl HttpClient for Recorder {
        fn http_connector(
            &self,
            _: &HttpConnectorSettings,
            _: &RuntimeComponents,
        ) -> SharedHttpConnector {
            SharedHttpConnector::new(self.clone())
        }
    }

    fn config(region: &'static str) -> sdk_config::Builder {
        let token = Some("a-session-token".to_owned());
        let credentials = Credentials::new("AKID", "secret", token, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(region))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
    }

    async fn request(config: &SdkConfig) -> HttpRequest {
        let recorder = Recorder::default();
        let config = config.to_builder().http_client(recorder.clone());
        let call = client(&config.build()).get_item().table_name("roster");
        call.send().await.unwrap_err();
        recorder.0.lock().unwrap().take().unwrap()
    }

    #[tokio::test]
    async fn requests_go_where_the_first_connection_is_opened() {
        #[derive(Debug)]
        struct Variables;
        impl LoadServiceConfig for Variables {
            fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
                (key.service_id() == "DynamoDB").then(|| "http://localhost:8000/".to_owned())
            }
        }
        let region = "eu-central-1";
        for (config, expected) in [
            (
                config(region),
                "https://dynamodb.eu-central-1.amazonaws.com/",
            ),
            (
                config("cn-north-1"),
                "https://dynamodb.cn-north-1.amazonaws.com.cn/",
            ),
            (
                config("us-east-1").use_fips(true),
                "https://dynamodb-fips.us-east-1.amazonaws.com/",
            ),
            (
                config(region).use_dual_stack(true),
                "https://dynamodb.eu-central-1.api.aws/",
            ),
            (config(region).endpoint_url("http://any:1"), "http://any:1/"),
            (
                config(region)
                    .endpoint_url("http://any:1")
                    .service_config(Variables),
                "http://localhost:8000/",
            ),
        ] {
            let config = config.build();
            let opened = endpoint(&config).await.unwrap();
            assert_eq!(opened.to_string(), expected);
            assert_eq!(request(&config).await.uri(), expected);
        }
    }

    #[tokio::test]
    async fn an_endpoint_is_a_url_and_no_other_switch_contradicts_it() {
        for config in [
            config("local").endpoint_url("localhost:8000"),
            config("local").endpoint_url("not a URL"),
            config("local").endpoint_url("http://any:1").use_fips(true),
        ] {
            endpoint(&config.build()).await.unwrap_err();
        }
    }

    #[tokio::test]
    async fn requests_are_signed_and_have_only_the_headers_that_the_store_needs() {
        let request = request(&config("eu-central-1").build()).await;
        let mut names: Vec<&str> = request.headers().iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        let expected = [
            "authorization",
            "content-length",
            "content-type",
            "x-amz-date",
            "x-amz-security-token",
            "x-amz-target",
        ];
        assert_eq!(names, expected);
        let authorization = request.headers().get("authorization").unwrap();
        assert!(authorization.contains("/eu-central-1/dynamodb/aws4_request"));
    }
}
