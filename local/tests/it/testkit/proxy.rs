//! Stands before an upstream (the store, or the fake SES, EventBridge and SQS), records every request
//! that arrives, and lets hooks decide what becomes of it:
//!
//! ```ignore
//! proxy.always("UpdateItem", Action::throttled());
//! proxy.script("TransactWriteItems", [Action::LoseAnswer, Action::transaction_conflict()]);
//! proxy.script(Which::Writes, [Action::HoldUntil(gate.clone())]);
//! proxy.hook(|operation, earlier| match (operation, earlier) {
//!     ("GetItem", 2) => Action::HangAfter,
//!     _ => Action::Pass,
//! });
//! ```

use super::action::{self, Action};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{net::TcpListener, sync::Notify};

/// A request that arrived.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The text after the point in `x-amz-target`, else the path.
    pub operation: String,
    /// Null when it is not JSON.
    pub body: Value,
    /// 1 for a request that waited for no answer, 2 for one that was sent after such an answer, and
    /// so on. Only while all answers are delayed does this tell requests that are sent side by side,
    /// which then arrive before either is answered, from those that are sent one after the other.
    pub depth: usize,
}

impl Recorded {
    /// How many rows it asks for, if it is a `BatchGetItem`.
    pub fn keys(&self) -> usize {
        action::keys(&self.body)
    }
}

/// The requests that a hook is for.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    /// All of them.
    Any,
    /// The requests of one operation.
    Operation(&'static str),
    /// Every request to DynamoDB that changes something.
    Writes,
}

impl Which {
    fn includes(self, operation: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Operation(name) => name == operation,
            Self::Writes => !["BatchGetItem", "GetItem", "Query"].contains(&operation),
        }
    }
}

impl From<&'static str> for Which {
    fn from(operation: &'static str) -> Self {
        Self::Operation(operation)
    }
}

type Hook = Box<dyn FnMut(&Recorded, usize) -> Action + Send>;

/// Actions that are yet to come.
type Script = Arc<Mutex<VecDeque<Action>>>;

#[derive(Clone)]
pub struct Proxy {
    address: SocketAddr,
    inner: Arc<Inner>,
}

struct Inner {
    upstream: String,
    client: Client<HttpConnector, Full<Bytes>>,
    recorded: Mutex<Vec<Recorded>>,
    /// Each with how often it was asked about every operation.
    hooks: Mutex<Vec<(Hook, HashMap<String, usize>)>>,
    scripts: Mutex<Vec<Script>>,
    /// The greatest depth of a request that was answered.
    answered: AtomicUsize,
    hung: Notify,
    /// Told of each request that was held, when it is done.
    arrived: Notify,
}

impl Proxy {
    pub async fn before(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner {
            upstream: upstream.to_owned(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            recorded: Mutex::default(),
            hooks: Mutex::default(),
            scripts: Mutex::default(),
            answered: AtomicUsize::new(0),
            hung: Notify::new(),
            arrived: Notify::new(),
        });
        let router = Router::new().fallback(serve).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, inner }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds a hook. It is given the operation, and how many requests of this operation it was asked
    /// about before. Hooks are asked in the order in which they were added, until one of them does
    /// not let the request pass.
    pub fn hook(&self, mut hook: impl FnMut(&str, usize) -> Action + Send + 'static) {
        self.hook_requests(move |request, earlier| hook(&request.operation, earlier));
    }

    /// The same for a hook that looks at more than the operation.
    pub fn hook_requests(&self, hook: impl FnMut(&Recorded, usize) -> Action + Send + 'static) {
        let mut hooks = self.inner.hooks.lock().unwrap();
        hooks.push((Box::new(hook), HashMap::new()));
    }

    /// From now on, does the same to every one of these requests.
    pub fn always(&self, which: impl Into<Which>, action: Action) {
        let which = which.into();
        self.hook(move |operation, _| match which.includes(operation) {
            true => action.clone(),
            false => Action::Pass,
        });
    }

    /// Does the first action to the first of these requests, the second to the second, and so on;
    /// then lets them pass. See [`Proxy::expect_scripts_done`].
    pub fn script(&self, which: impl Into<Which>, actions: impl IntoIterator<Item = Action>) {
        let which = which.into();
        let script: Script = Arc::new(Mutex::new(actions.into_iter().collect()));
        self.inner.scripts.lock().unwrap().push(script.clone());
        self.hook(move |operation, _| {
            let next = which
                .includes(operation)
                .then(|| script.lock().unwrap().pop_front());
            next.flatten().unwrap_or(Action::Pass)
        });
    }

