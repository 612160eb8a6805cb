//! The table's stream → EventBridge: tells other programs what happened to users and accounts.
//!
//! At least once, under an id that is the same every time; and for each user in the order in which
//! it happened, also when EventBridge takes only some of the events that it is given.

use super::{
    aws,
    dead_letters::DeadLetters,
    stream::{BatchFailures, RecordError, RecordId, StreamBatch, StreamRecord, parse},
};
use crate::{app::required, log::error_chain};
use aws_lambda_events::streams::DynamoDbEventResponse;
use aws_sdk_eventbridge::{
    Client,
    primitives::DateTime,
    types::{PutEventsRequestEntry, PutEventsResultEntry},
};
use aws_types::SdkConfig;
use roster_domain::{
    AccountId, Actor, DomainEvent, Timestamp, UserId, account_events, user_events,
};
use roster_dynamodb::Backoff;
use serde::Serialize;
use std::{collections::HashSet, error::Error, time::Duration};

/// The function's name.
const NAME: &str = "publish-events";

/// What EventBridge takes at once.
const MAX_ENTRIES: usize = 10;

/// How often a round of `PutEvents` that brought nothing forward is followed by another, and how
/// long that one waits at most; each next one waits up to twice as long.
const RETRIES: u32 = 5;
const FIRST_BACKOFF: Duration = Duration::from_millis(100);
const LONGEST_BACKOFF: Duration = Duration::from_millis(1600);

/// What the function works with.
#[derive(Clone, Debug)]
pub struct Publisher {
    events: Client,
    bus: String,
    dead_letters: DeadLetters,
}

/// What is chosen at deployment.
#[derive(Clone, Debug)]
pub struct EventSettings {
    /// `EVENT_BUS_NAME`.
    pub bus: String,
    /// `DEAD_LETTER_QUEUE_URL`.
    pub dead_letter_queue_url: String,
}

/// The user whom an event is about, or the account if there is no user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Subject {
    account: AccountId,
    user: Option<UserId>,
}

/// What goes into an event's `detail`. Each kind has a schema in `docs/events`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'a> {
    id: String,
    sequence: &'a str,
    account_id: AccountId,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    actor: Actor,
    #[serde(flatten)]
    event: &'a DomainEvent,
}

/// An event that EventBridge has not taken yet.
struct Pending {
    id: RecordId,
    subject: Subject,
    entry: PutEventsRequestEntry,
}

