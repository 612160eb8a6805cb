//! Stand-ins for SES, EventBridge and SQS, as far as the functions speak to them: the same requests
//! over the wire. What they are given is kept before they answer.

use super::{
    data_folder::DataFolder,
    mail::Mail,
    mailbox_simulator,
    state::{State, StateError},
    template::Template,
    web_pages::refuse_web_pages,
};
use aws_types::{SdkConfig, sdk_config::RetryConfig};
use axum::{
    Router,
    body::Bytes,
    extract,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use roster_dynamodb::{ConnectError, Connection, Timeouts};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::net::TcpListener;
use uuid::Uuid;

/// The queue that usage is reported to.
pub const USAGE: &str = "usage";

/// What SES tells of mails, on its way to the function `mail-feedback`.
pub const MAIL_FEEDBACK: &str = "mail-feedback";

/// The queue of what could not be handled, of all functions.
pub const DEAD_LETTERS: &str = "dead-letters";

/// How often a message is delivered.
static MAX_RECEIVES: LazyLock<u32> = LazyLock::new(|| Template::load().max_receives());

/// When a message that failed is delivered again. Deployed it is minutes; nobody here waits so long.
const HIDDEN: Duration = Duration::from_millis(500);

/// How long the SMTP server may take to answer when Roster starts.
const SMTP_TIMEOUT: Duration = Duration::from_secs(5);

/// Everything that was sent out of Roster on this machine. Clones are the same.
#[derive(Clone)]
pub struct FakeAws {
    state: Arc<State>,
    /// Messages that were received and wait for their end, or for their next delivery.
    hidden: Arc<Mutex<HashMap<String, Instant>>>,
    smtp: Option<AsyncSmtpTransport<Tokio1Executor>>,
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
}

impl FakeAws {
    /// One that forgets everything when the program ends.
    ///
    /// # Errors
    /// See [`FakeAws::open`].
    pub fn in_memory() -> Result<Self, StateError> {
        Self::open(None)
    }

    /// One that keeps what it is given in `folder`, and has what an earlier run was given.
    ///
    /// # Errors
    /// When its file cannot be used.
    pub fn open(folder: Option<&Arc<DataFolder>>) -> Result<Self, StateError> {
        Ok(Self {
            state: Arc::new(State::open(folder)?),
            hidden: Arc::default(),
            smtp: None,
        })
    }

    /// Delivers mails to the SMTP server at `host`:`port` too.
    pub fn with_smtp(self, host: &str, port: u16) -> Self {
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host);
        Self {
            smtp: Some(smtp.port(port).build()),
            ..self
        }
    }

    /// Whether the SMTP server answers, if there is one.
    ///
    /// # Errors
    /// When it does not: what it says, or why it cannot be reached.
    pub async fn check_smtp(&self) -> Result<(), String> {
        let Some(smtp) = &self.smtp else {
            return Ok(());
        };
        match tokio::time::timeout(SMTP_TIMEOUT, smtp.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("it takes no commands".into()),
            Ok(Err(error)) => Err(error_chain(&error)),
            Err(_) => Err("it is silent".into()),
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
        let router = refuse_web_pages(router);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(format!("http://{address}"))
    }

    /// The newest thousand mails, oldest first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn mails(&self) -> Result<Vec<Mail>, StateError> {
        self.state.mails()
    }

    /// The mail with a number, if it is kept.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn mail(&self, number: i64) -> Result<Option<Mail>, StateError> {
        self.state.mail(number)
    }

    /// The newest thousand events, oldest first, as a rule's target gets them.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn events(&self) -> Result<Vec<Value>, StateError> {
        self.state.events()
    }

    /// Puts a message into a queue; its id.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn send(&self, queue: &str, body: String) -> Result<String, StateError> {
        let id = Uuid::new_v4().to_string();
        self.state.add_message(queue, &id, &body)?;
        Ok(id)
    }

    /// What is in a queue, oldest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn queue(&self, queue: &str) -> Result<Vec<Message>, StateError> {
        self.state.messages(queue, usize::MAX)
    }

    /// Up to `limit` messages of a queue that are due; they are not, for a while, to anybody else.
    ///
    /// # Errors
    /// When the queue cannot be read, or the deliveries not be counted.
    pub fn receive(&self, queue: &str, limit: usize) -> Result<Vec<Message>, StateError> {
        let now = Instant::now();
        let mut hidden = self.hidden();
        hidden.retain(|_, until| *until > now);
        let mut received = self.state.messages(queue, limit + hidden.len())?;
        received.retain(|message| !hidden.contains_key(&message.id));
        received.truncate(limit);
        if received.is_empty() {
            return Ok(received);
        }
        for message in &mut received {
            message.receives += 1;
        }
        self.state.count_receives(&received)?;
        let ids = received.iter().map(|message| message.id.clone());
        hidden.extend(ids.map(|id| (id, now + HIDDEN)));
        Ok(received)
    }

    /// Takes out the messages that were handled; a message that failed as often as it may goes to the
    /// dead letters.
    ///
    /// # Errors
    /// When that cannot be kept: they are delivered again then.
    pub fn complete(&self, received: &[Message], failed: &[String]) -> Result<(), StateError> {
        let is_failed = |message: &&Message| failed.contains(&message.id);
        let (failed, handled): (Vec<_>, Vec<_>) = received.iter().partition(is_failed);
        let is_dead = |message: &&Message| message.receives >= *MAX_RECEIVES;
        let dead: Vec<_> = failed.into_iter().filter(is_dead).collect();
        self.state.complete_messages(&handled, &dead, DEAD_LETTERS)
    }

    /// What it keeps, and what the event source mappings keep with it.
    pub(crate) fn state(&self) -> &Arc<State> {
        &self.state
    }

    fn hidden(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.hidden.lock().unwrap_or_else(PoisonError::into_inner)
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
async fn send_email(extract::State(aws): extract::State<FakeAws>, body: Bytes) -> Response {
    let Ok(request) = serde_json::from_slice::<Value>(&body) else {
        return refusal("BadRequestException", "not JSON");
    };
    let (mut mail, envelope) = match Mail::of(&request) {
        Ok(mail) => mail,
        Err(error) => return refusal("MessageRejected", &error),
    };
    let feedback = mailbox_simulator::event(&request, &mail);
    let kept = aws.state.add_mail(&mut mail);
    let told = feedback.map(|event| aws.send(MAIL_FEEDBACK, event.to_string()));
    if let Err(error) = kept.and(told.transpose().map(drop)) {
        return failure(&error);
    }
    if let Some(smtp) = &aws.smtp
        && let Err(error) = smtp.send_raw(&envelope, &mail.raw).await
    {
        tracing::warn!(%error, "the SMTP server did not take a mail; it is at /outbox all the same");
    }
    axum::Json(json!({ "MessageId": mail.id })).into_response()
}

/// EventBridge and SQS, which say in a header what is asked.
async fn by_target(
    extract::State(aws): extract::State<FakeAws>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let target = headers.get("x-amz-target");
    let target = target.and_then(|target| target.to_str().ok());
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let answer = match target.unwrap_or_default() {
        "AWSEvents.PutEvents" => aws.put_events(&request),
        "AmazonSQS.SendMessage" => {
            let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
            let url = text("QueueUrl");
            let queue = url.rsplit('/').next().unwrap_or_default();
            let sent = aws.send(queue, text("MessageBody"));
            sent.map(|id| json!({ "MessageId": id }))
        }
        other => return refusal("UnknownOperationException", other),
    };
    match answer {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(error) => failure(&error),
    }
}

impl FakeAws {
    fn put_events(&self, request: &Value) -> Result<Value, StateError> {
        let (mut events, mut ids) = (Vec::new(), Vec::new());
        for entry in request["Entries"].as_array().into_iter().flatten() {
            let id = Uuid::new_v4().to_string();
            let detail = entry["Detail"].as_str().unwrap_or_default();
            let detail = serde_json::from_str(detail).unwrap_or_default();
            let entry = json!({
                "source": entry["Source"],
                "detail-type": entry["DetailType"],
                "time": entry["Time"],
            });
            events.push(delivered_event(&json!(id), &entry, detail));
            ids.push(json!({ "EventId": id }));
        }
        self.state.add_events(&events)?;
        Ok(json!({ "FailedEntryCount": 0, "Entries": ids }))
    }
}

/// An event as EventBridge delivers it:
/// <https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html>. `PutEvents` has the
/// time in seconds since 1970, and a target gets it in ISO 8601, to the second.
pub(super) fn delivered_event(id: &Value, entry: &Value, detail: Value) -> Value {
    let seconds = entry["time"].as_f64().unwrap_or_default();
    let time = jiff::Timestamp::from_second(seconds as i64).unwrap_or_default();
    json!({
        "version": "0",
        "id": id,
        "detail-type": entry["detail-type"],
        "source": entry["source"],
        "account": "123456789012",
        "time": time.to_string(),
        "region": "eu-central-1",
        "resources": [],
        "detail": detail,
    })
}

/// An error with its causes.
fn error_chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut texts: Vec<String> = causes.map(ToString::to_string).collect();
    // Some say what their cause says.
    texts.dedup_by(|inner, outer| outer.contains(&**inner));
    texts.join(": ")
}

fn refusal(code: &str, message: &str) -> Response {
    error_response(StatusCode::BAD_REQUEST, code, message)
}

/// The caller tries again.
fn failure(error: &StateError) -> Response {
    tracing::error!(%error, "a request to a stand-in for AWS failed");
    let (status, code) = (StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure");
    error_response(status, code, &error.to_string())
}

fn error_response(status: StatusCode, code: &str, message: &str) -> Response {
    let headers = [("x-amzn-errortype", code.to_owned())];
    let body = json!({ "__type": code, "message": message });
    (status, headers, axum::Json(body)).into_response()
}
