//! The queue → the table: adds up the usage that other services of the platform report.

use crate::{App, log::error_chain};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use roster_domain::{DataError, Decimal, ShortText, UsageReport, UserKey, ValidationError};
use roster_dynamodb::{Conflict, StoreError};
use serde::Deserialize;
use serde_json::value::RawValue;

/// More than this in one report is a mistake; and sums of it stay in range for very long.
const MAX_AMOUNT: u64 = 1 << 53;

/// What a message says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    event_id: String,
    account_id: String,
    user_id: String,
    records: i64,
    bytes: i64,
    application_key: String,
    /// As it was written: see [`Decimal`].
    #[serde(borrow)]
    usage: &'a RawValue,
}

/// Adds up the messages of a batch; those that are to come again.
///
/// A message that cannot be read comes again too, until the queue has enough of it and puts it with
/// its dead letters. While the store is away, the rest of the batch is left for later at once.
pub async fn handle(app: &App, batch: SqsEvent) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    let mut messages = batch.records.into_iter();
    let mut recorded = 0u64;
    for message in messages.by_ref() {
        let id = message.message_id.clone().unwrap_or_default();
        let report = match read(&message) {
            Ok(report) => report,
            Err((field, must)) => {
                // Once, not on each of its deliveries.
                if received(&message) <= 1 {
                    tracing::error!(
                        message_id = id,
                        "the message cannot be read: {field} {must}"
                    );
                }
                response.add_failure(id);
                continue;
            }
        };
        match app.repository.record_usage(&report, app.clock.now()).await {
            Ok(()) => recorded += 1,
            Err(StoreError::Conflict(Conflict::AlreadyCounted)) => {}
            // Reports about a removed user come in for a while; there is nothing to add
            // them to, and nothing for anybody to mend.
            Err(StoreError::Conflict(_)) => tracing::warn!(
                message_id = id,
                account = %report.user.account,
                user = %report.user.user,
                "not counted: there is no such user"
            ),
            Err(error) => {
                let cause = error_chain(&error);
                tracing::warn!(message_id = id, cause, "the message will be tried again");
                response.add_failure(id);
                if matches!(error, StoreError::Unavailable(_)) {
                    break;
                }
            }
        }
    }
    if recorded > 0 {
        tracing::info!(UsageRecorded = recorded, "usage recorded");
    }
    for message in messages {
        response.add_failure(message.message_id.unwrap_or_default());
    }
    response
}

/// How often SQS has delivered it, this time included.
fn received(message: &SqsMessage) -> u32 {
    let count = message.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// The report, or what is wrong with a field of the message, without what is in it.
fn read(message: &SqsMessage) -> Result<UsageReport, (&'static str, ValidationError)> {
    let body = message.body.as_deref().unwrap_or_default();
    let message: Message = serde_json::from_str(body).map_err(|error| {
        let expected = match DataError::of(&error) {
            missing @ DataError::MissingField(_) => format!("is not one: {missing}"),
            _ => "must be a JSON object with eventId, accountId, userId, records, bytes, \
                  applicationKey and usage, each of its own type"
                .into(),
        };
        ("the body", ValidationError(expected.into()))
    })?;
    let named = |field| move |invalid| (field, invalid);
    let _: ShortText = message
        .application_key
        .parse()
        .map_err(named("applicationKey"))?;
    let usage: Decimal = message.usage.get().parse().map_err(named("usage"))?;
    for (field, amount) in [("records", message.records), ("bytes", message.bytes)] {
        if amount.unsigned_abs() > MAX_AMOUNT {
            return Err((field, "must be at most 2^53, either way".into()));
        }
    }
    Ok(UsageReport {
        event: message.event_id.parse().map_err(named("eventId"))?,
        user: UserKey {
            account: message.account_id.parse().map_err(named("accountId"))?,
            user: message.user_id.parse().map_err(named("userId"))?,
        },
        records: message.records,
        bytes: message.bytes,
        usage,
    })
}
