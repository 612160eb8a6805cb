//! What holds when logins of one user race.

use crate::support::App;
use roster_dynamodb::{Refusal, StoreError};
use std::time::Duration;

/// A guesser who sends many guesses at once to an API that gives no token.
#[tokio::test]
async fn a_right_password_that_was_checked_before_the_lock_does_not_undo_it() {
    let app = App::start().await;
    let ada = app.owner("ada").await;
    let (account, id) = (ada.account.parse().unwrap(), ada.id.parse().unwrap());
    let (repository, now) = (&app.roster.repository, app.roster.clock.now());
    let fail = async |seen| {
        let fail = repository.login_record_failure(account, id, seen, now);
        fail.await.unwrap()
    };
    for seen in 0..9 {
        assert_eq!(fail(seen).await, None);
    }
    let user = repository.user_get(account, id).await.unwrap().unwrap();
    // The tenth locks; who saw nine and comes as the eleventh is told.
    assert_eq!(fail(9).await, None);
    assert_eq!(fail(9).await, Some(Duration::from_secs(120)));
    let forget = repository.login_forget_failures(&user).await;
    assert!(
        matches!(forget, Err(StoreError::Refused(Refusal::Changed))),
        "{forget:?}"
    );
    let locked = repository.user_get(account, id).await.unwrap().unwrap();
    assert!(locked.locked_for(now).is_some());
}
