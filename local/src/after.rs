//! What happens after an answer, on this machine: the stream and the queue are played to the same
//! functions that are deployed.

use crate::{DEAD_LETTERS, EmbeddedStore, Mapping, Platform, Stream, Template, USAGE};
use aws_lambda_events::sqs::SqsEvent;
use aws_types::SdkConfig;
use roster_functions::{
    Roster, local_config,
    publish_events::{EventSettings, Publisher},
    record_usage,
    send_mail::{MailSettings, Mailer},
};
use serde_json::{Value, json};
use std::{error::Error, time::Duration};

/// Who mails come from on this machine.
const SENDER: &str = "roster@example.com";

/// How often the stream and the queue are looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// How often Lambda would have tried again at most before [`After::settle`] stops waiting.
const ROUNDS: usize = 1000;

/// The functions behind the stream and the queue, with what brings them their work.
pub struct After {
    /// Where their mails, events and dead letters end up.
    pub platform: Platform,
    /// The functions themselves.
    pub functions: Functions,
    stream: Stream,
    mappings: Vec<Mapping>,
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
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let config = local_config(&platform.serve().await?)?;
        let mappings = Template::load().stream_mappings();
        Ok(Self {
            functions: Functions::connect(roster, &config, public_url),
            stream: Stream::of(store.database())?,
            mappings: mappings.into_iter().map(Mapping::new).collect(),
            platform,
        })
    }

    /// Brings everything that there is now to the functions, once.
    ///
    /// # Errors
    /// When the database fails, or a function of the template is not one of these.
    pub async fn turn(&mut self) -> Result<bool, Box<dyn Error + Send + Sync>> {
        let records = self.stream.read()?;
        let mut worked = false;
        for mapping in &mut self.mappings {
            mapping.take(&records);
            let Some(batch) = mapping.batch() else {
                continue;
            };
            let response = self.functions.invoke(mapping.binary(), batch).await?;
            mapping.settle(&response, &self.platform);
            worked = true;
        }
        Ok(self.usage().await? || worked)
    }

    /// Works until there is nothing left to do.
    ///
    /// # Errors
    /// See [`After::turn`].
    pub async fn settle(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        for _ in 0..ROUNDS {
            if !self.turn().await? {
                return Ok(());
            }
        }
        Err("the stream has no end".into())
    }

    /// Works for ever.
    pub async fn run(mut self) {
        loop {
            if let Err(error) = self.turn().await {
                tracing::error!(%error, "the stream or the queue cannot be read");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn usage(&self) -> Result<bool, Box<dyn Error + Send + Sync>> {
        let received = self.platform.receive(USAGE, 10);
        if received.is_empty() {
            return Ok(false);
        }
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
        let batch = json!({ "Records": records });
        let response = self.functions.invoke("record-usage", batch).await?;
        let failures = response["batchItemFailures"].as_array().into_iter();
        let failed: Vec<String> = failures
            .flatten()
            .filter_map(|failure| failure["itemIdentifier"].as_str().map(str::to_owned))
            .collect();
        self.platform.settle(USAGE, &received, &failed);
        Ok(true)
    }
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
    pub async fn invoke(
        &self,
        binary: &str,
        batch: Value,
    ) -> Result<Value, Box<dyn Error + Send + Sync>> {
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
