//! The store's kind of connection for the SDK's clients of other services: the same trusted roots,
//! and `AWS_CA_BUNDLE` as the store has it.

use super::{CONNECT_TIMEOUT, ConnectError, environment::ca_bundle, http::Http};
use aws_sdk_dynamodb::config::RuntimeComponents;
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    result::ConnectorError,
};
use bytes::Bytes;
use http_body_util::Full;
use std::sync::Arc;

/// # Errors
/// A certificate file that cannot be used.
pub fn http_client() -> Result<impl HttpClient + 'static, ConnectError> {
    let http = Http::new(ca_bundle().as_deref(), CONNECT_TIMEOUT)?;
    Ok(SdkHttp(Arc::new(http)))
}

#[derive(Clone, Debug)]
struct SdkHttp(Arc<Http>);

impl HttpClient for SdkHttp {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for SdkHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let http = self.0.clone();
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?;
            let whole = |body: aws_smithy_types::body::SdkBody| {
                Full::new(Bytes::copy_from_slice(body.bytes().unwrap_or_default()))
            };
            http.send(request.map(whole)).await
        })
    }
}
