//! What each operation asks of the store, and how many answers it waits for one after the other:
//! the caller's own row one, whatever else is read two, since nothing is read for an unauthenticated
//! caller; a write one more, a user who is named by their address one more; a password the name, the
//! user and the attempt.

use crate::testkit::{
    AccountEdit, TestApp,
    catalogue::{self, GET, UPDATE},
};
use std::time::Duration;

#[test]
fn every_endpoint_has_rounds() {
    catalogue::expect_every_endpoint(|operation| !operation.rounds.is_empty(), &[]);
}

#[tokio::test]
async fn operations_wait_for_no_more_answers_than_they_must() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    // An account that nobody has proven may ask for few mails.
    app.edit_account(&ada, AccountEdit::Verified);
    let mut wrong = Vec::new();
    let mut number = 0;
    for operation in catalogue::operations() {
        for (target, expected) in operation.rounds {
            // A machine that is busy may seem to ask one after the other what is asked side by side,
            // but never the other way round.
            let mut found = Vec::new();
            for delay in [30, 100, 300].map(Duration::from_millis) {
                number += 1;
                let name = format!("target{number}");
                let caller = app.caller_of(operation, &ada, &name).await;
                let requires = operation.requires;
                let actors = app.actors(&caller, *target, &name, requires).await;
                // What is set again at another time is written again.
                app.advance(Duration::from_millis(1));
                let (reply, rounds) = app.rounds(delay, operation.call(&actors)).await;
                assert!(reply.status < 300, "{}: {reply:?}", operation.name());
                found = rounds;
                if found == *expected {
                    break;
                }
            }
            if found != *expected {
                let what = format!("{} of {target:?}", operation.name());
                wrong.push(format!("{what}: {found:?}, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The caller's activity is recorded in the first request of an hour.
#[tokio::test]
async fn activity_is_one_more_answer_once_an_hour() {
    let app = TestApp::start().await;
    let ada = app.account("ada").await;
    app.advance(Duration::from_secs(60 * 60));
    for expected in [vec![vec![GET], vec![UPDATE]], vec![vec![GET]]] {
        let call = app.get("/v2/user").bearer(&ada.token);
        let (reply, rounds) = app.rounds(Duration::from_millis(30), call).await;
        reply.expect_status(200);
        assert_eq!(rounds, expected);
    }
}
