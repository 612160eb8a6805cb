//! The app under test: its handlers behind the gateway, over a store of their own.

use super::{Action, Call, Gate, Proxy, Recorded, Reply, Which, pages};
use axum::{
    Router,
    http::{HeaderMap, HeaderName, Method},
};
use roster_domain::{Clock, Timestamp};
use roster_dynamodb::{Repository, Timeouts};
pub use roster_functions::Product;
use roster_functions::{App, ENDPOINTS, Event, Request, Settings, SignUp};
use roster_local::{EmbeddedStore, TABLE, Template, gateway, home, load_sample, sample_people};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::LazyLock,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// What the template gives every function.
static TIMEOUT: LazyLock<Duration> = LazyLock::new(|| Template::load().timeout());

/// Roster over an empty store of its own, at 2026-11-21T18:00:00Z until the clock is moved.
pub struct TestApp {
    pub(super) app: App,
    pub(super) gateway: Router,
    pub(super) store: EmbeddedStore,
    /// Stands before the store.
    pub proxy: Proxy,
}

impl EndpointResponse {
    /// It must be an answer to this method and path that the OpenAPI document has; a page, if the
    /// endpoint shows one. `what` says what was asked.
    pub fn check(&self, what: &str, endpoint: &str, method: &str, path: &str) {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let name: HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        let reply = Reply {
            what: what.to_owned(),
            status: self.status,
            headers,
            text: self.body.clone(),
        };
        if pages().contains(endpoint) {
            reply.check_common();
            if reply.status == 302 {
                assert_eq!(reply.header("location"), "../reset");
                return;
            }
            let reply = reply.expect_status(200);
            assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        } else {
            reply.check(method, path);
        }
    }
}

/// The response of an endpoint, without the gateway before it.
pub struct EndpointResponse {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// As `{:?}` shows the event, the request that is made from it, and the response.
    pub debug: [String; 3],
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with_sign_up_closed() -> Self {
        Self::with(Settings {
            sign_up: SignUp::Closed,
            ..Settings::default()
        })
        .await
    }

    pub async fn with_mails_per_day(mails_per_day: u32) -> Self {
        Self::with(Settings {
            mails_per_day,
            ..Settings::default()
        })
        .await
    }

    /// Deployed for a product of its own.
    pub async fn with_product(product: Product) -> Self {
        Self::with(Settings {
            product: product.into(),
            ..Settings::default()
        })
        .await
    }

    async fn with(settings: Settings) -> Self {
        let store = EmbeddedStore::in_memory().await.unwrap();
        let proxy = Proxy::before(&store.endpoint()).await;
        let start: Timestamp = "2026-11-21T18:00:00.000Z".parse().unwrap();
        let app = App::new(
            connect(&proxy.endpoint(), Timeouts::LOCAL),
            Clock::starting_at(start),
            settings,
        );
        let gateway = gateway(&app).unwrap();
        Self {
            app,
            gateway,
            store,
            proxy,
        }
    }

    /// With the data that `cargo run` has.
    pub async fn with_sample() -> Self {
        let app = Self::start().await;
        load_sample(&app.app).await.unwrap();
        app
    }

    /// The home page of `cargo run`, over the same store.
    pub fn home(&self) -> Router {
        let app = self.app.clone();
        let people = move || {
            let app = app.clone();
            async move { sample_people(&app).await }
        };
        home(people, self.store.requests().clone())
    }

    pub fn get(&self, path: &str) -> Call {
        self.call("GET", path)
    }

    pub fn post(&self, path: &str) -> Call {
        self.call("POST", path)
    }

    pub fn put(&self, path: &str) -> Call {
        self.call("PUT", path)
    }

    pub fn call(&self, method: &str, path: &str) -> Call {
        let method: Method = method.parse().unwrap();
        Call::new(&self.gateway, method, path)
    }

