//! How requests travel: hyper over rustls, and nothing else. The SDK's ready-made client links
//! HTTP/2, proxies and the system's certificates besides.

use super::{ConnectError, tls};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{orchestrator::HttpResponse, result::ConnectorError},
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

type Pool = legacy::Client<HttpsConnector<connect::HttpConnector>, Full<Bytes>>;

/// The connections to the store, in a pool.
#[derive(Debug)]
pub(crate) struct Http(Pool);

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
    pub(crate) async fn warm_up(&self, endpoint: Uri) -> Result<(), BoxError> {
        let request = Request::get(endpoint).body(Full::default())?;
        // The connection goes back into the pool when the answer has been read to its end.
        self.0.request(request).await?.into_body().collect().await?;
        Ok(())
    }

    /// The whole answer to a request.
    ///
    /// # Errors
    /// Whatever keeps it from coming; all of it is worth another try, which `io` says.
    pub(crate) async fn send(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<HttpResponse, ConnectorError> {
        let answer = self.0.request(request).await;
        let (head, body) = answer
            .map_err(|error| ConnectorError::io(error.into()))?
            .into_parts();
        let body = body
            .collect()
            .await
            .map_err(|error| ConnectorError::io(error.into()))?;
        let body = SdkBody::from(body.to_bytes());
        HttpResponse::try_from(http::Response::from_parts(head, body))
            .map_err(|error| ConnectorError::other(error.into(), None))
    }
}
