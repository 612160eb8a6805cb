//! The newest requests, each with what it asked of the store.
//!
//! The store is reached over HTTP, as in the cloud. What a request is for goes with every call as a
//! tag, which [`RequestLog::add_call`] reads: the number of the request, and when the call was sent.
//! Calls that are sent side by side are sent before either is answered, so that they are told from
//! those that wait for each other.

use super::consumption::{Consumption, StoreCall};
use roster_domain::Timestamp;
use serde::Serialize;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How many requests are kept.
const KEPT: usize = 200;

/// Requests at work beyond this have been given up by their callers.
const AT_WORK: usize = 1000;

tokio::task_local! {
    /// The number of the request that a task answers.
    static REQUEST: u64;
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The newest requests. Clones are the same.
#[derive(Clone, Default)]
pub struct RequestLog(Arc<Mutex<Requests>>);

#[derive(Default)]
struct Requests {
    last: u64,
    /// What requests that are not answered yet have asked.
    at_work: BTreeMap<u64, Vec<StoreCall>>,
    answered: VecDeque<LoggedRequest>,
}

/// A request that was answered.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoggedRequest {
    /// Its place, from 1.
    pub number: u64,
    /// When it came.
    pub time: Timestamp,
    /// `GET`, for example.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// The function that answered.
    pub function: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// Whether the home page sent it to show the account anew.
    pub is_refresh: bool,
    /// What it asked of the store.
    #[serde(flatten)]
    pub store: Consumption,
    /// Dollars for the store, per million such requests.
    pub dollars: f64,
}

/// What is known of a request before it is answered.
pub struct Received {
    pub time: Timestamp,
    pub method: String,
    pub path: String,
    pub function: &'static str,
    pub is_refresh: bool,
}

impl RequestLog {
    /// Answers a request, and keeps what that took. `status` says how it was answered.
    pub(super) async fn record<R>(
        &self,
        received: Received,
        answer: impl Future<Output = R>,
        status: impl FnOnce(&R) -> u16,
    ) -> R {
        let number = self.begin();
        let answered = REQUEST.scope(number, answer).await;
        let mut requests = self.lock();
        let calls = requests.at_work.remove(&number).unwrap_or_default();
        let store = Consumption::of(&calls);
        requests.answered.push_back(LoggedRequest {
            number,
            time: received.time,
            method: received.method,
            path: received.path,
            function: received.function,
            status: status(&answered),
            is_refresh: received.is_refresh,
            dollars: store.dollars(),
            store,
        });
        if requests.answered.len() > KEPT {
            requests.answered.pop_front();
        }
        answered
    }

    fn begin(&self) -> u64 {
        let mut requests = self.lock();
        requests.last += 1;
        let number = requests.last;
        requests.at_work.insert(number, Vec::new());
        if requests.at_work.len() > AT_WORK {
            requests.at_work.pop_first();
        }
        number
    }

    /// Notes a call to the store that has been answered with the consumption of so many units.
    pub(super) fn add_call(&self, tag: &str, operation: String, units: f64) {
        let ended = Instant::now();
        let Some((number, started)) = parse(tag) else {
            return;
        };
        if let Some(calls) = self.lock().at_work.get_mut(&number) {
            calls.push(StoreCall {
                operation,
                units,
                started,
                ended,
            });
        }
    }

    /// The requests that are kept, oldest first.
    pub fn newest(&self) -> Vec<LoggedRequest> {
        self.lock().answered.iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Requests> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tag of a call to the store that is sent now, if it is sent to answer a request.
pub fn request_tag() -> Option<String> {
    let since_start = START.elapsed().as_nanos();
    let number = REQUEST.try_with(|number| *number).ok()?;
    Some(format!("{number} {since_start}"))
}

fn parse(tag: &str) -> Option<(u64, Instant)> {
    let (number, since_start) = tag.split_once(' ')?;
    let started = *START + Duration::from_nanos(since_start.parse().ok()?);
    Some((number.parse().ok()?, started))
}
