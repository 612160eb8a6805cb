//! The store does what it is asked, and the answer gets lost, is followed by other failures, or comes
//! after the client has given up: every operation that writes still tells the truth, and does it once.

use crate::testkit::{
    AccountEdit, Action, Actors, Gate, Person, Target, TestApp,
    catalogue::{self, Operation, Rounds, TRANSACT, UPDATE},
};
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

/// What happens to the write of an operation, after the writes before it. One that is held for some
/// seconds is not among them: [`an_attempt_that_arrives_late_undoes_nothing`] holds it until something
/// newer is written, which is stricter.
#[derive(Clone, Copy, Debug)]
enum Pattern {
    Lost,
    LostThenBusy,
    LostThenThrottled,
    /// More often than Roster tries it: the client repeats the request.
    LostThreeTimes,
}

impl Pattern {
    const ALL: [Self; 4] = [
        Self::Lost,
        Self::LostThenBusy,
        Self::LostThenThrottled,
        Self::LostThreeTimes,
    ];

    fn actions(self, write: &str) -> Vec<Action> {
        let busy = match write {
            TRANSACT => Action::transaction_conflict(),
            _ => Action::write_conflict(),
        };
        match self {
            Self::Lost => vec![Action::LoseAnswer],
            Self::LostThenBusy => vec![Action::LoseAnswer, busy],
            Self::LostThenThrottled => vec![Action::LoseAnswer, Action::throttled()],
            Self::LostThreeTimes => vec![Action::LoseAnswer; 3],
        }
    }
}

/// What the document says that a status means after a 503: the first request was done.
const DONE_BEFORE: &[(&str, u16)] = &[
    ("auth-close-account", 401),
    ("auth-remove-me", 401),
    ("auth-reset-password", 410),
    ("auth-revoke-invitation", 404),
    ("auth-revoke-token", 401),
    ("auth-revoke-token", 404),
    ("auth-undo-email", 410),
    ("directory-remove", 404),
];

/// The last write of an operation, with the number of earlier writes of that kind.
fn last_write(rounds: Rounds) -> Option<(&'static str, usize)> {
    let writes = rounds.iter().copied().flatten().copied();
    let writes: Vec<_> = writes
        .filter(|name| [TRANSACT, UPDATE].contains(name))
        .collect();
    let last = *writes.last()?;
    let earlier = writes.iter().filter(|name| **name == last).count() - 1;
    Some((last, earlier))
}

/// The endpoints that take an `Idempotency-Key`.
const WITH_KEY: [&str; 4] = [
    "accounts-create",
    "directory-create",
    "directory-login",
    "members-invite",
];

/// Every operation that writes, with a fresh target for each.
fn writing() -> impl Iterator<Item = (&'static Operation, Target, (&'static str, usize))> {
    catalogue::operations().flat_map(|operation| {
        let rounds = operation.rounds.iter();
        rounds.filter_map(move |(target, rounds)| {
            last_write(rounds).map(|write| (operation, *target, write))
        })
    })
}

async fn actors<'a>(
    app: &'a TestApp,
    owner: &'a Person,
    operation: &Operation,
    target: Target,
    name: &str,
) -> Actors<'a> {
    let caller = app.caller_of(operation, owner, name).await;
    let actors = app.actors(&caller, target, name, operation.requires).await;
    // What is set again at another time is written again.
    app.advance(Duration::from_millis(1));
    actors
}

#[tokio::test]
async fn an_operation_whose_answer_is_lost_is_told_as_what_it_is() {
    let app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.edit_account(&ada, AccountEdit::Verified);
    let mut wrong = Vec::new();
    let (mut cells, mut repeated) = (0, 0);
    for (operation, target, (write, earlier)) in writing() {
        for pattern in Pattern::ALL {
            cells += 1;
            let name = format!("target{cells}");
            let actors = actors(&app, &ada, operation, target, &name).await;
            let mut script = vec![Action::Pass; earlier];
            script.extend(pattern.actions(write));
            app.proxy.script(write, script);
            let mut call = operation.call(&actors);
            if WITH_KEY.contains(&operation.endpoint) {
                call = call.header("idempotency-key", &name);
            }
            let mut reply = call.clone().await;
            app.proxy.expect_scripts_done();
            app.proxy.clear();
            if matches!(pattern, Pattern::LostThreeTimes) && reply.status == 503 {
                repeated += 1;
                reply = call.await;
                if DONE_BEFORE.contains(&(operation.endpoint, reply.status)) {
                    continue;
                }
            }
            if reply.status >= 300 {
                let (operation, status) = (operation.name(), reply.status);
                wrong.push(format!(
                    "{operation} of {target:?}, {pattern:?}: {status} {}",
                    reply.text
                ));
            }
        }
    }
    assert!(cells > 80, "{cells} cells");
    assert!(repeated > 15, "{repeated} requests repeated");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The rows without what moves with every request.
fn settled(app: &TestApp) -> BTreeMap<(String, String), Value> {
    let mut items = app.items();
    for item in items.values_mut() {
        if let Some(attributes) = item.as_object_mut() {
            attributes.remove("ttl");
        }
    }
    items
}

/// The client gives an attempt up, and tries again; something newer is written; then the first attempt
/// arrives.
#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_arrives_late_undoes_nothing() {
    let mut app = TestApp::start().await;
    let ada = app.owner("ada").await;
    app.edit_account(&ada, AccountEdit::Verified);
    app.reach_as_deployed(None);
    let mut wrong = Vec::new();
    for (number, (operation, target, (write, earlier))) in writing().enumerate() {
        let name = format!("target{number}");
        let actors = actors(&app, &ada, operation, target, &name).await;
        let gate = Gate::new();
        let mut script = vec![Action::Pass; earlier];
        script.push(Action::HoldUntil(gate.clone()));
        app.proxy.script(write, script);
        let reply = operation.call(&actors).await;
        app.proxy.expect_scripts_done();
        assert!(reply.status < 300, "{}: {reply:?}", operation.name());
        // Something newer: of the target, if it is still there, and of the caller.
        for person in [&actors.target, &actors.caller] {
            if app.user(person).await.is_some() {
                app.rename(person, "newer").await;
            }
        }
        let before = settled(&app);
        gate.open();
        app.proxy.released().await;
        app.proxy.clear();
        if settled(&app) != before {
            wrong.push(format!("{} of {target:?}", operation.name()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
