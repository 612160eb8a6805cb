//! Stand-ins for SES, EventBridge and SQS, as far as the functions speak to them: the same requests
//! over the wire, kept in memory.

use super::{mail::Mail, template::Template};
use aws_types::{SdkConfig, sdk_config::RetryConfig};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use roster_dynamodb::{ConnectError, Connection, Timeouts};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::net::TcpListener;
use uuid::Uuid;

/// The queue that usage is reported to.
pub const USAGE: &str = "usage";

/// The queue of what could not be handled, of all functions.
pub const DEAD_LETTERS: &str = "dead-letters";

/// How often a message is delivered.
static MAX_RECEIVES: LazyLock<u32> = LazyLock::new(|| Template::load().max_receives());

/// When a message that failed is delivered again. Deployed it is minutes; nobody here waits so long.
const HIDDEN: Duration = Duration::from_millis(500);

/// Everything that was sent out of Roster on this machine. Clones are the same.
#[derive(Clone, Default)]
pub struct FakeAws {
    sent: Arc<Mutex<Sent>>,
    smtp: Option<AsyncSmtpTransport<Tokio1Executor>>,
}

#[derive(Default)]
struct Sent {
    mails: Vec<Mail>,
    events: Vec<Value>,
    queues: BTreeMap<String, Vec<Message>>,
}

/// A message in a queue.
#[derive(Clone, Debug)]
pub struct Message {
    /// The same on each delivery.
    pub id: String,
    /// As it was sent.
    pub body: String,
    /// How often it was received.
    pub receives: u32,
    hidden_until: Option<Instant>,
}

impl FakeAws {
    /// Delivers mails to the SMTP server at `host`:`port` too.
    pub fn with_smtp(host: &str, port: u16) -> Self {
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host);
        Self {
            smtp: Some(smtp.port(port).build()),
            ..Self::default()
        }
    }

    /// Serves it on a free port of the loopback address; where AWS clients find it.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn serve(&self) -> std::io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/v2/email/outbound-emails", post(send_email))
            .fallback(post(by_target))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(format!("http://{address}"))
    }

    /// Every mail, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.sent().mails.clone()
    }

    /// Every event, oldest first, as a rule's target gets it.
    pub fn events(&self) -> Vec<Value> {
        self.sent().events.clone()
    }

    /// Puts a message into a queue; its id.
    pub fn send(&self, queue: &str, body: String) -> String {
        let id = Uuid::new_v4().to_string();
        let message = Message {
            id: id.clone(),
            body,
            receives: 0,
            hidden_until: None,
        };
        let mut sent = self.sent();
        sent.queues
            .entry(queue.to_owned())
            .or_default()
            .push(message);
        id
    }

    /// What is in a queue, oldest first.
    pub fn queue(&self, queue: &str) -> Vec<Message> {
        self.sent().queues.get(queue).cloned().unwrap_or_default()
    }

    /// Up to `limit` messages of a queue that are due; they are not, for a while, to anybody else.
    pub fn receive(&self, queue: &str, limit: usize) -> Vec<Message> {
        let now = Instant::now();
        let mut sent = self.sent();
        let messages = sent.queues.entry(queue.to_owned()).or_default();
        let due = |message: &&mut Message| message.hidden_until.is_none_or(|until| until <= now);
        let received = messages.iter_mut().filter(due).take(limit);
        received
            .map(|message| {
                message.receives += 1;
                message.hidden_until = Some(now + HIDDEN);
                message.clone()
            })
            .collect()
    }

    /// Takes out the messages that were handled; a message that failed as often as it may goes to the dead letters.
    pub fn complete(&self, queue: &str, received: &[Message], failed: &[String]) {
        let mut dead = Vec::new();
        {
            let mut sent = self.sent();
            let messages = sent.queues.entry(queue.to_owned()).or_default();
            messages.retain(|message| {
                let is_received = received.iter().any(|received| received.id == message.id);
                let is_failed = failed.contains(&message.id);
                let is_dead = is_failed && message.receives >= *MAX_RECEIVES;
                if is_dead {
                    dead.push(message.body.clone());
                }
                !is_received || (is_failed && !is_dead)
            });
        }
        for body in dead {
            self.send(DEAD_LETTERS, body);
        }
    }

    fn sent(&self) -> MutexGuard<'_, Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// For clients of all services at one `endpoint`, such as `http://127.0.0.1:4566`, which takes any
/// credentials.
///
/// # Errors
/// See [`Connection::local`].
pub fn local_config(endpoint: &str) -> Result<SdkConfig, ConnectError> {
    const TIMEOUTS: Timeouts = Timeouts {
        attempt: Duration::from_secs(3),
        operation: Duration::from_secs(8),
    };
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(10));
    let config = Connection::local(endpoint, TIMEOUTS)?.config().to_builder();
    Ok(config.retry_config(retries).build())
}

/// SES: `SendEmail`.
async fn send_email(State(aws): State<FakeAws>, body: Bytes) -> Response {
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        return refusal("BadRequestException", "not JSON");
    };
    let number = aws.sent().mails.len() + 1;
    let mail = match Mail::of(number, &request) {
        Ok(mail) => mail,
        Err(error) => return refusal("MessageRejected", &error),
    };
    if let Some(smtp) = &aws.smtp
        && let Err(error) = smtp.send_raw(&mail.envelope, &mail.raw).await
    {
        tracing::warn!(%error, "the SMTP server did not take a mail; it is at /outbox all the same");
    }
    let id = mail.id.clone();
    aws.sent().mails.push(mail);
    axum::Json(json!({ "MessageId": id })).into_response()
}

/// EventBridge and SQS, which say in a header what is asked.
async fn by_target(State(aws): State<FakeAws>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers.get("x-amz-target");
    let target = target.and_then(|target| target.to_str().ok());
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let answer = match target.unwrap_or_default() {
        "AWSEvents.PutEvents" => aws.put_events(&request),
        "AmazonSQS.SendMessage" => {
            let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
            let url = text("QueueUrl");
            let queue = url.rsplit('/').next().unwrap_or_default();
            json!({ "MessageId": aws.send(queue, text("MessageBody")) })
        }
        other => return refusal("UnknownOperationException", other),
    };
    axum::Json(answer).into_response()
}

impl FakeAws {
    fn put_events(&self, request: &Value) -> Value {
        let mut ids = Vec::new();
        for entry in request["Entries"].as_array().into_iter().flatten() {
            let id = Uuid::new_v4().to_string();
            let detail = entry["Detail"].as_str().unwrap_or_default();
            self.sent().events.push(json!({
                "id": id,
                "source": entry["Source"],
                "detail-type": entry["DetailType"],
                "time": entry["Time"],
                "detail": serde_json::from_str::<Value>(detail).unwrap_or_default(),
            }));
            ids.push(json!({ "EventId": id }));
        }
        json!({ "FailedEntryCount": 0, "Entries": ids })
    }
}

fn refusal(code: &str, message: &str) -> Response {
    let headers = [("x-amzn-errortype", code.to_owned())];
    let body = json!({ "__type": code, "message": message });
    (StatusCode::BAD_REQUEST, headers, axum::Json(body)).into_response()
}
