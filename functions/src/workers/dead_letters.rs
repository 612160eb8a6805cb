use super::stream::RecordId;
use crate::log::error_chain;
use aws_sdk_sqs::Client;
use aws_types::SdkConfig;
use serde::Serialize;
use std::error::Error;

/// Where records of the stream go that no retry would help, so that they do not hold up those
/// behind them. Lambda itself knows only to try again, and then to give up on a whole batch.
#[derive(Clone, Debug)]
pub(crate) struct DeadLetters {
    queue: Client,
    url: String,
    function: &'static str,
}

/// What a person needs to find the record, and nothing of what is in it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeadLetter<'a> {
    function: &'static str,
    reason: &'a str,
    #[serde(flatten)]
    record: &'a RecordId,
}

impl DeadLetters {
    pub(crate) fn of(config: &SdkConfig, url: String, function: &'static str) -> Self {
        Self {
            queue: Client::new(config),
            url,
            function,
        }
    }

    /// Logs why the record cannot be handled, and keeps where it is for a person to look at.
    ///
    /// # Errors
    /// When the queue does not take it; the record has to be tried again then.
    pub(crate) async fn send(
        &self,
        record: &RecordId,
        reason: &(dyn Error + Send + Sync),
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let reason = error_chain(reason);
        tracing::error!(
            function = self.function,
            key = record.key,
            event = record.event_id,
            sequence = record.sequence,
            reason,
            "the record goes to the dead letters"
        );
        let letter = DeadLetter {
            function: self.function,
            reason: &reason,
            record,
        };
        self.queue
            .send_message()
            .queue_url(&self.url)
            .message_body(serde_json::to_string(&letter)?)
            .send()
            .await?;
        Ok(())
    }
}
