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
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::net::TcpListener;

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
    /// It answers so many transactions that another one was in the way, and then works.
    TransactionConflicts(usize),
    /// Nothing, but for operations of this name, which are throttled.
    ThrottlingOf(&'static str),
}

#[derive(Clone, Debug)]
pub struct Asked {
    pub operation: String,
    pub body: Value,
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
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.inner.asked.lock().unwrap().clone()
    }

    pub fn fault(&self, fault: Fault) {
        *self.inner.fault.lock().unwrap() = fault;
    }
}

async fn pass(
    State(inner): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok());
    if let Some((_, operation)) = target.and_then(|target| target.split_once('.')) {
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        inner.asked.lock().unwrap().push(Asked {
            operation: operation.to_owned(),
            body,
        });
        if let Some(answer) = inner.faulty_answer(operation).await {
            return answer;
        }
    }
    let mut request = axum::http::Request::builder()
        .method(method)
        .uri(format!("{}{uri}", inner.store));
    *request.headers_mut().unwrap() = headers;
    let response = inner
        .client
        .request(request.body(Full::new(body)).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, Body::from(bytes))
}

impl Inner {
    async fn faulty_answer(&self, operation: &str) -> Option<Response> {
        const THROTTLED: &str = "ProvisionedThroughputExceededException";
        let fault = self.fault.lock().unwrap().clone();
        match fault {
            Fault::None => None,
            Fault::Throttling => Some(refusal(StatusCode::BAD_REQUEST, THROTTLED, json!({}))),
            Fault::ThrottlingOf(name) => {
                (name == operation).then(|| refusal(StatusCode::BAD_REQUEST, THROTTLED, json!({})))
            }
            Fault::Silence => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                None
            }
            Fault::InternalError => Some(refusal(
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerError",
                json!({}),
            )),
            Fault::TransactionConflicts(0) => None,
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
