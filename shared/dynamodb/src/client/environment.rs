use aws_sdk_dynamodb::config::Credentials;
use std::{env, path::PathBuf};

/// A variable that the connection to the store cannot do without, or cannot use.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Lambda sets these itself; elsewhere they have to be set.
    #[error("the environment variable {0} is missing")]
    Missing(&'static str),
    /// `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` is not `https://host` or `http://host`.
    #[error("{0} is not the URL of a DynamoDB endpoint, such as https://localhost:8000")]
    Endpoint(String),
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

/// What the SDK's own environment variables say. `aws-config` would read profiles, containers and
/// instances besides, which a Lambda function does not have, and which cost a cold start dearly.
#[derive(Debug)]
pub(crate) struct Environment {
    pub(crate) region: String,
    /// `https://host` without a path: the variable's, or the region's own.
    pub(crate) endpoint: String,
    pub(crate) credentials: Credentials,
    pub(crate) ca_bundle: Option<PathBuf>,
}

impl Environment {
    pub(crate) fn read() -> Result<Self, ConnectError> {
        let region = required("AWS_REGION")?;
        let endpoint =
            optional("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| optional("AWS_ENDPOINT_URL"));
        let credentials = Credentials::new(
            required("AWS_ACCESS_KEY_ID")?,
            required("AWS_SECRET_ACCESS_KEY")?,
            optional("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        Ok(Self {
            endpoint: endpoint.unwrap_or_else(|| regional_endpoint(&region)),
            region,
            credentials,
            ca_bundle: ca_bundle(),
        })
    }
}

/// `AWS_CA_BUNDLE`: certificates to trust instead of Amazon's.
pub(crate) fn ca_bundle() -> Option<PathBuf> {
    optional("AWS_CA_BUNDLE").map(PathBuf::from)
}

/// The region's public endpoint. The SDK's own rules say the same, and take a JSON document and
/// seven regular expressions to say it.
fn regional_endpoint(region: &str) -> String {
    let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://dynamodb.{region}.amazonaws.com{suffix}")
}

fn required(name: &'static str) -> Result<String, ConnectError> {
    optional(name).ok_or(ConnectError::Missing(name))
}

/// Set to nothing is as good as not set.
fn optional(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::regional_endpoint;

    #[test]
    fn a_region_has_its_own_endpoint() {
        let frankfurt = regional_endpoint("eu-central-1");
        assert_eq!(frankfurt, "https://dynamodb.eu-central-1.amazonaws.com");
        let beijing = regional_endpoint("cn-north-1");
        assert_eq!(beijing, "https://dynamodb.cn-north-1.amazonaws.com.cn");
    }
}
