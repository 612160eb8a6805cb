//! A proxy before the embedded DynamoDB, which looks at every request.
//!
//! A measured function must meet what it meets in the cloud: a host name to resolve, a TLS 1.3
//! handshake with certificates to check, DynamoDB's protocol. This proxy ends TLS, asks for the
//! consumed capacity of every call, writes it down, and takes it out of the answer again. It also
//! notes which items are written, so that they can be put back.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, Uri, header::CONTENT_LENGTH};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use roster_local::{StoreCall, ask_for_capacity, store_operation, take_capacity};
use rustls::ServerConfig;
use serde_json::{Map, Value, json};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::Error;

/// The proxy that measured functions are pointed at.
pub struct Proxy {
    /// What goes into `AWS_ENDPOINT_URL_DYNAMODB`.
    pub endpoint: String,
    inner: Arc<Inner>,
}

struct Inner {
    store: Uri,
    client: Client<HttpConnector, Full<Bytes>>,
    calls: Mutex<Vec<StoreCall>>,
    written: Mutex<Vec<Value>>,
    delay_micros: AtomicU64,
}

impl Proxy {
    /// Listens on a free port, with TLS unless that is `None`, and passes on to the store at `store`,
    /// an `http` URL.
    pub async fn before(store: &str, tls: Option<Arc<ServerConfig>>) -> Result<Self, Error> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let endpoint = format!("{scheme}://localhost:{}", listener.local_addr()?.port());
        let inner = Arc::new(Inner {
            store: store.parse()?,
            client: Client::builder(TokioExecutor::new()).build_http(),
            calls: Mutex::default(),
            written: Mutex::default(),
            delay_micros: AtomicU64::new(0),
        });
        tokio::spawn(accept(listener, tls.map(TlsAcceptor::from), inner.clone()));
        Ok(Self { endpoint, inner })
    }

    /// Makes every call take at least this long, so that calls sent side by side do overlap.
    pub fn delay(&self, delay: Duration) {
        let micros = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX);
        self.inner.delay_micros.store(micros, Ordering::Relaxed);
    }

    /// Takes the calls written down since it was last asked.
    pub fn take_calls(&self) -> Vec<StoreCall> {
        std::mem::take(&mut *lock(&self.inner.calls))
    }

    /// Takes the keys of the items that were written since it was last asked.
    pub fn take_written(&self) -> Vec<Value> {
        std::mem::take(&mut *lock(&self.inner.written))
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, inner: Arc<Inner>) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let (tls, inner) = (tls.clone(), inner.clone());
        tokio::spawn(async move {
            match tls {
                None => serve(stream, inner).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => serve(stream, inner).await,
                    Err(error) => eprintln!("no TLS session: {error}"),
                },
            }
        });
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, inner: Arc<Inner>) {
    let service = service_fn(move |request| {
        let inner = inner.clone();
        async move { Ok::<_, Infallible>(inner.serve(request).await) }
    });
    // A function that is killed breaks its connection: no news.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    /// The engine's answer, or a 500 that the function takes for a fault of the store.
    async fn serve(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        self.forward(request).await.unwrap_or_else(|error| {
            eprintln!("the store failed: {error}");
            let mut response = Response::default();
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        })
    }

    async fn forward(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Error> {
        let started = Instant::now();
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let operation = store_operation(&parts.method, &parts.headers);
        self.note_writes(&body);
        let (body, asked) = ask_for_capacity(&body);

        let mut forward = Request::builder()
            .method(parts.method)
            .uri(self.store.clone());
        for (name, value) in parts
            .headers
            .iter()
            .filter(|(name, _)| *name != CONTENT_LENGTH)
        {
            forward = forward.header(name, value);
        }
        let response = self.client.request(forward.body(Full::new(body))?).await?;
        let (mut head, body) = response.into_parts();
        let (body, units) = take_capacity(body.collect().await?.to_bytes(), asked);
        head.headers
            .insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        head.headers
            .insert("x-amz-crc32", HeaderValue::from(crc32fast::hash(&body)));

        let delay = Duration::from_micros(self.delay_micros.load(Ordering::Relaxed));
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        lock(&self.calls).push(StoreCall {
            operation,
            units,
            started,
            ended: Instant::now(),
        });
        Ok(Response::from_parts(head, Full::new(body)))
    }

    /// Notes what a request writes.
    fn note_writes(&self, body: &Bytes) {
        let Ok(Value::Object(request)) = serde_json::from_slice(body) else {
            return;
        };
        let steps = request.get("TransactItems").and_then(Value::as_array);
        let steps = steps.into_iter().flatten().filter_map(Value::as_object);
        let writes = steps.flat_map(Map::values).filter_map(Value::as_object);
        lock(&self.written).extend(writes.chain([&request]).filter_map(key));
    }
}

/// The key of the item that a `Put`, `Update` or `Delete` is about.
fn key(request: &Map<String, Value>) -> Option<Value> {
    let item = request.get("Item").or_else(|| request.get("Key"))?;
    Some(json!({ "PK": item["PK"], "SK": item["SK"] }))
}
