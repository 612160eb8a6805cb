//! What follows an answer: the functions that the stream and the queue feed, and the fake AWS that
//! their mails and events end up in.

use super::{TestApp, app::connect};
use roster_domain::Timestamp;
use roster_dynamodb::Timeouts;
use roster_functions::App;
use roster_local::{
    self as local, DEAD_LETTERS, DataFolder, EventSourceMapping, Mail, SequenceNumber, Stream,
    StreamMapping, USAGE, local_config,
};
use serde_json::{Value, json};
use std::{iter, path::Path, sync::Arc, time::Duration};
use tokio::task::JoinHandle;

/// Where nothing listens.
pub const NOWHERE: &str = "http://127.0.0.1:9";

/// The operation by which a mail is handed over: SES is told it by the path.
pub const SEND_EMAIL: &str = "/v2/email/outbound-emails";

const PUBLIC_URL: &str = "https://roster.test";

/// The fake SES, EventBridge and SQS. Clones are the same.
#[derive(Clone)]
pub struct FakeAws(local::FakeAws);

impl Default for FakeAws {
    fn default() -> Self {
        Self(local::FakeAws::in_memory().unwrap())
    }
}

impl FakeAws {
    /// One that keeps everything in a data folder.
    pub fn in_folder(folder: &Path) -> Self {
        let folder = Arc::new(DataFolder::open(folder).unwrap());
        Self(local::FakeAws::open(Some(&folder)).unwrap())
    }

    pub fn send_dead_letter(&self, body: &str) {
        self.0.send(DEAD_LETTERS, body.to_owned()).unwrap();
    }

    /// Starts to serve: where.
    pub async fn serve(&self) -> String {
        self.0.serve().await.unwrap()
    }

    /// Every mail, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.0.mails().unwrap()
    }

    /// The mails to an address, oldest first.
    pub fn mails_to(&self, email: &str) -> Vec<Mail> {
        let mails = self.mails().into_iter();
        mails.filter(|mail| mail.to == email).collect()
    }

    /// Every event, oldest first.
    pub fn events(&self) -> Vec<Value> {
        self.0.events().unwrap()
    }

    /// Reports usage.
    pub fn report(&self, report: String) {
        self.0.send(USAGE, report).unwrap();
    }

    /// The body of every dead letter, oldest first.
    pub fn dead_letters(&self) -> Vec<String> {
        let letters = self.0.queue(DEAD_LETTERS).unwrap().into_iter();
        letters.map(|letter| letter.body).collect()
    }
}

/// The code in a mail.
pub fn code_in(mail: &Mail) -> Option<&str> {
    code_in_text(&mail.text)
}

/// The code in the text of a mail.
pub fn code_in_text(text: &str) -> Option<&str> {
    let (_, fragment) = text.split_once("#code=")?;
    fragment.split('&').next()
}

/// The functions that the stream and the queue feed.
#[derive(Clone)]
pub struct Workers(Arc<local::Workers>);

impl Workers {
    /// Gives a function a batch, as Lambda does: what it answers.
    pub async fn deliver(&self, binary: &str, batch: Value) -> Value {
        self.0.invoke(binary, batch).await.unwrap()
    }

    /// Gives a function a batch: the items that are to come again.
    pub async fn failures_of(&self, binary: &str, batch: Value) -> Vec<String> {
        let response = self.deliver(binary, batch).await;
        let failures = response["batchItemFailures"].as_array().unwrap().iter();
        failures
            .map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Those functions, with what brings them their work.
pub struct BackgroundWorkers {
    inner: local::BackgroundWorkers,
    pub aws: FakeAws,
    pub workers: Workers,
}

impl BackgroundWorkers {
    /// Works until nothing is left to do.
    pub async fn run_until_idle(&mut self) {
        self.inner.run_until_idle().await.unwrap();
    }

    /// Works until also no usage is left to be counted, however often it has to come.
    pub async fn run_until_all_is_counted(&mut self) {
        self.run_until_idle().await;
        while !self.aws.0.queue(USAGE).unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.run_until_idle().await;
        }
    }

    /// Works side by side with something else, until that is done.
    pub async fn run_beside<T>(&mut self, other: impl Future<Output = T>) -> T {
        tokio::select! {
            () = self.inner.run() => unreachable!("it works for ever"),
            outcome = other => outcome,
        }
    }

    /// Works for ever, side by side with the test.
    pub fn spawn(mut self) -> JoinHandle<()> {
        tokio::spawn(async move { self.inner.run().await })
    }
}

impl TestApp {
    pub async fn background_workers(&self) -> BackgroundWorkers {
        self.background_workers_of(FakeAws::default(), None).await
    }

