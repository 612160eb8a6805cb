//! What happened, for people who read it.

use crate::testkit::Reply;
use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

#[derive(Default)]
pub struct Tally {
    requests: AtomicUsize,
    /// By operation and status.
    statuses: Mutex<BTreeMap<(&'static str, u16), usize>>,
    /// What must not be, by kind.
    wrong: Mutex<BTreeMap<&'static str, Vec<String>>>,
}

impl Tally {
    pub fn answered(&self, operation: &'static str, reply: &Reply) {
        self.requests.fetch_add(1, SeqCst);
        let key = (operation, reply.status);
        *self.statuses.lock().unwrap().entry(key).or_default() += 1;
    }

    pub fn wrong(&self, kind: &'static str, what: String) {
        let mut wrong = self.wrong.lock().unwrap();
        wrong.entry(kind).or_default().push(what);
    }

    pub fn requests(&self) -> usize {
        self.requests.load(SeqCst)
    }

    pub fn by_status(&self) -> BTreeMap<u16, usize> {
        let mut sums = BTreeMap::new();
        for ((_, status), count) in self.statuses.lock().unwrap().iter() {
            *sums.entry(*status).or_default() += count;
        }
        sums
    }

    pub fn by_operation(&self) -> BTreeMap<&'static str, BTreeMap<u16, usize>> {
        let mut operations: BTreeMap<_, BTreeMap<u16, usize>> = BTreeMap::new();
        for ((operation, status), count) in self.statuses.lock().unwrap().iter() {
            *operations
                .entry(*operation)
                .or_default()
                .entry(*status)
                .or_default() += count;
        }
        operations
    }

    /// How often, and the first few of each kind.
    pub fn all_wrong(&self) -> BTreeMap<&'static str, (usize, Vec<String>)> {
        let wrong = self.wrong.lock().unwrap();
        wrong
            .iter()
            .map(|(kind, all)| (*kind, (all.len(), all.iter().take(8).cloned().collect())))
            .collect()
    }
}