    /// Hands an event to an endpoint, as Lambda does.
    pub async fn respond(&self, endpoint: &str, event: Value) -> EndpointResponse {
        let event: Event = serde_json::from_value(event).unwrap();
        let request = Request::from(event.clone());
        let debug = [format!("{event:?}"), format!("{request:?}")];
        let mut endpoints = ENDPOINTS.iter();
        let endpoint = endpoints.find(|known| known.name == endpoint).unwrap();
        let deadline = Instant::now() + *TIMEOUT;
        let response = endpoint.respond(&self.app, event, deadline).await;
        let headers = response.headers.iter();
        let headers = headers.map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), value.into_owned())
        });
        let [event, request] = debug;
        EndpointResponse {
            status: response.status.as_u16(),
            headers: headers.collect(),
            debug: [event, request, format!("{response:?}")],
            body: response.body,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    pub fn advance(&self, by: Duration) {
        self.app.clock.advance(by);
    }

    /// Tokens that are made from now on work for so long, as after another deployment.
    pub fn set_token_lifetime(&mut self, token_lifetime: Duration) {
        self.app.settings.token_lifetime = token_lifetime;
        self.gateway = gateway(&self.app).unwrap();
    }

    /// From now on reaches the store, or whatever else is at `endpoint`, as deployed functions do.
    pub fn reach_as_deployed(&mut self, endpoint: Option<&str>) {
        let endpoint = endpoint.map_or_else(|| self.proxy.endpoint(), str::to_owned);
        self.app.repository = connect(&endpoint, Timeouts::DEPLOYED);
        self.gateway = gateway(&self.app).unwrap();
    }

    /// One more instance of the deployed functions, with connections and a budget of retries of its own.
    pub fn deployed_instance(&self) -> Router {
        let repository = connect(&self.proxy.endpoint(), Timeouts::DEPLOYED);
        let app = App::new(
            repository,
            self.app.clock.clone(),
            self.app.settings.clone(),
        );
        gateway(&app).unwrap()
    }

    /// The operations that the store is asked for while `work` runs, in order of arrival.
    pub async fn operations<T>(&self, work: impl IntoFuture<Output = T>) -> (T, Vec<String>) {
        let (outcome, requests) = self.requests(work).await;
        let operations = requests.into_iter().map(|request| request.operation);
        (outcome, operations.collect())
    }

    /// The requests that reach the store while `work` runs, in order of arrival.
    pub async fn requests<T>(&self, work: impl IntoFuture<Output = T>) -> (T, Vec<Recorded>) {
        self.proxy.forget();
        let outcome = work.await;
        (outcome, self.proxy.requests())
    }

    /// The operations that the store is asked for by `call`, in rounds: those of the second are sent
    /// after an answer to the first, and so on. Operations of one round are sorted. Every answer
    /// comes after a `delay`: the longer it is, the surer is what is sent side by side. Removes all
    /// hooks of the proxy.
    pub async fn rounds(&self, delay: Duration, call: Call) -> (Reply, Vec<Vec<String>>) {
        self.proxy.always(Which::Any, Action::Delay(delay));
        let (reply, requests) = self.requests(call).await;
        self.proxy.clear();
        let mut rounds: Vec<Vec<String>> = Vec::new();
        for request in requests {
            rounds.resize_with(rounds.len().max(request.depth), Vec::new);
            rounds[request.depth - 1].push(request.operation);
        }
        for round in &mut rounds {
            round.sort();
        }
        (reply, rounds)
    }

    /// Sends `call`, and does `change` at the moment of its first write: after everything that it
    /// decides on was read.
    pub async fn between_reads_and_writes(&self, call: Call, change: impl FnOnce()) -> Reply {
        let gate = Gate::new();
        let hold = Action::HoldUntil(gate.clone());
        self.proxy.script(Which::Writes, [hold]);
        let mut reply = tokio::spawn(call.into_future());
        tokio::select! {
            () = gate.reached() => {}
            reply = &mut reply => panic!("answered without a write: {reply:?}"),
        }
        change();
        gate.open();
        reply.await.unwrap()
    }

    /// Sends all of them at once, and lets none of them write before each wants to or is answered:
    /// the replies, in the same order. Removes all hooks of the proxy.
    pub async fn race(&self, calls: Vec<Call>) -> Vec<Reply> {
        let gate = Gate::new();
        let held = Action::HoldUntil(gate.clone());
        self.proxy.always(Which::Writes, held);
        let mut waiting = calls.len();
        let mut sent = JoinSet::new();
        for (number, call) in calls.into_iter().enumerate() {
            sent.spawn(async move { (number, call.await) });
        }
        let mut replies = BTreeMap::new();
        while waiting > 0 {
            tokio::select! {
                () = gate.reached() => {}
                Some(reply) = sent.join_next() => replies.extend([reply.unwrap()]),
            }
            waiting -= 1;
        }
        gate.open();
        replies.extend(sent.join_all().await);
        self.proxy.clear();
        replies.into_values().collect()
    }

    /// The same data, which is reached past the proxy: for tests that ask very often.
    pub(super) fn direct_repository(&self) -> Repository {
        connect(&self.store.endpoint(), Timeouts::LOCAL)
    }

    /// Where the store is, without the proxy before it.
    pub fn store_endpoint(&self) -> String {
        self.store.endpoint()
    }
}

/// Sends all of them at once: the replies, in the same order.
pub async fn at_once(calls: impl IntoIterator<Item = Call>) -> Vec<Reply> {
    let calls = calls.into_iter();
    let calls: Vec<_> = calls.map(|call| tokio::spawn(call.into_future())).collect();
    let mut replies = Vec::new();
    for call in calls {
        replies.push(call.await.unwrap());
    }
    replies
}

pub(super) fn connect(endpoint: &str, timeouts: Timeouts) -> Repository {
    Repository::connect_local(endpoint, TABLE.into(), timeouts).unwrap()
}
