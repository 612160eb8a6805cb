//! How the table is reached.

use crate::{AdminError, Options, error::chain};
use roster_dynamodb::{Connection, Repository, Timeouts};

/// The table of a DynamoDB on this machine.
const LOCAL_TABLE: &str = "roster";

pub(crate) async fn connect(options: &Options) -> Result<Repository, AdminError> {
    let table = options.table.clone();
    if let Some(endpoint) = &options.endpoint {
        let connection = Connection::local(endpoint, Timeouts::LOCAL);
        let connection = connection.map_err(|error| AdminError::new(chain(&error)))?;
        let table = table.unwrap_or_else(|| LOCAL_TABLE.to_owned());
        return Ok(Repository::of_operator(connection.config(), table));
    }
    let table = table.ok_or_else(|| {
        AdminError::new(
            "Which table? Name it with --table: it is the output TableName of the stack. For `cargo run`, give \
             its DynamoDB's address with --endpoint.",
        )
    })?;
    connect_to_aws(table).await
}

/// The caller's own credentials and region, from wherever the AWS CLI takes them.
#[cfg(feature = "aws")]
async fn connect_to_aws(table: String) -> Result<Repository, AdminError> {
    use aws_config::BehaviorVersion;
    use aws_types::sdk_config::TimeoutConfig;
    use std::time::Duration;

    let http_client = roster_dynamodb::http_client();
    let http_client = http_client.map_err(|error| AdminError::new(chain(&error)))?;
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(15))
        .operation_timeout(Duration::from_secs(120));
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http_client)
        .timeout_config(timeouts.build())
        .load()
        .await;
    match config.region() {
        Some(_) => Ok(Repository::of_operator(&config, table)),
        None => Err(AdminError::new(
            "No region is configured. Set AWS_REGION, or name a profile that has one with AWS_PROFILE.",
        )),
    }
}

#[cfg(not(feature = "aws"))]
async fn connect_to_aws(_: String) -> Result<Repository, AdminError> {
    let text =
        "This roster-admin was built without the feature `aws`: name a DynamoDB with --endpoint.";
    Err(AdminError::new(text))
}
