//! How the SDK's requests travel: hyper over rustls, and nothing else. The SDK's ready-made client
//! links HTTP/2, proxies and the system's certificates besides.

use super::{ConnectError, tls};
use aws_sdk_dynamodb::config::RuntimeComponents;
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use http::{HeaderValue, Request, Uri, header::USER_AGENT};
use http_body_util::BodyExt;
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{self, connect},
    rt::TokioExecutor,
};
use std::{error::Error, path::Path, time::Duration};

/// The connections to the store. Cheap to clone; clones share one pool.
#[derive(Clone, Debug)]
pub(crate) struct Http(legacy::Client<HttpsConnector<connect::HttpConnector>, SdkBody>);

impl Http {
    /// # Errors
    /// [`ConnectError::CaBundle`].
    pub(crate) fn new(
        ca_bundle: Option<&Path>,
        connect_timeout: Duration,
    ) -> Result<Self, ConnectError> {
        let mut tcp = connect::HttpConnector::new();
        tcp.enforce_http(false); // the TLS above it takes https
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect_timeout));
        let https = HttpsConnector::from((tcp, tls::client_config(ca_bundle)?));
        Ok(Self(
            legacy::Client::builder(TokioExecutor::new()).build(https),
        ))
    }

    /// Opens a connection to `endpoint` and leaves it in the pool: `GET /` is what DynamoDB answers
    /// `healthy` to, without a signature, a permission or a capacity unit.
    ///
    /// # Errors
    /// Whatever keeps the answer from coming.
    pub(crate) async fn warm_up(&self, endpoint: Uri) -> Result<(), Box<dyn Error + Send + Sync>> {
        let request = Request::get(endpoint).body(SdkBody::empty())?;
        // The connection goes back into the pool when the answer has been read to its end.
        self.0.request(request).await?.into_body().collect().await?;
        Ok(())
    }
}

impl HttpClient for Http {
    /// One connector for all settings: its timeouts are those of the only client there is.
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Http {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        const ROSTER: &str = concat!("roster/", env!("CARGO_PKG_VERSION"));
        request
            .headers_mut()
            .insert(USER_AGENT, HeaderValue::from_static(ROSTER));
        let answering = self.0.request(request);
        HttpConnectorFuture::new(async move {
            // Whatever breaks on the way is worth another try, which `io` says.
            let response = answering
                .await
                .map_err(|error| ConnectorError::io(error.into()))?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
