//! What happens after an answer, on this machine: the stream and the queue are played to the same
//! functions that are deployed.

use super::{
    checkpoints::Checkpoints,
    event_source_mapping::EventSourceMapping,
    fake_aws::{DEAD_LETTERS, FakeAws, MAIL_FEEDBACK, Message, USAGE, local_config},
    store::EmbeddedStore,
    stream::Stream,
    template::Template,
};
use aws_lambda_events::sqs::SqsEvent;
use aws_types::SdkConfig;
use roster_domain::Clock;
use roster_functions::{
    App,
    workers::{
        close_account::Closer,
        mail_feedback,
        publish_events::{EventSettings, Publisher},
        record_usage,
        send_mail::{MailSettings, Mailer},
    },
};
use serde_json::{Value, json};
use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// The sender of mails on this machine.
const SENDER: &str = "roster@example.com";

/// How often the stream and the queue are looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// How long [`BackgroundWorkers::run_until_idle`] waits for a stream that has no end.
const TIMEOUT: Duration = Duration::from_secs(120);

type WorkerError = Box<dyn Error + Send + Sync>;

/// The functions behind the stream and the queue, with what brings them their work.
pub struct BackgroundWorkers {
    /// Where their mails, events and dead letters end up.
    pub aws: FakeAws,
    /// The functions themselves.
    pub workers: Arc<Workers>,
    clock: Clock,
    stream: Stream,
    mappings: Vec<EventSourceMapping>,
    checkpoints: Checkpoints,
    at_work: JoinSet<(Work, Result<Value, WorkerError>)>,
    /// Whether a batch of the queue is at work: one at a time.
    usage_at_work: bool,
    /// Whether an event of SES is at work.
    feedback_at_work: bool,
}

/// What a batch at work belongs to.
enum Work {
    Lane { mapping: usize, lane: usize },
    Usage(Vec<Message>),
    MailFeedback(Vec<Message>),
}

impl BackgroundWorkers {
    /// Connects the functions to `aws`, and goes on in the stream where `aws` has kept that an earlier
    /// run was. Links in mails lead to `public_url`.
    ///
    /// # Errors
    /// When a port cannot be had, the table has no stream, or what `aws` keeps cannot be read.
    pub async fn connect(
        app: &App,
        store: &EmbeddedStore,
        aws: FakeAws,
        public_url: &str,
    ) -> Result<Self, WorkerError> {
        let config = local_config(&aws.serve().await?)?;
        let checkpoints = Checkpoints::load(aws.state(), store)?;
        let mappings = Template::load().stream_mappings().into_iter();
        let oldest = mappings
            .clone()
            .map(|mapping| checkpoints.of(&mapping.binary));
        let stream = Stream::after(store.database(), oldest.min().flatten())?;
        let mappings = mappings.map(|mapping| {
            let checkpoint = checkpoints.of(&mapping.binary);
            EventSourceMapping::after(mapping, checkpoint)
        });
        Ok(Self {
            workers: Arc::new(Workers::connect(app, &config, public_url)),
            clock: app.clock.clone(),
            stream,
            mappings: mappings.collect(),
            checkpoints,
            aws,
            at_work: JoinSet::new(),
            usage_at_work: false,
            feedback_at_work: false,
        })
    }

    /// Works until there is nothing left to do.
    ///
    /// # Errors
    /// When the database fails, or a function of the template is not one of these.
    pub async fn run_until_idle(&mut self) -> Result<(), WorkerError> {
        let deadline = Instant::now() + TIMEOUT;
        while Instant::now() < deadline {
            self.poll_once()?;
            if let Some(done) = self.at_work.join_next().await {
                self.end(done?)?;
            } else if self.mappings.iter().any(EventSourceMapping::is_busy) {
                // What failed rests.
                tokio::time::sleep(PAUSE).await;
            } else {
                return Ok(());
            }
        }
        Err("the stream has no end".into())
    }

    /// Works for ever, or until it is dropped: the batches at work go on then.
    pub async fn run(&mut self) {
        loop {
            if let Err(error) = self.poll_once() {
                tracing::error!(%error, "the stream cannot be read");
            }
            // A batch that takes long holds up only its own lane.
            let ended = tokio::time::timeout(PAUSE, self.at_work.join_next()).await;
            let outcome = match ended {
                Ok(Some(done)) => done.map_err(Into::into).and_then(|done| self.end(done)),
                Ok(None) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
                Err(_) => continue,
            };
            if let Err(error) = outcome {
                tracing::error!(%error, "a batch could not be handled");
            }
        }
    }

    /// Gives every lane that is at rest its next batch.
    fn poll_once(&mut self) -> Result<(), WorkerError> {
        let (records, now) = (self.stream.read()?, self.clock.now());
        let mut begun = Vec::new();
        for (number, mapping) in self.mappings.iter_mut().enumerate() {
            mapping.take(&records, now);
            for (lane, batch) in mapping.batches(now, &self.aws) {
                let work = Work::Lane {
                    mapping: number,
                    lane,
                };
                begun.push((work, mapping.binary().to_owned(), batch));
            }
        }
        self.checkpoints.advance(&self.mappings);
        begun.extend(self.usage());
        begun.extend(self.mail_feedback()?);
        for (work, binary, batch) in begun {
            let workers = self.workers.clone();
            self.at_work.spawn(async move {
                // A task of its own: one that panics fails its batch, and nothing else.
                let invoked =
                    tokio::spawn(async move { workers.invoke(&binary, batch).await }).await;
                (work, invoked.map_err(WorkerError::from).flatten())
            });
        }
        Ok(())
    }