    /// A script of which a part did not happen has tested nothing.
    #[track_caller]
    pub fn expect_scripts_done(&self) {
        for script in self.inner.scripts.lock().unwrap().iter() {
            let left = script.lock().unwrap();
            assert!(left.is_empty(), "these were to happen yet: {left:?}");
        }
    }

    /// Removes all hooks, and with them all scripts.
    pub fn clear(&self) {
        self.inner.hooks.lock().unwrap().clear();
        self.inner.scripts.lock().unwrap().clear();
    }

    /// Waits until a request hangs.
    pub async fn hung(&self) {
        self.inner.hung.notified().await;
    }

    /// Waits until a request that was held has arrived and is done.
    pub async fn released(&self) {
        self.inner.arrived.notified().await;
    }

    /// The requests that arrived since [`Proxy::forget`], in their order.
    pub fn requests(&self) -> Vec<Recorded> {
        self.inner.recorded.lock().unwrap().clone()
    }

    /// Whether one of them writes to DynamoDB.
    pub fn has_written(&self) -> bool {
        let requests = self.requests();
        let mut operations = requests.iter().map(|request| &*request.operation);
        operations.any(|operation| Which::Writes.includes(operation))
    }

    pub fn forget(&self) {
        self.inner.recorded.lock().unwrap().clear();
        self.inner.answered.store(0, SeqCst);
    }
}

async fn serve(
    State(inner): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // A client that opens its connection in advance asks for nothing yet.
    if method == Method::GET {
        return inner.forward(method, uri, headers, body).await;
    }
    let target = headers.get("x-amz-target");
    let target = target.map(|target| target.to_str().unwrap().to_owned());
    let operation = target.as_deref().and_then(|target| target.split_once('.'));
    let operation = operation.map_or(uri.path(), |(_, operation)| operation);
    let operation = operation.to_owned();
    let request = inner.note(operation, &body);
    let depth = request.depth;
    let action = inner.action(&request);
    let mut left_out = None;
    let mut body = body;
    match &action {
        Action::HangBefore => return inner.hang().await,
        Action::BadGateway => return StatusCode::BAD_GATEWAY.into_response(),
        Action::Refuse {
            status,
            code,
            fields,
        } => return action::refusal(*status, code, fields, target.is_some()),
        Action::HoldUntil(gate) => {
            let (gate, inner) = (gate.clone(), inner.clone());
            // A task of its own: the request arrives also when its client has given it up.
            let arrival = tokio::spawn(async move {
                gate.hold().await;
                let response = inner.forward(method, uri, headers, body).await;
                inner.answered.fetch_max(depth, SeqCst);
                inner.arrived.notify_one();
                response
            });
            return arrival.await.unwrap();
        }
        Action::LeaveOut if request.keys() > 1 => {
            let (first, others) = action::first_key_only(&request.body);
            (body, left_out) = (first, Some(others));
        }
        Action::Pass
        | Action::LeaveOut
        | Action::LoseAnswer
        | Action::Truncate
        | Action::HangAfter
        | Action::Delay(_) => {}
    }
    let response = inner.forward(method, uri, headers, body).await;
    if let Action::Delay(delay) = action {
        tokio::time::sleep(delay).await;
    }
    inner.answered.fetch_max(depth, SeqCst);
    match (action, left_out) {
        (Action::LoseAnswer, _) => StatusCode::BAD_GATEWAY.into_response(),
        (Action::Truncate, _) => action::truncated(response),
        (Action::HangAfter, _) => inner.hang().await,
        (_, Some(left_out)) => action::with_unprocessed(response, left_out).await,
        (_, None) => response,
    }
}

impl Inner {
    /// Notes a request that arrived.
    fn note(&self, operation: String, body: &Bytes) -> Recorded {
        let request = Recorded {
            operation,
            body: serde_json::from_slice(body).unwrap_or(Value::Null),
            depth: self.answered.load(SeqCst) + 1,
        };
        self.recorded.lock().unwrap().push(request.clone());
        request
    }

    fn action(&self, request: &Recorded) -> Action {
        let mut hooks = self.hooks.lock().unwrap();
        let mut actions = hooks.iter_mut().map(|(hook, counts)| {
            let count = counts.entry(request.operation.clone()).or_default();
            *count += 1;
            hook(request, *count - 1)
        });
        let decided = actions.find(|action| !matches!(action, Action::Pass));
        decided.unwrap_or(Action::Pass)
    }

    async fn hang(&self) -> Response {
        self.hung.notify_one();
        std::future::pending().await
    }

    async fn forward(&self, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(format!("{}{uri}", self.upstream));
        let mut request = request.body(Full::new(body)).unwrap();
        *request.headers_mut() = headers;
        // The body may have become another one.
        request.headers_mut().remove("content-length");
        let response = self.client.request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Response::from_parts(parts, Body::from(bytes))
    }
}
