//! How requests travel: hyper over rustls, and nothing else. The SDK's ready-made HTTP client links
//! HTTP/2, proxies, the system's certificates and aws-lc besides.

use super::{ConnectError, tls};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings,
            SharedHttpConnector,
        },
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{self, connect},
    rt::TokioExecutor,
};
use std::{path::Path, time::Duration};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

type Pool = legacy::Client<HttpsConnector<connect::HttpConnector>, Full<Bytes>>;

/// A pool of connections, as the SDK's clients take it. Clones share the pool.
#[derive(Clone, Debug)]
pub(crate) struct Connections(Pool);

impl Connections {
    /// Connections whose certificates Amazon signed, or an authority of `ca_bundle`.
    ///
    /// # Errors
    /// [`ConnectError::CaBundle`].
    pub(crate) fn new(ca_bundle: Option<&Path>) -> Result<Self, ConnectError> {
        let mut tcp = connect::HttpConnector::new();
        tcp.enforce_http(false); // the TLS above it takes https
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
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
    pub(crate) async fn warm_up(&self, endpoint: Uri) -> Result<(), BoxError> {
        let request = Request::get(endpoint).body(Full::default())?;
        // The connection goes back into the pool when the answer has been read to its end.
        let response = self.0.request(request).await?;
        response.into_body().collect().await?;
        Ok(())
    }

    /// The whole response to a request.
    ///
    /// # Errors
    /// Whatever keeps it from coming. All of it is worth another attempt: `io` tells the SDK so.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request
            .try_into_http1x()
            .map_err(|error| ConnectorError::user(error.into()))?;
        let (head, body) = request.into_parts();
        // The bodies of all operations but those that stream.
        let body = body.bytes().map(Bytes::copy_from_slice);
        let body = body.ok_or_else(|| ConnectorError::user("the body is a stream".into()))?;
        let request = Request::from_parts(head, Full::new(body));
        let response = self.0.request(request).await;
        let (head, body) = response
            .map_err(|error| ConnectorError::io(error.into()))?
            .into_parts();
        let body = body.collect().await;
        let body = body.map_err(|error| ConnectorError::io(error.into()))?;
        let body = SdkBody::from(body.to_bytes());
        HttpResponse::try_from(http::Response::from_parts(head, body))
            .map_err(|error| ConnectorError::other(error.into(), None))
    }
}

impl HttpClient for Connections {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connections {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connections = self.clone();
        HttpConnectorFuture::new(async move { connections.send(request).await })
    }
}
