//! When somebody was last seen, to the hour: written at most once an hour, and not worth failing or
//! delaying an answer for.

use crate::Roster;
use roster_domain::{Account, Timestamp, User};
use roster_dynamodb::{Refusal, StoreError};
use std::time::Duration;

/// How long an answer waits for the write; the next request tries again.
const TIMEOUT: Duration = Duration::from_millis(500);

/// Notes that the user was seen.
pub(crate) async fn user_seen(roster: &Roster, mut user: User, now: Timestamp) -> User {
    if let Some(hour) = due(user.activity, now) {
        let (account, id) = (user.account, user.id);
        let record = roster.repository.user_record_activity(account, id, hour);
        if recorded(record).await {
            user.activity = Some(hour);
        }
    }
    user
}

/// Notes that somebody of the account was seen.
pub(crate) async fn account_seen(roster: &Roster, mut account: Account, now: Timestamp) -> Account {
    if let Some(hour) = due(account.activity, now) {
        let record = roster.repository.account_record_activity(account.id, hour);
        if recorded(record).await {
            account.activity = Some(hour);
        }
    }
    account
}

/// The hour to write, unless it is known.
fn due(known: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let hour = now.to_the_hour();
    known.is_none_or(|known| known < hour).then_some(hour)
}

/// Whether the hour is known then.
async fn recorded(record: impl Future<Output = Result<(), StoreError>>) -> bool {
    match tokio::time::timeout(TIMEOUT, record).await {
        // Refused: another request was quicker.
        Ok(Ok(()) | Err(StoreError::Refused(Refusal::Changed))) => return true,
        Ok(Err(error)) => tracing::warn!(%error, "activity was not recorded"),
        Err(_) => tracing::warn!("activity was not recorded: the store is slow"),
    }
    false
}
