//! Between the functions and their store: sees every request that the store receives, and can keep
//! it from answering.

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
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{net::TcpListener, sync::oneshot};

/// What is wrong with the store.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It answers that it is asked too much.
    Throttling,
    /// It takes connections and never answers.
    Silence,
    /// It answers 500.
    InternalError,
    /// Something before it answers 502, without a word.
    BadGateway,
    /// It answers so many transactions that another one was in the way, and then works.
    TransactionConflicts(usize),
    /// It answers so many updates that a transaction was in the way, and then works.
    UpdateConflicts(usize),
    /// It does a request of this operation after so many others, and the answer is lost on the way.
    LostAnswerOf(&'static str, usize),
    /// Nothing, but for operations of this name, which are throttled.
    ThrottlingOf(&'static str),
    /// So many times, it answers a request for several rows with the first of them only.
    LeavesOut(usize),
}

#[derive(Clone, Debug)]
pub struct Asked {
    pub operation: String,
    pub body: Value,
    /// 1 for what was asked without waiting for an answer, 2 for what was asked after such an
    /// answer, and so on. See [`Tap::answer_slowly`].
    pub depth: usize,
}

/// Stops a request until it may go on.
struct Gate {
    stops: fn(&str) -> bool,
    /// How many such requests may pass before.
    pass: usize,
    reached: oneshot::Sender<()>,
    opened: oneshot::Receiver<()>,
}

#[derive(Clone)]
pub struct Tap {
    address: SocketAddr,
    inner: Arc<Inner>,
}

struct Inner {
    store: String,
    client: Client<HttpConnector, Full<Bytes>>,
    asked: Mutex<Vec<Asked>>,
    fault: Mutex<Fault>,
    /// The deepest request that was answered.
    answered: AtomicUsize,
    delay: Mutex<Duration>,
    gate: Mutex<Option<Gate>>,
}

impl Tap {
    pub async fn before(store: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner {
            store: store.to_owned(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            asked: Mutex::default(),
            fault: Mutex::new(Fault::None),
            answered: AtomicUsize::new(0),
            delay: Mutex::default(),
            gate: Mutex::default(),
        });
        let router = Router::new().fallback(pass).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, inner }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn forget(&self) {
        self.inner.asked.lock().unwrap().clear();
        self.inner.answered.store(0, SeqCst);
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.inner.asked.lock().unwrap().clone()
    }

    pub fn fault(&self, fault: Fault) {
        *self.inner.fault.lock().unwrap() = fault;
    }

    /// Waits this long before each answer: what is asked side by side then arrives before either
    /// is answered, which tells it from what is asked one after the other.
    pub fn answer_slowly(&self, delay: Duration) {
        *self.inner.delay.lock().unwrap() = delay;
    }

    /// Stops a request to one of the operations that `stops` tells, after `pass` of them. The one
    /// end tells when it is there, the other lets it go.
    pub fn stop(
        &self,
        stops: fn(&str) -> bool,
        pass: usize,
    ) -> (oneshot::Receiver<()>, oneshot::Sender<()>) {
        let ((reached, is_reached), (open, opened)) = (oneshot::channel(), oneshot::channel());
        *self.inner.gate.lock().unwrap() = Some(Gate {
            stops,
            pass,
            reached,
            opened,
        });
        (is_reached, open)
    }
}

async fn pass(
    State(inner): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok());
    let depth = inner.answered.load(SeqCst) + 1;
    let operation = target.and_then(|target| Some(target.split_once('.')?.1.to_owned()));
    if let Some(operation) = operation.as_deref() {
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        inner.asked.lock().unwrap().push(Asked {
            operation: operation.to_owned(),
            body,
            depth,
        });
        if let Some(gate) = inner.gate_before(operation) {
            gate.reached.send(()).unwrap();
            gate.opened.await.unwrap();
        }
        if let Some(answer) = inner.faulty_answer(operation).await {
            return answer;
        }
    }
    let operation = operation.unwrap_or_default();
    let (body, left) = inner
        .leave_out(&operation, &body)
        .map_or((body, None), |(body, left)| (body, Some(left)));
    let mut request = axum::http::Request::builder()
        .method(method)
        .uri(format!("{}{uri}", inner.store));
    headers.remove("content-length");
    *request.headers_mut().unwrap() = headers;
    let response = inner
        .client
        .request(request.body(Full::new(body)).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let delay = *inner.delay.lock().unwrap();
    tokio::time::sleep(delay).await;
    inner.answered.fetch_max(depth, SeqCst);
    if inner.loses_answer(&operation) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    if let Some(left) = left {
        let mut answer: Value = serde_json::from_slice(&bytes).unwrap();
        answer["UnprocessedKeys"] = left;
        return axum::Json(answer).into_response();
    }
    Response::from_parts(parts, Body::from(bytes))
}

impl Inner {
    fn gate_before(&self, operation: &str) -> Option<Gate> {
        let mut waiting = self.gate.lock().unwrap();
        let gate = waiting.as_mut().filter(|gate| (gate.stops)(operation))?;
        if gate.pass > 0 {
            gate.pass -= 1;
            return None;
        }
        waiting.take()
    }

    /// Takes all rows but the first out of a request for several, if that is the matter: what is
    /// left of the request, and what is left out of the answer.
    fn leave_out(&self, operation: &str, body: &Bytes) -> Option<(Bytes, Value)> {
        let mut fault = self.fault.lock().unwrap();
        match *fault {
            Fault::LeavesOut(times) if times > 0 && operation == "BatchGetItem" => {
                *fault = Fault::LeavesOut(times - 1);
            }
            _ => return None,
        }
        let mut body: Value = serde_json::from_slice(body).unwrap();
        let (table, request) = body["RequestItems"].as_object_mut()?.iter_mut().next()?;
        let mut left = request.clone();
        left["Keys"].as_array_mut()?.remove(0);
        request["Keys"].as_array_mut()?.truncate(1);
        let left = json!({ table: left });
        Some((body.to_string().into(), left))
    }

    fn loses_answer(&self, operation: &str) -> bool {
        let mut fault = self.fault.lock().unwrap();
        match *fault {
            Fault::LostAnswerOf(name, 0) if name == operation => {
                *fault = Fault::None;
                true
            }
            Fault::LostAnswerOf(name, others) if name == operation => {
                *fault = Fault::LostAnswerOf(name, others - 1);
                false
            }
            _ => false,
        }
    }

    async fn faulty_answer(&self, operation: &str) -> Option<Response> {
        const THROTTLED: &str = "ProvisionedThroughputExceededException";
        let fault = self.fault.lock().unwrap().clone();
        match fault {
            Fault::None | Fault::LostAnswerOf(..) | Fault::LeavesOut(_) => None,
            Fault::Throttling => Some(refusal(StatusCode::BAD_REQUEST, THROTTLED, json!({}))),
            Fault::ThrottlingOf(name) => {
                (name == operation).then(|| refusal(StatusCode::BAD_REQUEST, THROTTLED, json!({})))
            }
            Fault::Silence => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                None
            }
            Fault::BadGateway => Some(StatusCode::BAD_GATEWAY.into_response()),
            Fault::InternalError => Some(refusal(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerError",
                json!({}),
            )),
            Fault::TransactionConflicts(0) | Fault::UpdateConflicts(0) => None,
            Fault::UpdateConflicts(left) => {
                if operation != "UpdateItem" {
                    return None;
                }
                *self.fault.lock().unwrap() = Fault::UpdateConflicts(left - 1);
                let conflict = "TransactionConflictException";
                Some(refusal(StatusCode::BAD_REQUEST, conflict, json!({})))
            }
            Fault::TransactionConflicts(left) => {
                if operation != "TransactWriteItems" {
                    return None;
                }
                *self.fault.lock().unwrap() = Fault::TransactionConflicts(left - 1);
                let reasons = json!({ "CancellationReasons": [{ "Code": "TransactionConflict" }] });
                Some(refusal(
                    StatusCode::BAD_REQUEST,
                    "TransactionCanceledException",
                    reasons,
                ))
            }
        }
    }
}

fn refusal(status: StatusCode, code: &str, mut body: Value) -> Response {
    body["__type"] = json!(format!("com.amazonaws.dynamodb.v20120810#{code}"));
    body["message"] = json!("a fault of the test");
    (
        status,
        [("content-type", "application/x-amz-json-1.0")],
        body.to_string(),
    )
        .into_response()
}
