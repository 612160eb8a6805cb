//! The table's stream → SES: mails the codes of invitations and verifications.
//!
//! The code exists only in the mail. It is made here, its hash is stored, then the mail is handed
//! over, then that is noted. Whoever is stopped in between is followed by another delivery of the
//! same record: that one makes a code of its own, which takes the place of the first. So a mail can
//! come twice but is never lost, and of all that came exactly one has a code that works.

mod message;

pub use message::Link;

use crate::{
    Roster, aws,
    dead_letters::DeadLetters,
    roster::required,
    stream::{Failures, Setback, StreamBatch, StreamRecord, open},
};
use aws_lambda_events::streams::DynamoDbEventResponse;
use aws_sdk_sesv2::{
    Client,
    error::SdkError,
    operation::send_email::{SendEmailError, SendEmailOutput},
    types::{Destination, EmailContent},
};
use aws_types::SdkConfig;
use futures_util::future::join_all;
use roster_domain::{Code, CodePurpose, CodeRequest, EmailAddress, User};
use roster_dynamodb::{
    CodeRequestRow, Holder, Mails, MailsSentRow, Name, Refusal, Rows, StoreError, UserRow,
};
use std::{collections::BTreeMap, error::Error};

/// The function's name.
const NAME: &str = "send-mail";

/// What the function works with.
#[derive(Clone, Debug)]
pub struct Mailer {
    roster: Roster,
    ses: Client,
    sender: String,
    link: Link,
    dead_letters: DeadLetters,
}

/// What is chosen at deployment.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// `MAIL_SENDER`: the address that mails come from, verified with SES.
    pub sender: String,
    /// `PUBLIC_URL`: where people reach the API, without a slash at the end.
    pub public_url: String,
    /// `DEAD_LETTER_QUEUE_URL`.
    pub dead_letter_queue_url: String,
}

