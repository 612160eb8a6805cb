//! Many callers at once while one in five calls of the store fails. Each caller remembers what was
//! acknowledged and what may have been done, and compares it with what the API says, on the way and in
//! the end. `scripts/fault-campaign` runs it in its full size.

mod audit;
mod caller;
mod creations;
mod known;
mod operations;
mod reads;
mod sign_ups;
mod tally;

use crate::testkit::{Faults, Person, Random, TestApp};
use caller::Caller;
use roster_domain::Role;
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tally::Tally;
use tokio::task::JoinSet;

/// Callers who share an account.
const CALLERS_OF_ACCOUNT: usize = 4;

/// Later than a deployed function waits for an attempt at the store.
const LATE: Duration = Duration::from_millis(1700);

/// One fault in so many is a request that arrives late, as it takes its caller so long.
const LATE_ONE_IN: u64 = 300;

/// What the callers work on.
struct World {
    app: TestApp,
    tally: Tally,
    shared: Vec<Shared>,
    /// The ids that were acknowledged for each address that several callers want.
    wanted: Mutex<BTreeMap<String, BTreeSet<String>>>,
    /// Requests of all callers together.
    requests: usize,
}

/// What the callers of an account share.
struct Shared {
    founder: Person,
    /// Each caller has an entry of their own in this user's preferences.
    board: Person,
    /// The only owners of another account, who take each other's role.
    duel: [Person; 2],
}

impl World {
    async fn new(requests: usize, accounts: usize) -> Self {
        let app = TestApp::with_mails_per_day(10_000_000).await;
        let mut shared = Vec::new();
        for number in 0..accounts {
            let founder = app.account(&format!("founder{number}")).await;
            let first = app.account(&format!("first{number}")).await;
            let second = format!("second{number}");
            let second = app.member(&first, &second, Role::Owner).await;
            shared.push(Shared {
                board: app
                    .member(&founder, &format!("board{number}"), Role::User)
                    .await,
                founder,
                duel: [first, second],
            });
        }
        Self {
            app,
            tally: Tally::default(),
            shared,
            wanted: Mutex::default(),
            requests,
        }
    }
}

fn size(variable: &str, default: usize) -> usize {
    env::var(variable).map_or(default, |size| size.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_or_undone() {
    let requests = size("ROSTER_CAMPAIGN_REQUESTS", 1000);
    let callers = size("ROSTER_CAMPAIGN_CALLERS", 16);
    let seed = size("ROSTER_CAMPAIGN_SEED", 1) as u64;
    let world = Arc::new(World::new(requests, callers.div_ceil(CALLERS_OF_ACCOUNT)).await);
    let mut all = Vec::new();
    for number in 0..callers {
        let random = Random::new(seed * 1_000_000 + number as u64);
        all.push(Caller::new(&world, number, random).await);
    }
    let faults = Faults::new(5, LATE_ONE_IN, LATE);
    faults.at(&world.app.proxy, seed);
    let started = Instant::now();
    let mut work = JoinSet::new();
    for caller in all {
        work.spawn(caller.work());
    }
    let all = work.join_all().await;
    let took = started.elapsed();
    world.app.proxy.clear();
    // What is late arrives.
    tokio::time::sleep(LATE * 2).await;
    for mut caller in all {
        caller.compare_everything().await;
    }
    audit::check(&world).await;
    report(&world.tally, &faults, took);
    assert!(world.tally.requests() >= requests);
    let wrong = world.tally.all_wrong();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn report(tally: &Tally, faults: &Faults, took: Duration) {
    let counts = faults.counts();
    let calls: usize = counts.values().sum();
    let failed = calls - counts.get("none").copied().unwrap_or_default();
    println!("{} requests in {took:.0?}", tally.requests());
    println!("{calls} calls of the store, of which {failed} failed: {counts:#?}");
    println!("by status: {:#?}", tally.by_status());
    for (operation, statuses) in tally.by_operation() {
        println!("{operation}: {statuses:?}");
    }
    println!("wrong: {:#?}", tally.all_wrong());
}
