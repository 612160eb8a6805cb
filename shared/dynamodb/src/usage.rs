use crate::{Refusal, Repository, StoreError, keys::Key, transaction::Step, update::Update};
use roster_domain::{Timestamp, UsageReport};
use serde::Serialize;
use std::time::Duration;

/// How long a report that was counted is remembered. SQS keeps a message for 14 days at most, and
/// a dead letter that is sent back after that for as long again.
const REMEMBERED: Duration = Duration::from_secs(35 * 24 * 60 * 60);

/// That a report was counted.
#[derive(Serialize)]
struct Counted {
    /// When DynamoDB may delete the row, in seconds since 1970.
    ttl: i64,
}

impl Repository {
    /// Adds a report to its user's figures, and remembers it: both or nothing, so that a report
    /// counts once however often it comes.
    ///
    /// # Errors
    /// [`Refusal::AlreadyCounted`]; [`Refusal::Changed`] if there is no such user.
    pub async fn usage_record(
        &self,
        report: &UsageReport,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let counted = Counted {
            ttl: (now + REMEMBERED).as_seconds(),
        };
        let seen = Step::create(
            &self.table,
            Key::usage(&report.event),
            &counted,
            Refusal::AlreadyCounted,
        )?;
        let add = Update::existing(Key::user(report.account, report.user))
            .add("storage.records", report.records)?
            .add("storage.bytes", report.bytes)?
            .add_number("usage", report.usage.as_str())
            .into_step(&self.table, Refusal::Changed)?;
        self.transact(vec![seen, add]).await
    }
}
