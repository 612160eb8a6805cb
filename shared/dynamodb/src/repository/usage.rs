use super::Repository;
use crate::{
    Conflict, StoreError,
    table::{Key, TransactWrite, Update},
};
use roster_domain::{Timestamp, UsageReport};
use serde::Serialize;
use std::time::Duration;

/// How long a report that was counted is remembered. SQS keeps a message for 14 days at most, and
/// a dead letter that is sent back after that for as long again.
const REMEMBERED: Duration = Duration::from_secs(35 * 24 * 60 * 60);

/// Tells that a report was counted.
#[derive(Serialize)]
struct Counted {
    /// When DynamoDB may delete the row, in seconds since 1970.
    ttl: i64,
}

impl Repository {
    /// Adds a report to the figures of its user, and remembers it: both or nothing, so that a report
    /// counts once however often it comes.
    ///
    /// # Errors
    /// [`Conflict::AlreadyCounted`]; [`Conflict::Stale`] if there is no such user.
    pub async fn record_usage(
        &self,
        report: &UsageReport,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let counted = Counted {
            ttl: (now + REMEMBERED).as_seconds(),
        };
        let key = Key::usage(&report.event);
        let counted = TransactWrite::create(key, &counted, Conflict::AlreadyCounted)?;
        let add = Update::new(Key::user(report.user))
            .add("storage.records", report.records)
            .add("storage.bytes", report.bytes)
            .add_number("usage", report.usage.as_str());
        let add = TransactWrite::update(add, Conflict::Stale);
        self.table.transact(vec![counted, add]).await
    }
}
