//! An account always has an active owner, whatever its owners do to each other at once.

use crate::support::{App, Call, Person, Reply};
use roster_domain::{Direction, Role};
use roster_dynamodb::{Refusal, StoreError};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio::task::JoinSet;

const OWNERS: usize = 32;
const TIMES: usize = 100;

/// So often in one database: the emulator reads all of a table's stream at every write.
const TIMES_EACH: usize = 10;

/// What one owner does to another, or to themselves.
#[derive(Clone, Copy, Debug)]
enum Blow {
    Remove,
    Demote,
    Deactivate,
}

const BLOWS: [Blow; 3] = [Blow::Remove, Blow::Demote, Blow::Deactivate];

impl Blow {
    fn call(self, app: &App, from: &Person, to: &Person) -> Call {
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

    /// Done; the one who struck is gone or deactivated, or no owner any more; the one struck is
    /// gone; or it would have been the last owner. 503: the machine was busy with other tests.
    #[track_caller]
    fn check(self, reply: &Reply) {
        let fair = [200, 204, 401, 403, 404, 409, 503];
        assert!(fair.contains(&reply.status), "{self:?}: {reply:?}");
    }
}

/// Who of `owners` still is an active one. The account must know how many there are.
async fn standing<'a>(app: &App, owners: &'a [Person]) -> Vec<&'a Person> {
    let account = owners[0].account.parse().unwrap();
    let repository = app.untapped();
    let page = repository.user_list(account, None, Direction::Forwards, 1000);
    let users = page.await.unwrap().users;
    let active: BTreeSet<_> = users
        .iter()
        .filter(|user| user.is_active_owner())
        .map(|user| user.id.to_string())
        .collect();
    let counted = repository.account_get(account).await.unwrap().unwrap();
    assert_eq!(counted.active_owners as usize, active.len());
    owners
        .iter()
        .filter(|owner| active.contains(&owner.id))
        .collect()
}

/// All who stand strike at once, each the next one in a ring: how many stand then.
async fn strike(app: &App, owners: &[Person], round: usize) -> usize {
    let standing_now = standing(app, owners).await;
    let next = standing_now.iter().cycle().skip(1);
    let strikes = standing_now.iter().zip(next).enumerate();
    let strikes: Vec<_> = strikes
        .map(|(number, (from, to))| {
            let blow = BLOWS[(number + round) % BLOWS.len()];
            (blow, tokio::spawn(blow.call(app, from, to).into_future()))
        })
        .collect();
    for (blow, strike) in strikes {
        blow.check(&strike.await.unwrap());
    }
    standing(app, owners).await.len()
}

/// [`OWNERS`] of one account; the items of users and account as they are then.
async fn gather(app: &App) -> (Vec<Person>, Vec<Value>) {
    let mut owners = vec![app.account("ada").await];
    for number in 1..OWNERS {
        let name = format!("owner{number}");
        owners.push(app.member(&owners[0], &name, Role::Owner).await);
    }
    let mut items = app.items();
    items.retain(|(_, sk), _| sk == "ACCOUNT" || sk.starts_with("USER#"));
    (owners, items.into_values().collect())
}

fn restore(app: &App, items: &[Value]) {
    for item in items {
        app.put_item(item.clone());
    }
}

/// The worst moment: everybody is authenticated and has decided, and now they all write.
#[tokio::test(flavor = "multi_thread")]
async fn of_thirty_two_who_write_at_once_one_is_left_a_hundred_times() {
    for _ in 0..TIMES / TIMES_EACH {
        one_is_left().await;
    }
}

async fn one_is_left() {
    let app = App::start().await;
    let (owners, items) = gather(&app).await;
    let repository = app.untapped();
    let mut users = Vec::new();
    for owner in &owners {
        users.push(app.user(owner).await.unwrap());
    }
    let now = app.roster.clock.now();
    let account = app.account_of(&owners[0]).await;
    for round in 0..TIMES_EACH {
        restore(&app, &items);
        let mut writes = JoinSet::new();
        for (number, user) in users.iter().cloned().enumerate() {
            let account = account.clone();
            let (repository, blow) = (repository.clone(), BLOWS[(number + round) % BLOWS.len()]);
            writes.spawn(async move {
                match blow {
                    Blow::Remove => repository.user_remove(&user, &account).await,
                    Blow::Demote => repository
                        .user_set_role(&user, Role::Admin, None, now)
                        .await
                        .map(drop),
                    Blow::Deactivate => repository.user_deactivate(&user, now).await,
                }
            });
        }
        let outcomes = writes.join_all().await;
        let refused: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
        assert!(
            matches!(refused[..], [StoreError::Refused(Refusal::LastOwner)]),
            "round {round}: {refused:?}"
        );
        assert_eq!(standing(&app, &owners).await.len(), 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_who_strike_each_other_at_once_leave_one() {
    let app = App::start().await;
    let (owners, items) = gather(&app).await;
    for round in 0..BLOWS.len() {
        restore(&app, &items);
        let mut left = strike(&app, &owners, round).await;
        assert!(left < OWNERS, "they did strike");
        // Who was struck before they could strike has spared somebody: those strike again.
        for _ in 0..OWNERS {
            assert!(left >= 1, "round {round}");
            if left == 1 {
                break;
            }
            left = strike(&app, &owners, round).await;
        }
        assert_eq!(left, 1, "round {round}");
    }
    let last = standing(&app, &owners).await[0];
    for blow in BLOWS {
        blow.call(&app, last, last).await.expect_status(409);
    }
    assert_eq!(standing(&app, &owners).await.len(), 1);
}