impl Mailer {
    /// Connects as the function's environment says.
    ///
    /// # Errors
    /// A variable that is missing or cannot be read.
    pub async fn from_env() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let settings = MailSettings {
            sender: required("MAIL_SENDER")?,
            public_url: required("PUBLIC_URL")?,
            dead_letter_queue_url: required("DEAD_LETTER_QUEUE_URL")?,
        };
        let roster = Roster::from_env().await?;
        Ok(Self::new(roster, &aws::config().await?, settings))
    }

    /// Connects as `config` says.
    pub fn new(roster: Roster, config: &SdkConfig, settings: MailSettings) -> Self {
        let queue = settings.dead_letter_queue_url;
        Self {
            roster,
            ses: Client::new(config),
            sender: settings.sender,
            link: Link::to(&settings.public_url),
            dead_letters: DeadLetters::of(config, queue, NAME),
        }
    }

    /// Sends the mails that a batch asks for, those of different users side by side: nobody's mail
    /// waits for somebody else's. The records that are to be delivered again.
    pub async fn handle(&self, batch: StreamBatch) -> DynamoDbEventResponse {
        let mut failures = Failures::to(&self.dead_letters);
        // By request: those of one user and kind stay in their order.
        let mut of_users: BTreeMap<String, Vec<StreamRecord>> = BTreeMap::new();
        for record in batch.records {
            match open(record) {
                Ok(record) => {
                    let of_user = of_users.entry(record.place.key.clone()).or_default();
                    of_user.push(record);
                }
                Err((place, cause)) => failures.add(&place, Setback::Never(cause)).await,
            }
        }
        let of_users = of_users.into_values().map(async |records| {
            let mut setbacks = Vec::new();
            for record in records {
                if let Err(setback) = self.answer(&record).await {
                    setbacks.push((record.place, setback));
                }
            }
            setbacks
        });
        for (place, setback) in join_all(of_users).await.into_iter().flatten() {
            failures.add(&place, setback).await;
        }
        failures.into_response()
    }

    async fn answer(&self, record: &StreamRecord) -> Result<(), Setback> {
        // A request with a code is our own writing: only one without is news.
        let asked = record.change.code_request()?;
        let Some(asked) = asked.filter(|asked| asked.code.is_none() && asked.used.is_none()) else {
            return Ok(());
        };
        let request = CodeRequestRow(asked.purpose, asked.account, asked.user);
        let user = UserRow(asked.account, asked.user);
        let mails = MailsSentRow(asked.purpose, asked.email.clone());
        let login = Name::Email(asked.email.clone());
        let rows = ((request, user), (mails, login));
        let mut found = self.roster.repository.read(&rows).await?;
        let ((request, user), (mails, login)) = rows.take(&mut found)?;
        let sent = match request.zip(user) {
            None => Err("the user is gone"),
            Some((request, user)) => match reason_not_to_send(&asked, &request, &user) {
                Some(reason) => Err(reason),
                None if !self.may_send(&request, mails).await? => {
                    Err("too many mails of this kind went to the address")
                }
                None => self.send_code(&request, &user, login).await?,
            },
        };
        let key = record.change.key();
        match sent {
            Ok(()) => tracing::info!(key, "mail sent"),
            Err(reason) => tracing::info!(key, reason, "no mail sent"),
        }
        Ok(())
    }

    /// Counts the mail, unless that was done when the record came before.
    async fn may_send(&self, request: &CodeRequest, mails: Option<Mails>) -> Result<bool, Setback> {
        if mails.is_some_and(|mails| mails.answer(request)) {
            return Ok(true);
        }
        let repository = &self.roster.repository;
        let wait = repository.mail_record(request, self.roster.clock.now());
        Ok(wait.await?.is_none())
    }

    async fn send_code(
        &self,
        request: &CodeRequest,
        user: &User,
        login: Option<Holder>,
    ) -> Result<Result<(), &'static str>, Setback> {
        let repository = &self.roster.repository;
        let code = Code::generate(request.purpose, request.account, request.user)
            .map_err(|error| Setback::Later(error.into()))?;
        let hash = code.hash();
        let stored = repository.code_store(request, &hash, self.roster.clock.now());
        match stored.await {
            Err(StoreError::Refused(Refusal::Changed)) => return Ok(Err("it was asked for anew")),
            outcome => outcome?,
        }
        let language = user.language.unwrap_or_default();
        // Nobody but who reads the mails of the address is told.
        let elsewhere = login.is_some_and(|login| login.verified && !login.is(user));
        let url = self.link.url(language, &code, &request.email);
        let content =
            message::content(request.purpose, language, &url, elsewhere).map_err(Setback::Never)?;
        self.hand_over(&request.email, content).await?;
        // The mail is on its way: not having noted that costs a second mail at most.
        let noted = repository.code_sent(request, &hash, self.roster.clock.now());
        if let Err(error) = noted.await {
            tracing::warn!(%error, "that the mail was sent is not noted");
        }
        Ok(Ok(()))
    }

    async fn hand_over(&self, to: &EmailAddress, content: EmailContent) -> Result<(), Setback> {
        let destination = Destination::builder().to_addresses(to.as_str()).build();
        self.ses
            .send_email()
            .from_email_address(&self.sender)
            .destination(destination)
            .content(content)
            .send()
            .await
            .map(|_: SendEmailOutput| ())
            .map_err(setback)
    }
}

/// Why no mail is to be sent for what was asked, if so.
fn reason_not_to_send(
    asked: &CodeRequest,
    request: &CodeRequest,
    user: &User,
) -> Option<&'static str> {
    let done = match request.purpose {
        CodePurpose::Invitation => user.joined,
        CodePurpose::Verification => user.email_verified,
    };
    if request.requested != asked.requested || request.email != asked.email {
        Some("it was asked for anew")
    } else if request.sent.is_some() || request.used.is_some() {
        Some("it was sent already")
    } else if done {
        Some("the user has joined or is verified")
    } else if !user.email.matches(&request.email) {
        Some("the user has another address")
    } else if user.deactivated {
        Some("the user is deactivated")
    } else {
        None
    }
}

/// What SES says of one mail is final; that it is away, busy or not allowed to send is not. Its own
/// words may have the address in them, so only its error's name is kept.
fn setback<R>(error: SdkError<SendEmailError, R>) -> Setback {
    let (refused, cause): (bool, Box<dyn Error + Send + Sync>) = match error.as_service_error() {
        None => (false, "SES does not answer".into()),
        Some(SendEmailError::MessageRejected(_)) => (true, "SES rejects the message".into()),
        Some(SendEmailError::BadRequestException(_)) => (true, "SES cannot read the mail".into()),
        Some(other) => {
            let code = other.meta().code().unwrap_or("an unknown error");
            (false, format!("SES answers {code}").into())
        }
    };
    if refused {
        Setback::Never(cause)
    } else {
        Setback::Later(cause)
    }
}
