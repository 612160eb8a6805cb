//! The table's stream → the table: erases everybody in an account that was closed.
//!
//! Whatever reads the account has stopped by then. First everybody loses their tokens, so that these
//! stop within seconds, however many people there are; then everything of theirs is deleted. A function
//! that is stopped on the way is followed by another delivery of the same record, which goes on. What it
//! writes to the account's own row at the end makes another record, for which there is nothing to do.

use super::{
    aws,
    dead_letters::DeadLetters,
    stream::{BatchFailures, RecordError, StreamBatch, StreamRecord, parse},
};
use crate::{App, app::required};
use aws_lambda_events::streams::DynamoDbEventResponse;
use aws_types::SdkConfig;
use futures_util::{StreamExt, stream};
use roster_domain::Account;
use roster_dynamodb::{Page, Position, StoreError};
use std::error::Error;

/// The function's name.
const NAME: &str = "close-account";

/// Rows that are written side by side. They are all of one partition, of which DynamoDB takes a thousand
/// small writes a second: this many at some 10 ms each are three times that.
const AT_ONCE: usize = 32;

/// What the function works with.
#[derive(Clone, Debug)]
pub struct Closer {
    app: App,
    dead_letters: DeadLetters,
}

impl Closer {
    /// Connects as the function's environment says.
    ///
    /// # Errors
    /// A variable that is missing or cannot be read.
    pub async fn from_env() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let queue = required("DEAD_LETTER_QUEUE_URL")?;
        let app = App::from_env().await?;
        Ok(Self::new(app, &aws::config().await?, queue))
    }

    /// Connects as `config` says.
    pub fn new(app: App, config: &SdkConfig, dead_letter_queue_url: String) -> Self {
        Self {
            app,
            dead_letters: DeadLetters::of(config, dead_letter_queue_url, NAME),
        }
    }

    /// Erases the accounts that a batch tells of, one after the other. Returns the records that are to be
    /// delivered again.
    pub async fn handle(&self, batch: StreamBatch) -> DynamoDbEventResponse {
        let mut failures = BatchFailures::to(&self.dead_letters);
        for record in batch.records {
            match parse(record) {
                Ok(record) => {
                    if let Err(error) = self.answer(&record).await {
                        failures.add(&record.id, error).await;
                    }
                }
                Err((id, cause)) => failures.add(&id, RecordError::Reject(cause)).await,
            }
        }
        failures.into_response()
    }

    async fn answer(&self, record: &StreamRecord) -> Result<(), RecordError> {
        let account = record.change.account()?.and_then(|account| account.new);
        let Some(Account { id, .. }) = account.filter(|account| account.closed) else {
            return Ok(());
        };
        // What cannot be undone is not done on the word of a message.
        let account = self.app.repository.get_account(id).await?;
        let Some(account) = account.filter(|account| account.closed) else {
            tracing::warn!(account = %id, "the account is not closed: nothing is erased");
            return Ok(());
        };
        let repository = &self.app.repository;
        let (by, now) = (account.changed_by, self.app.clock.now());
        let users = |from| repository.leavers(id, from);
        for_each_row(users, |user| async move {
            repository.shut_out(&user, by, now).await
        })
        .await?;
        let erased = for_each_row(users, |user| repository.erase_user(user, now)).await;
        let unreadable = match erased {
            Ok(_) => None,
            // What nobody can read, a person has to look at; everything else is erased all the same.
            Err(error @ StoreError::Unreadable { .. }) => Some(error),
            Err(error) => return Err(error.into()),
        };
        let others = |from| repository.leftovers(id, from);
        for_each_row(others, |row| repository.erase_row(row)).await?;
        repository.erase_account(id).await?;
        tracing::info!(account = %id, AccountsErased = 1, "the account is erased");
        unreadable.map_or(Ok(()), |error| Err(error.into()))
    }
}

/// Does `work` for every row of every page, [`AT_ONCE`] side by side. A row that cannot be read keeps no
/// other from being done: its error is returned at the end. Any other ends it after the page.
async fn for_each_row<T, P, W>(
    page: impl Fn(Option<Position>) -> P,
    work: impl Fn(T) -> W,
) -> Result<(), StoreError>
where
    P: Future<Output = Result<Page<T>, StoreError>>,
    W: Future<Output = Result<(), StoreError>>,
{
    let (mut from, mut unreadable) = (None, None);
    loop {
        let Page { rows, next } = page(from).await?;
        let mut at_work = stream::iter(rows).map(&work).buffer_unordered(AT_ONCE);
        let mut failed = None;
        while let Some(done) = at_work.next().await {
            match done {
                Ok(()) => {}
                Err(error @ StoreError::Unreadable { .. }) => {
                    unreadable = unreadable.or(Some(error));
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        from = match next {
            Some(next) => Some(next),
            None => return unreadable.map_or(Ok(()), Err),
        };
    }
}
