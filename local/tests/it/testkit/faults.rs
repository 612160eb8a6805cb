//! Faults at random: of the requests to an upstream one in so many goes wrong, in one way or another.

use super::{Action, Gate, Proxy, Random, Recorded};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

/// How often each of these happened, for people who read it.
pub type FaultCounts = BTreeMap<&'static str, usize>;

/// What is counted of the requests that meet no fault.
const NONE: &str = "none";

/// What goes wrong. Clones count together.
#[derive(Clone, Debug)]
pub struct Faults {
    /// One request in so many meets a fault.
    pub one_in: u64,
    /// One fault in so many is a request that arrives late.
    pub late_one_in: u64,
    /// So late, which is later than the client waits.
    pub late_by: Duration,
    counts: Arc<Mutex<FaultCounts>>,
}

impl Faults {
    pub fn new(one_in: u64, late_one_in: u64, late_by: Duration) -> Self {
        Self {
            one_in,
            late_one_in,
            late_by,
            counts: Arc::default(),
        }
    }

    /// Lets them happen to the requests that arrive at `proxy`.
    pub fn at(&self, proxy: &Proxy, seed: u64) {
        let (faults, mut random) = (self.clone(), Random::new(seed));
        proxy.hook_requests(move |request, _| faults.next(request, &mut random));
    }

    pub fn counts(&self) -> FaultCounts {
        self.counts.lock().unwrap().clone()
    }

    /// How many requests met a fault.
    pub fn failed(&self) -> usize {
        let counts = self.counts();
        counts.values().sum::<usize>() - counts.get(NONE).copied().unwrap_or_default()
    }

    fn next(&self, request: &Recorded, random: &mut Random) -> Action {
        let (name, action) = match random.one_in(self.one_in) {
            false => (NONE, Action::Pass),
            true if random.one_in(self.late_one_in) => {
                let gate = Gate::opening_after(self.late_by);
                ("late: arrives when given up", Action::HoldUntil(gate))
            }
            true => any(request, random),
        };
        *self.counts.lock().unwrap().entry(name).or_default() += 1;
        action
    }
}

/// One of the other faults, by its name.
fn any(request: &Recorded, random: &mut Random) -> (&'static str, Action) {
    match random.below(8) {
        0 => ("lost: done, told 502", Action::LoseAnswer),
        1 => (
            "truncated: done, broken off amid the answer",
            Action::Truncate,
        ),
        2 => ("not done, told 502", Action::BadGateway),
        3 => ("not done, told 500", Action::internal_error()),
        4 => ("throttled", Action::throttled()),
        5 => {
            let delay = Duration::from_millis(5 + random.below(46));
            ("delayed: done, told 5 to 50 ms later", Action::Delay(delay))
        }
        _ => match &*request.operation {
            "TransactWriteItems" => ("conflict", Action::transaction_conflict()),
            "UpdateItem" => ("conflict", Action::write_conflict()),
            "BatchGetItem" if request.keys() > 1 => ("rows left out", Action::LeaveOut),
            _ => ("throttled", Action::throttled()),
        },
    }
}