impl Publisher {
    /// Connects as the function's environment says.
    ///
    /// # Errors
    /// A variable that is missing.
    pub async fn from_env() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let settings = EventSettings {
            bus: required("EVENT_BUS_NAME")?,
            dead_letter_queue_url: required("DEAD_LETTER_QUEUE_URL")?,
        };
        Ok(Self::new(&aws::config().await?, settings))
    }

    /// Connects as `config` says.
    pub fn new(config: &SdkConfig, settings: EventSettings) -> Self {
        let queue = settings.dead_letter_queue_url;
        Self {
            events: Client::new(config),
            bus: settings.bus,
            dead_letters: DeadLetters::of(config, queue, NAME),
        }
    }

    /// Publishes what happened in a batch, and returns the records that are to be delivered again.
    pub async fn handle(&self, batch: StreamBatch) -> DynamoDbEventResponse {
        let mut failures = BatchFailures::to(&self.dead_letters);
        let mut pending = Vec::new();
        for record in batch.records {
            let events = match parse(record) {
                Ok(record) => self.events_of(&record).map_err(|error| (record.id, error)),
                Err((id, cause)) => Err((id, RecordError::Reject(cause))),
            };
            match events {
                Ok(events) => pending.extend(events),
                Err((id, error)) => failures.add(&id, error).await,
            }
        }
        self.publish(pending, &mut failures).await;
        failures.into_response()
    }

    fn events_of(&self, record: &StreamRecord) -> Result<Vec<Pending>, RecordError> {
        let (subject, actor, events) = if let Some(user) = record.change.user()? {
            let Some(any) = user.new.as_ref().or(user.old.as_ref()) else {
                return Ok(vec![]);
            };
            let subject = Subject {
                account: any.account,
                user: Some(any.id),
            };
            let events = user_events(user.old.as_ref(), user.new.as_ref());
            (subject, any.changed_by, events)
        } else if let Some(account) = record.change.account()? {
            let Some(any) = account.new.as_ref().or(account.old.as_ref()) else {
                return Ok(vec![]);
            };
            let subject = Subject {
                account: any.id,
                user: None,
            };
            let events = account_events(account.old.as_ref(), account.new.as_ref());
            (subject, any.changed_by, events)
        } else {
            return Ok(vec![]);
        };
        events
            .iter()
            .map(|event| self.pending(record, subject, actor, event))
            .collect()
    }

    fn pending(
        &self,
        record: &StreamRecord,
        subject: Subject,
        actor: Actor,
        event: &DomainEvent,
    ) -> Result<Pending, RecordError> {
        let kind = event.kind();
        let detail = Detail {
            id: format!("{}-{kind}", record.id.event_id),
            sequence: &record.id.sequence,
            account_id: subject.account,
            user_id: subject.user,
            actor,
            event,
        };
        let detail =
            serde_json::to_string(&detail).map_err(|error| RecordError::Reject(error.into()))?;
        let entry = PutEventsRequestEntry::builder()
            .event_bus_name(&self.bus)
            .source("roster")
            .detail_type(kind)
            .detail(detail)
            .time(date_time(record.time))
            .build();
        Ok(Pending {
            id: record.id.clone(),
            subject,
            entry,
        })
    }

    /// Puts everything, ten at a time, and again what was not taken, but nothing that was. Of one
    /// user no event goes out before the one ahead of it was taken.
    async fn publish(&self, mut pending: Vec<Pending>, failures: &mut BatchFailures<'_>) {
        let mut published = 0u64;
        let fresh = || Backoff::new(FIRST_BACKOFF, RETRIES).up_to(LONGEST_BACKOFF);
        let mut backoff = fresh();
        while !pending.is_empty() {
            let round = next_round(&pending);
            let before = pending.len();
            let cause = match self.put(&pending, &round).await {
                Ok(results) => {
                    let taken = results.iter().filter(|result| result.error_code.is_none());
                    published += taken.count() as u64;
                    take_results(&mut pending, &round, &results, failures).await
                }
                Err(cause) => cause,
            };
            if pending.len() < before {
                backoff = fresh();
            } else if !backoff.wait().await {
                for event in pending.drain(..) {
                    failures
                        .add(&event.id, RecordError::Retry(cause.clone().into()))
                        .await;
                }
            }
        }
        if published > 0 {
            tracing::info!(EventsPublished = published, "events published");
        }
    }

    async fn put(
        &self,
        pending: &[Pending],
        round: &[usize],
    ) -> Result<Vec<PutEventsResultEntry>, String> {
        let entries = round.iter().map(|at| pending[*at].entry.clone()).collect();
        let output = self
            .events
            .put_events()
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|error| error_chain(&error))?;
        let results = output.entries.unwrap_or_default();
        if results.len() == round.len() {
            Ok(results)
        } else {
            Err("EventBridge did not answer for every event".to_owned())
        }
    }
}

/// The first event of each user that is waiting, up to ten.
fn next_round(pending: &[Pending]) -> Vec<usize> {
    let mut subjects = HashSet::new();
    let first = |(at, event): (usize, &Pending)| subjects.insert(event.subject).then_some(at);
    pending
        .iter()
        .enumerate()
        .filter_map(first)
        .take(MAX_ENTRIES)
        .collect()
}

/// Takes out what went through, and what never will; says what was wrong with the rest.
async fn take_results(
    pending: &mut Vec<Pending>,
    round: &[usize],
    results: &[PutEventsResultEntry],
    failures: &mut BatchFailures<'_>,
) -> String {
    let mut last = String::new();
    // From the end, so that the positions before stay what they are.
    for (at, result) in round.iter().zip(results).rev() {
        match result.error_code.as_deref() {
            None => {
                pending.remove(*at);
            }
            // Not being allowed to publish is mended in the stack, not in the event.
            Some(
                code @ ("ThrottlingException"
                | "InternalFailure"
                | "InternalException"
                | "AccessDeniedException"),
            ) => {
                last = format!("EventBridge answers {code}");
            }
            Some(code) => {
                let event = pending.remove(*at);
                let cause = format!("EventBridge refuses the event: {code}");
                failures
                    .add(&event.id, RecordError::Reject(cause.into()))
                    .await;
            }
        }
    }
    last
}

fn date_time(time: Timestamp) -> DateTime {
    DateTime::from_millis(time.as_millis())
}
