//! What happens after an answer, on this machine: the stream and the queue are played to the same
//! functions that are deployed.

use crate::{DEAD_LETTERS, EmbeddedStore, Mapping, Message, Platform, Stream, Template, USAGE};
use aws_lambda_events::sqs::SqsEvent;
use aws_types::SdkConfig;
use roster_domain::Clock;
use roster_functions::{
    Roster, local_config,
    publish_events::{EventSettings, Publisher},
    record_usage,
    send_mail::{MailSettings, Mailer},
};
use serde_json::{Value, json};
use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// Who mails come from on this machine.
const SENDER: &str = "roster@example.com";

/// How often the stream and the queue are looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// How long [`After::settle`] waits for a stream that has no end.
const PATIENCE: Duration = Duration::from_secs(120);

type Failure = Box<dyn Error + Send + Sync>;

/// The functions behind the stream and the queue, with what brings them their work.
pub struct After {
    /// Where their mails, events and dead letters end up.
    pub platform: Platform,
    /// The functions themselves.
    pub functions: Arc<Functions>,
    clock: Clock,
    stream: Stream,
    mappings: Vec<Mapping>,
    at_work: JoinSet<(Work, Result<Value, Failure>)>,
    /// Whether a batch of the queue is at work: one at a time.
    usage_at_work: bool,
}

/// What a batch at work belongs to.
enum Work {
    Lane { mapping: usize, lane: usize },
    Usage(Vec<Message>),
}

impl After {
    /// Connects the functions to `platform`. Links in mails lead to `public_url`.
    ///
    /// # Errors
    /// When a port cannot be had, or the table has no stream.
    pub async fn connect(
        roster: &Roster,
        store: &EmbeddedStore,
        platform: Platform,
        public_url: &str,
    ) -> Result<Self, Failure> {
        let config = local_config(&platform.serve().await?)?;
        let mappings = Template::load().stream_mappings();
        Ok(Self {
            functions: Arc::new(Functions::connect(roster, &config, public_url)),
            clock: roster.clock.clone(),
            stream: Stream::of(store.database())?,
            mappings: mappings.into_iter().map(Mapping::new).collect(),
            platform,
            at_work: JoinSet::new(),
            usage_at_work: false,
        })
    }

    /// Works until there is nothing left to do.
    ///
    /// # Errors
    /// When the database fails, or a function of the template is not one of these.
    pub async fn settle(&mut self) -> Result<(), Failure> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            self.begin()?;
            if let Some(done) = self.at_work.join_next().await {
                self.end(done?)?;
            } else if self.mappings.iter().any(Mapping::is_busy) {
                // What failed rests.
                tokio::time::sleep(PAUSE).await;
            } else {
                return Ok(());
            }
        }
        Err("the stream has no end".into())
    }

    /// Works for ever.
    pub async fn run(mut self) {
        loop {
            if let Err(error) = self.begin() {
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
    fn begin(&mut self) -> Result<(), Failure> {
        let (records, now) = (self.stream.read()?, self.clock.now());
        let mut begun = Vec::new();
        for (number, mapping) in self.mappings.iter_mut().enumerate() {
            mapping.take(&records, now);
            for (lane, batch) in mapping.batches(now, &self.platform) {
                let work = Work::Lane {
                    mapping: number,
                    lane,
                };
                begun.push((work, mapping.binary().to_owned(), batch));
            }
        }
        begun.extend(self.usage());
        for (work, binary, batch) in begun {
            let functions = self.functions.clone();
            self.at_work.spawn(async move {
                // A task of its own: one that panics fails its batch, and nothing else.
                let invoked =
                    tokio::spawn(async move { functions.invoke(&binary, batch).await }).await;
                (work, invoked.map_err(Failure::from).flatten())
            });
        }
        Ok(())
    }

    /// Takes note of what became of a batch.
    fn end(&mut self, (work, outcome): (Work, Result<Value, Failure>)) -> Result<(), Failure> {
        let response = outcome.as_ref().ok();
        match work {
            Work::Lane { mapping, lane } => {
                self.mappings[mapping].settle(lane, response, &self.platform);
            }
            Work::Usage(received) => {
                self.usage_at_work = false;
                let failed: Vec<String> = match response {
                    Some(response) => failures(response),
                    None => received.iter().map(|message| message.id.clone()).collect(),
                };
                self.platform.settle(USAGE, &received, &failed);
            }
        }
        outcome.map(drop)
    }

    /// The next batch of the queue.
    fn usage(&mut self) -> Option<(Work, String, Value)> {
        if self.usage_at_work {
            return None;
        }
        let received = self.platform.receive(USAGE, 10);
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
pub struct Functions {
    roster: Roster,
    mailer: Mailer,
    publisher: Publisher,
}

impl Functions {
    /// Connects them as `config` says.
    pub fn connect(roster: &Roster, config: &SdkConfig, public_url: &str) -> Self {
        let dead_letter_queue_url = queue_url(DEAD_LETTERS);
        let mail = MailSettings {
            sender: SENDER.into(),
            public_url: public_url.into(),
            dead_letter_queue_url: dead_letter_queue_url.clone(),
        };
        let events = EventSettings {
            bus: "roster".into(),
            dead_letter_queue_url,
        };
        Self {
            roster: roster.clone(),
            mailer: Mailer::new(roster.clone(), config, mail),
            publisher: Publisher::new(config, events),
        }
    }

    /// Gives a function a batch, as Lambda does; what it answers.
    ///
    /// # Errors
    /// When no function has that name, or it cannot read the batch.
    pub async fn invoke(&self, binary: &str, batch: Value) -> Result<Value, Failure> {
        let from = serde_json::from_value;
        let response = match binary {
            "send-mail" => serde_json::to_value(self.mailer.handle(from(batch)?).await),
            "publish-events" => serde_json::to_value(self.publisher.handle(from(batch)?).await),
            "record-usage" => {
                let batch: SqsEvent = serde_json::from_value(batch)?;
                serde_json::to_value(record_usage::handle(&self.roster, batch).await)
            }
            other => return Err(format!("nothing feeds a function {other}").into()),
        };
        Ok(response?)
    }
}

fn queue_url(queue: &str) -> String {
    format!("http://queues.roster.local/000000000000/{queue}")
}
