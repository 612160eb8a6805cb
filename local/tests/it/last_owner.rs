//! An account always has an active owner, whatever its owners do to each other at once.

use crate::testkit::{Call, Person, Reply, StoreError, TestApp, Write, at_once};
use roster_domain::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio::task::JoinSet;

const OWNERS: usize = 32;
const ROUNDS: usize = 100;

/// So many rounds in one database: the emulator reads all of a table's stream at every write.
const ROUNDS_EACH: usize = 10;

/// What an owner does to another, or to themselves.
#[derive(Clone, Copy, Debug)]
enum Attack {
    Remove,
    Demote,
    Deactivate,
}

const ATTACKS: [Attack; 3] = [Attack::Remove, Attack::Demote, Attack::Deactivate];

impl Attack {
    fn call(self, app: &TestApp, from: &Person, to: &Person) -> Call {
        let id = &to.id;
        let call = match self {
            Self::Remove => app.post("/user/remove").json(json!({ "id": id })),
            Self::Demote => {
                let body = json!({ "id": id, "role": "admin" });
                app.post("/user/updateRole").json(body)
            }
            Self::Deactivate => app.post(&format!("/api/v2/users/{id}/deactivate")),
        };
        call.bearer(&from.token)
    }

    fn write(self) -> Write {
        match self {
            Self::Remove => Write::Remove,
            Self::Demote => Write::SetRole(Role::Admin),
            Self::Deactivate => Write::Deactivate,
        }
    }

    /// It was done; or the attacker is gone, deactivated or no owner any more; or the victim is gone;
    /// or the victim would have been the last owner. 503: the machine was busy with other tests.
    #[track_caller]
    fn check(self, reply: &Reply) {
        let fair = [200, 204, 401, 403, 404, 409, 503];
        assert!(fair.contains(&reply.status), "{self:?}: {reply:?}");
    }
}

/// Those of `owners` who still are active ones. The account must know how many there are.
async fn active<'a>(app: &TestApp, owners: &'a [Person]) -> Vec<&'a Person> {
    let users = app.users_of(&owners[0]).await.into_iter();
    let active: BTreeSet<_> = users
        .filter(|user| user.is_active_owner())
        .map(|user| user.id())
        .collect();
    assert_eq!(app.counted_owners(&owners[0]).await, active.len());
    let owners = owners.iter();
    owners.filter(|owner| active.contains(&owner.id)).collect()
}

/// All active owners attack at once, each the next one in a ring: how many are active then.
async fn attack_all(app: &TestApp, owners: &[Person], round: usize) -> usize {
    let attackers = active(app, owners).await;
    let victims = attackers.iter().cycle().skip(1);
    let attacks = (0..attackers.len()).map(|number| ATTACKS[(number + round) % ATTACKS.len()]);
    let attacks: Vec<_> = attacks.collect();
    let pairs = attackers.iter().zip(victims);
    let calls = attacks.iter().zip(pairs);
    let calls = calls.map(|(attack, (from, to))| attack.call(app, from, to));
    for (attack, reply) in attacks.iter().zip(at_once(calls).await) {
        attack.check(&reply);
    }
    active(app, owners).await.len()
}

/// [`OWNERS`] of one account; the items of users and account as they are then.
async fn gather(app: &TestApp) -> (Vec<Person>, Vec<Value>) {
    let mut owners = vec![app.account("ada").await];
    for number in 1..OWNERS {
        let name = format!("owner{number}");
        owners.push(app.member(&owners[0], &name, Role::Owner).await);
    }
    let mut items = app.items();
    items.retain(|(_, sk), _| sk == "ACCOUNT" || sk.starts_with("USER#"));
    (owners, items.into_values().collect())
}

fn restore(app: &TestApp, items: &[Value]) {
    for item in items {
        app.put_item(item.clone());
    }
}

/// The worst moment: everybody is authenticated and has decided, and now they all write.
#[tokio::test(flavor = "multi_thread")]
async fn of_thirty_two_owners_who_write_at_once_one_is_left_a_hundred_times() {
    for _ in 0..ROUNDS / ROUNDS_EACH {
        one_is_left().await;
    }
}

async fn one_is_left() {
    let app = TestApp::start().await;
    let (owners, items) = gather(&app).await;
    let mut users = Vec::new();
    for owner in &owners {
        users.push(app.user(owner).await.unwrap());
    }
    let writer = app.writer(&owners[0]).await;
    for round in 0..ROUNDS_EACH {
        restore(&app, &items);
        let mut writes = JoinSet::new();
        for (number, user) in users.iter().cloned().enumerate() {
            let write = ATTACKS[(number + round) % ATTACKS.len()].write();
            let writer = writer.clone();
            writes.spawn(async move { writer.write(&user, write).await });
        }
        let outcomes = writes.join_all().await;
        let refused: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
        assert_eq!(refused, [StoreError::LastOwner], "round {round}");
        assert_eq!(active(&app, &owners).await.len(), 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_owners_who_attack_each_other_at_once_leave_one() {
    let app = TestApp::start().await;
    let (owners, items) = gather(&app).await;
    for round in 0..ATTACKS.len() {
        restore(&app, &items);
        let mut left = attack_all(&app, &owners, round).await;
        assert!(left < OWNERS, "nobody was attacked in round {round}");
        // An attacker who was hit first has spared their victim: those attack again.
        for _ in 0..OWNERS {
            assert!(left >= 1, "round {round}");
            if left == 1 {
                break;
            }
            left = attack_all(&app, &owners, round).await;
        }
        assert_eq!(left, 1, "round {round}");
    }
    let last = active(&app, &owners).await[0];
    for attack in ATTACKS {
        attack.call(&app, last, last).await.expect_status(409);
    }
    assert_eq!(active(&app, &owners).await.len(), 1);
}