    /// Takes note of what became of a batch.
    fn end(
        &mut self,
        (work, outcome): (Work, Result<Value, WorkerError>),
    ) -> Result<(), WorkerError> {
        let response = outcome.as_ref().ok();
        let all =
            |received: &[Message]| received.iter().map(|message| message.id.clone()).collect();
        match work {
            Work::Lane { mapping, lane } => {
                self.mappings[mapping].complete(lane, response, &self.aws);
            }
            Work::Usage(received) => {
                self.usage_at_work = false;
                let failed: Vec<String> = match response {
                    Some(response) => failures(response),
                    None => all(&received),
                };
                self.aws.complete(&received, &failed)?;
            }
            Work::MailFeedback(received) => {
                self.feedback_at_work = false;
                let failed = response.map_or_else(|| all(&received), |_| Vec::new());
                self.aws.complete(&received, &failed)?;
            }
        }
        outcome.map(drop)
    }

    /// The next event of SES.
    fn mail_feedback(&mut self) -> Result<Option<(Work, String, Value)>, WorkerError> {
        if self.feedback_at_work {
            return Ok(None);
        }
        let received = self.aws.receive(MAIL_FEEDBACK, 1)?;
        let Some(message) = received.first() else {
            return Ok(None);
        };
        let event = serde_json::from_str(&message.body)?;
        self.feedback_at_work = true;
        let work = Work::MailFeedback(received);
        Ok(Some((work, "mail-feedback".to_owned(), event)))
    }

    /// The next batch of the queue.
    fn usage(&mut self) -> Option<(Work, String, Value)> {
        if self.usage_at_work {
            return None;
        }
        let received = self.aws.receive(USAGE, 10).unwrap_or_else(|error| {
            tracing::error!(%error, "usage reports cannot be received");
            Vec::new()
        });
        let records: Vec<Value> = received
            .iter()
            .map(|message| {
                json!({
                    "messageId": message.id,
                    "body": message.body,
                    "attributes": { "ApproximateReceiveCount": message.receives.to_string() },
                    "eventSource": "aws:sqs",
                })
            })
            .collect();
        self.usage_at_work = !records.is_empty();
        let batch = json!({ "Records": records });
        self.usage_at_work
            .then(|| (Work::Usage(received), "record-usage".to_owned(), batch))
    }
}

fn failures(response: &Value) -> Vec<String> {
    let failures = response["batchItemFailures"].as_array().into_iter();
    failures
        .flatten()
        .filter_map(|failure| failure["itemIdentifier"].as_str().map(str::to_owned))
        .collect()
}

/// The functions that the stream and the queue feed.
pub struct Workers {
    app: App,
    closer: Closer,
    mailer: Mailer,
    publisher: Publisher,
}

impl Workers {
    /// Connects them as `config` says.
    pub fn connect(app: &App, config: &SdkConfig, public_url: &str) -> Self {
        let dead_letter_queue_url = queue_url(DEAD_LETTERS);
        let mail = MailSettings {
            sender: SENDER.into(),
            configuration_set: "roster".into(),
            public_url: public_url.into(),
            dead_letter_queue_url: dead_letter_queue_url.clone(),
        };
        let events = EventSettings {
            bus: "roster".into(),
            dead_letter_queue_url: dead_letter_queue_url.clone(),
        };
        Self {
            app: app.clone(),
            closer: Closer::new(app.clone(), config, dead_letter_queue_url),
            mailer: Mailer::new(app.clone(), config, mail),
            publisher: Publisher::new(config, events),
        }
    }

    /// Gives a function a batch, as Lambda does; what it answers.
    ///
    /// # Errors
    /// When no function has that name, or it cannot read the batch.
    pub async fn invoke(&self, binary: &str, batch: Value) -> Result<Value, WorkerError> {
        let from = serde_json::from_value;
        let response = match binary {
            "close-account" => serde_json::to_value(self.closer.handle(from(batch)?).await),
            "send-mail" => serde_json::to_value(self.mailer.handle(from(batch)?).await),
            "publish-events" => serde_json::to_value(self.publisher.handle(from(batch)?).await),
            "record-usage" => {
                let batch: SqsEvent = serde_json::from_value(batch)?;
                serde_json::to_value(record_usage::handle(&self.app, batch).await)
            }
            // An event, and not a batch: it fails as a whole.
            "mail-feedback" => {
                mail_feedback::handle(&self.app, batch).await?;
                Ok(json!({ "batchItemFailures": [] }))
            }
            other => return Err(format!("nothing feeds a function {other}").into()),
        };
        Ok(response?)
    }
}

fn queue_url(queue: &str) -> String {
    format!("http://queues.roster.local/000000000000/{queue}")
}
