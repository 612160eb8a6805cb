//! Many callers at once while one in five calls of the store fails, and as many of SES and
//! EventBridge: `send-mail`, `publish-events` and `record-usage` work beside the callers. Each caller
//! remembers what was acknowledged and what may have been done, and compares it with what the API says,
//! on the way and in the end. `scripts/fault-campaign` runs it in its full size.

pub mod audit;
mod caller;
mod creations;
mod known;
mod mails;
mod operations;
mod outside;
mod reads;
mod sign_ups;
mod tally;

use crate::testkit::{BackgroundWorkers, FakeAws, Faults, Person, Proxy, Random, TestApp};
use caller::Caller;
use outside::Outside;
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

/// Later than a function waits for SES or EventBridge.
const LATE_OUTSIDE: Duration = Duration::from_millis(3300);

/// One fault in so many is a request that arrives late, as it takes its caller so long.
const LATE_ONE_IN: u64 = 300;

/// What the callers work on.
struct World {
    app: TestApp,
    /// The queue of usage reports.
    aws: FakeAws,
    /// Everything else that Roster sends out.
    outside: Outside,
    /// What stands between the functions that follow an answer, and the store; and the outside.
    workers_proxies: [Proxy; 2],
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
        let outside = Outside::default();
        let workers_proxies = [
            Proxy::before(&app.store_endpoint()).await,
            Proxy::before(&outside.serve().await).await,
        ];
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
            aws: FakeAws::default(),
            outside,
            workers_proxies,
            tally: Tally::default(),
            shared,
            wanted: Mutex::default(),
            requests,
        }
    }

    /// The functions that follow an answer, with what brings them their work.
    async fn background_workers(&self) -> BackgroundWorkers {
        let [store, outside] = &self.workers_proxies;
        let workers = self
            .app
            .deployed_workers(&store.endpoint(), &outside.endpoint());
        let aws = self.aws.clone();
        self.app.background_workers_of(aws, Some(workers)).await
    }

    fn proxies(&self) -> impl Iterator<Item = &Proxy> {
        [&self.app.proxy].into_iter().chain(&self.workers_proxies)
    }

    /// Nobody looks at the requests themselves, of which there are many.
    fn forget_requests(&self) {
        self.proxies().for_each(Proxy::forget);
    }
}

fn size(variable: &str, default: usize) -> usize {
    env::var(variable).map_or(default, |size| size.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_or_undone() {
    let requests = size("ROSTER_CAMPAIGN_REQUESTS", 500);
    let callers = size("ROSTER_CAMPAIGN_CALLERS", 16);
    let seed = size("ROSTER_CAMPAIGN_SEED", 1) as u64;
    let world = Arc::new(World::new(requests, callers.div_ceil(CALLERS_OF_ACCOUNT)).await);
    let mut all = Vec::new();
    for number in 0..callers {
        let random = Random::new(seed * 1_000_000 + number as u64);
        all.push(Caller::new(&world, number, random).await);
    }
    let mut background = world.background_workers().await;
    let of_store = Faults::new(5, LATE_ONE_IN, LATE);
    let of_outside = Faults::new(5, LATE_ONE_IN, LATE_OUTSIDE);
    let [store, outside] = &world.workers_proxies;
    of_store.at(&world.app.proxy, seed);
    of_store.at(store, seed + 1000);
    of_outside.at(outside, seed + 2000);
    let started = Instant::now();
    let mut work = JoinSet::new();
    for caller in all {
        work.spawn(caller.work());
    }
    let mut all = background.run_beside(work.join_all()).await;
    let took = started.elapsed();
    world.proxies().for_each(Proxy::clear);
    // What is late arrives.
    background
        .run_beside(tokio::time::sleep(LATE_OUTSIDE + LATE / 2))
        .await;
    background.run_until_all_is_counted().await;
    println!("nothing is left to do after {:.0?}", started.elapsed());
    for caller in &mut all {
        caller.reported += std::mem::take(&mut caller.queued);
        caller.compare_everything().await;
        world.forget_requests();
    }
    mails::check_codes(&world, &all).await;
    for caller in &mut all {
        caller.compare_mails().await;
    }
    background.run_until_idle().await;
    audit::check(&world).await;
    let events = mails::check_events(&world).await;
    println!("{events} events, {} mails", world.outside.mails());
    report(
        &world.tally,
        &[("store", of_store), ("outside", of_outside)],
        took,
    );
    assert!(world.tally.requests() >= requests);
    let wrong = world.tally.all_wrong();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn report(tally: &Tally, faults: &[(&str, Faults)], took: Duration) {
    println!("{} requests in {took:.0?}", tally.requests());
    for (upstream, faults) in faults {
        let (counts, failed) = (faults.counts(), faults.failed());
        let calls: usize = counts.values().sum();
        println!("{calls} calls of the {upstream}, of which {failed} failed: {counts:#?}");
    }
    println!("by status: {:#?}", tally.by_status());
    for (operation, statuses) in tally.by_operation() {
        println!("{operation}: {statuses:?}");
    }
    println!("wrong: {:#?}", tally.all_wrong());
}