    /// What feeds these functions, which reach `aws` in their own way, or some that reach it directly.
    pub async fn background_workers_of(
        &self,
        aws: FakeAws,
        workers: Option<Workers>,
    ) -> BackgroundWorkers {
        let inner =
            local::BackgroundWorkers::connect(&self.app, &self.store, aws.0.clone(), PUBLIC_URL);
        let mut inner = inner.await.unwrap();
        if let Some(workers) = workers {
            inner.workers = workers.0;
        }
        BackgroundWorkers {
            workers: Workers(inner.workers.clone()),
            inner,
            aws,
        }
    }

    /// Workers that reach the app's own store, and AWS at an address.
    pub fn workers_with_aws(&self, aws: &str) -> Workers {
        self.workers_at(None, aws, Timeouts::LOCAL)
    }

    /// Workers that reach store and AWS at these addresses.
    pub fn workers(&self, store: &str, aws: &str) -> Workers {
        self.workers_at(Some(store), aws, Timeouts::LOCAL)
    }

    /// Workers that reach store and AWS at these addresses, and wait as deployed ones do.
    pub fn deployed_workers(&self, store: &str, aws: &str) -> Workers {
        self.workers_at(Some(store), aws, Timeouts::DEPLOYED)
    }

    fn workers_at(&self, store: Option<&str>, aws: &str, timeouts: Timeouts) -> Workers {
        let mut app: App = self.app.clone();
        if let Some(store) = store {
            app.repository = connect(store, timeouts);
        }
        let config = local_config(aws).unwrap();
        Workers(Arc::new(local::Workers::connect(&app, &config, PUBLIC_URL)))
    }

    /// Every record of the table's stream, oldest first.
    pub fn stream_records(&self) -> Vec<Value> {
        self.stream_batches().flatten().collect()
    }

    /// The same, up to a thousand at a time.
    pub fn stream_batches(&self) -> impl Iterator<Item = Vec<Value>> {
        let mut stream = Stream::of(self.store.database()).unwrap();
        let read = move || Some(stream.read().unwrap());
        iter::from_fn(read).take_while(|records| !records.is_empty())
    }
}

/// How a function is fed by a stream in lanes: batches of two, until a record is a minute old.
pub struct Lanes {
    mapping: EventSourceMapping,
    aws: FakeAws,
}

impl Lanes {
    pub fn new(lanes: usize, retries: Option<u64>) -> Self {
        Self::after(None, lanes, retries)
    }

    /// Those of a program that an earlier run left at a checkpoint.
    pub fn after(checkpoint: Option<&str>, lanes: usize, retries: Option<u64>) -> Self {
        let mapping = StreamMapping {
            binary: "send-mail".into(),
            filters: vec![json!({})],
            batch_size: 2,
            retries,
            max_age: Some(Duration::from_secs(60)),
            lanes,
        };
        Self {
            mapping: EventSourceMapping::after(mapping, checkpoint.and_then(SequenceNumber::parse)),
            aws: FakeAws::default(),
        }
    }

    pub fn take(&mut self, records: &[Value], now: Timestamp) {
        self.mapping.take(records, now);
    }

    /// The next batch of every lane that is at rest.
    pub fn batches(&mut self, now: Timestamp) -> Vec<(usize, Value)> {
        self.mapping.batches(now, &self.aws.0)
    }

    /// Tells what the function answered to the batch of a lane, if it did.
    pub fn end(&mut self, lane: usize, response: Option<&Value>) {
        self.mapping.complete(lane, response, &self.aws.0);
    }

    /// Up to which sequence number everything was handled, or given up.
    pub fn checkpoint(&self) -> Option<String> {
        let checkpoint = self.mapping.checkpoint();
        checkpoint.map(|number| number.to_string())
    }

    pub fn is_busy(&self) -> bool {
        self.mapping.is_busy()
    }

    pub fn dead_letters(&self) -> Vec<String> {
        self.aws.dead_letters()
    }
}
