//! What a [`Proxy`](super::Proxy) can do to a request.

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::Limited;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

#[derive(Clone, Debug)]
pub enum Action {
    /// The request arrives, and so does its answer.
    Pass,
    /// It never arrives: an error answers it, in the form of AWS's services.
    Refuse {
        status: u16,
        code: &'static str,
        /// What the error's body has beside its type and message.
        fields: Value,
    },
    /// It never arrives: something on the way answers 502, without a word.
    BadGateway,
    /// It is done, and the answer is lost on the way back: the client gets 502.
    LoseAnswer,
    /// It is done, and of its answer only the beginning arrives: the connection breaks off amid it.
    Truncate,
    /// It never arrives, and nothing answers it.
    HangBefore,
    /// It is done, and nothing answers it.
    HangAfter,
    /// It waits at the gate before it goes on.
    HoldUntil(Gate),
    /// Of a `BatchGetItem` for several rows only the first is done; the others are left out of the
    /// answer, as `UnprocessedKeys`. One for a single row passes: there is nothing to leave out.
    LeaveOut,
    /// Its answer comes this much later.
    Delay(Duration),
}

impl Action {
    pub fn refuse(status: u16, code: &'static str) -> Self {
        let fields = json!({});
        Self::Refuse {
            status,
            code,
            fields,
        }
    }

    /// DynamoDB is asked for more than it will do.
    pub fn throttled() -> Self {
        Self::refuse(400, "ProvisionedThroughputExceededException")
    }

    /// DynamoDB has failed.
    pub fn internal_error() -> Self {
        Self::refuse(500, "InternalServerError")
    }

    /// A transaction was in the way of a single write.
    pub fn write_conflict() -> Self {
        Self::refuse(400, "TransactionConflictException")
    }

    /// Another transaction was in the way of this one.
    pub fn transaction_conflict() -> Self {
        Self::Refuse {
            status: 400,
            code: "TransactionCanceledException",
            fields: json!({ "CancellationReasons": [{ "Code": "TransactionConflict" }] }),
        }
    }
}

/// Holds requests until it is opened.
#[derive(Clone, Debug)]
pub struct Gate {
    held: Arc<Semaphore>,
    closed: Arc<Semaphore>,
}

impl Gate {
    pub fn new() -> Self {
        Self {
            held: Arc::new(Semaphore::new(0)),
            closed: Arc::new(Semaphore::new(0)),
        }
    }

    /// One that is opened after a while.
    pub fn opening_after(wait: Duration) -> Self {
        let gate = Self::new();
        let opening = gate.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            opening.open();
        });
        gate
    }

    /// Waits until a request is held; the second time, until a second one is, and so on.
    pub async fn reached(&self) {
        self.held.acquire().await.unwrap().forget();
    }

    /// Lets go what is held, and whatever comes later.
    pub fn open(&self) {
        self.closed.close();
    }

    pub(super) async fn hold(&self) {
        self.held.add_permits(1);
        // Nobody gives a permit: this ends when the semaphore itself does.
        assert!(self.closed.acquire().await.is_err());
    }
}

/// An error as AWS's services answer it: those that are told the operation by a header name the
/// error in the body, those with a path for each operation also in a header.
pub(super) fn refusal(status: u16, code: &str, fields: &Value, has_target: bool) -> Response {
    let mut body = fields.clone();
    body["__type"] = json!(format!("com.amazonaws.dynamodb.v20120810#{code}"));
    body["message"] = json!("a fault of the test");
    let status = StatusCode::from_u16(status).unwrap();
    let content_type = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
    let mut response = (status, content_type, body.to_string()).into_response();
    if !has_target {
        let headers = response.headers_mut();
        headers.insert("x-amzn-errortype", code.parse().unwrap());
    }
    response
}

/// An answer amid which the connection breaks off.
pub(super) fn truncated(response: Response) -> Response {
    // A body that fails ends the connection, and one with room for a single byte fails.
    let mut response = response.map(|body| Body::new(Limited::new(body, 1)));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response
}

/// How many rows a `BatchGetItem` is for.
pub(super) fn keys(body: &Value) -> usize {
    let tables = body["RequestItems"].as_object().into_iter().flatten();
    let keys = tables.map(|(_, request)| request["Keys"].as_array().map_or(0, Vec::len));
    keys.sum()
}

/// A `BatchGetItem` for the first of its rows, and the others as `UnprocessedKeys`.
pub(super) fn first_key_only(body: &Value) -> (Bytes, Value) {
    let mut body = body.clone();
    let tables = body["RequestItems"].as_object_mut().unwrap();
    let (table, request) = tables.iter_mut().next().unwrap();
    let mut others = request.clone();
    others["Keys"].as_array_mut().unwrap().remove(0);
    request["Keys"].as_array_mut().unwrap().truncate(1);
    let others = json!({ table: others });
    (body.to_string().into(), others)
}

pub(super) async fn with_unprocessed(response: Response, left_out: Value) -> Response {
    let (_, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let mut answer: Value = serde_json::from_slice(&bytes).unwrap();
    answer["UnprocessedKeys"] = left_out;
    axum::Json(answer).into_response()
}
