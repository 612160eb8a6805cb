//! When a user or an account was last seen, to the hour: written at most once an hour, and not worth
//! failing or delaying a response for.

use crate::{App, log::error_chain};
use roster_domain::{Account, SecretHash, Timestamp, User};
use roster_dynamodb::StoreError;
use std::time::Duration;

/// How long a response waits for the write; the next request tries again.
const TIMEOUT: Duration = Duration::from_millis(500);

/// Records that the user was seen, and which token was used, if it was one: at most once an hour of
/// each token.
pub(super) async fn record_user_activity(
    app: &App,
    mut user: User,
    token: Option<&SecretHash>,
    now: Timestamp,
) -> User {
    let known = match token {
        Some(token) => user.token_used_at(token).min(user.activity),
        None => user.activity,
    };
    if let Some(hour) = due(known, now) {
        let record = app.repository.record_user_activity(&user, token, hour);
        if is_recorded(record).await {
            user.activity = Some(hour);
            user.token_uses
                .extend(token.map(|token| (token.clone(), hour)));
        }
    }
    user
}

/// Records that a user of the account was seen.
pub(crate) async fn record_account_activity(
    app: &App,
    mut account: Account,
    now: Timestamp,
) -> Account {
    if let Some(hour) = due(account.activity, now) {
        let record = app.repository.record_account_activity(account.id, hour);
        if is_recorded(record).await {
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
async fn is_recorded(record: impl Future<Output = Result<(), StoreError>>) -> bool {
    match tokio::time::timeout(TIMEOUT, record).await {
        Ok(Ok(())) => return true,
        // Another request was quicker.
        Ok(Err(error)) if error.is_stale() => return true,
        Ok(Err(error)) => tracing::warn!(cause = error_chain(&error), "activity was not recorded"),
        Err(_) => tracing::warn!("activity was not recorded: the store is slow"),
    }
    false
}
