//! The Lambda Runtime API, as the service offers it to a function's `bootstrap`.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>. One function process talks to
//! one [`RuntimeApi`]; an invocation starts when [`RuntimeApi::invoke`] is called, or when the
//! process first asks for work, whichever is later.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    task::JoinHandle,
};

use crate::Error;

const PREFIX: &str = "/2018-06-01/runtime/";
/// How long an invocation may take before the measurement is given up. Callgrind slows a process
/// fiftyfold, hence the width.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What the function said to one invocation.
#[derive(Debug)]
pub struct Answer {
    /// The body it posted: an API Gateway response object for an HTTP function.
    pub body: Bytes,
    /// When the whole body had arrived.
    pub at: Instant,
}

enum Said {
    Idle,
    Answer(Answer),
    Failure(String),
}

/// The Runtime API for one function process, on a loopback port of its own.
pub struct RuntimeApi {
    /// What goes into `AWS_LAMBDA_RUNTIME_API`.
    pub address: SocketAddr,
    events: mpsc::UnboundedSender<Bytes>,
    said: mpsc::UnboundedReceiver<Said>,
    server: JoinHandle<()>,
}

struct Shared {
    events: Mutex<mpsc::UnboundedReceiver<Bytes>>,
    said: mpsc::UnboundedSender<Said>,
}

impl RuntimeApi {
    /// Binds a loopback port and starts to serve.
    pub async fn start() -> Result<Self, Error> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (events, receive_events) = mpsc::unbounded_channel();
        let (say, said) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            events: Mutex::new(receive_events),
            said: say,
        });
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                let shared = shared.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| serve(shared.clone(), request));
                    // A function that is killed breaks its connection: no news.
                    let _ = http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Ok(Self {
            address,
            events,
            said,
            server,
        })
    }

    /// Hands the function an event and waits for its answer.
    pub async fn invoke(&mut self, event: Bytes) -> Result<Answer, Error> {
        self.events.send(event)?;
        loop {
            match self.next_word().await? {
                Said::Idle => {}
                Said::Answer(answer) => return Ok(answer),
                Said::Failure(why) => return Err(format!("the function failed: {why}").into()),
            }
        }
    }

    /// Waits until the function asks for its next event: whatever it does after an answer is done.
    pub async fn idle(&mut self) -> Result<(), Error> {
        match self.next_word().await? {
            Said::Idle => Ok(()),
            Said::Answer(_) => Err("the function answered an event that it was not given".into()),
            Said::Failure(why) => Err(format!("the function failed: {why}").into()),
        }
    }

    async fn next_word(&mut self) -> Result<Said, Error> {
        tokio::time::timeout(TIMEOUT, self.said.recv())
            .await
            .map_err(|_| "the function has said nothing for a minute")?
            .ok_or_else(|| "the Runtime API has stopped".into())
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await.map(|body| body.to_bytes()) else {
        return Ok(status(StatusCode::BAD_REQUEST));
    };
    let path = parts.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let at = Instant::now();
    let last = path.rsplit('/').next().unwrap_or_default();
    // The receiver is gone once the measurement is over; nobody is left to tell.
    let say = |word| drop(shared.said.send(word));
    Ok(match (parts.method, path, last) {
        (Method::GET, "invocation/next", _) => {
            say(Said::Idle);
            match shared.events.lock().await.recv().await {
                Some(event) => invocation(event),
                None => status(StatusCode::GONE),
            }
        }
        (Method::POST, _, "response") => {
            say(Said::Answer(Answer { body, at }));
            status(StatusCode::ACCEPTED)
        }
        (Method::POST, _, "error") => {
            say(Said::Failure(String::from_utf8_lossy(&body).into_owned()));
            status(StatusCode::ACCEPTED)
        }
        _ => status(StatusCode::NOT_FOUND),
    })
}

/// The answer to `next`: the event, and the headers that describe the invocation.
fn invocation(event: Bytes) -> Response<Full<Bytes>> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let deadline = (now + Duration::from_secs(30)).as_millis();
    let mut response = Response::new(Full::new(event));
    let headers = response.headers_mut();
    let fixed = |value| http::HeaderValue::from_static(value);
    headers.insert("content-type", fixed("application/json"));
    headers.insert(
        "lambda-runtime-aws-request-id",
        fixed("8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
    );
    headers.insert(
        "lambda-runtime-deadline-ms",
        http::HeaderValue::from(deadline as u64),
    );
    headers.insert(
        "lambda-runtime-invoked-function-arn",
        fixed("arn:aws:lambda:eu-central-1:123456789012:function:bench"),
    );
    headers.insert(
        "lambda-runtime-trace-id",
        fixed("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"),
    );
    response
}

fn status(code: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = code;
    response
}
