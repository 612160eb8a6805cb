//! The table's stream → SES: mails the codes of invitations and verifications.
//!
//! The code exists only in the mail. It is made here, its hash is stored, then the mail is handed
//! over, then that is recorded. A worker that is stopped in between is followed by another delivery of
//! the same record: that one makes a code of its own, which takes the place of the first. So a mail can
//! come twice but is never lost, and of all that came exactly one has a code that works. A code is
//! stored only in the place of the one that was read: what a stopped worker had sent to the store, and
//! arrives late, takes no place.

mod forgotten;
mod message;

use message::Details;
pub use message::Link;

use super::{
    aws,
    dead_letters::DeadLetters,
    mail_tags::tags_of,
    stream::{BatchFailures, RecordError, StreamBatch, StreamRecord, parse},
};
use crate::{App, app::required, log::error_chain};
use aws_lambda_events::streams::DynamoDbEventResponse;
use aws_sdk_sesv2::{
    Client,
    error::SdkError,
    operation::send_email::{SendEmailError, SendEmailOutput},
    types::{Destination, EmailContent},
};
use aws_types::SdkConfig;
use futures_util::future::join_all;
use roster_domain::{Account, Actor, Challenge, Code, CodePurpose, User, UserKey};
use roster_dynamodb::{Login, LoginName, Mails, Reads};
use std::{collections::BTreeMap, error::Error};

/// The function's name.
const NAME: &str = "send-mail";

/// What the function works with.
#[derive(Clone, Debug)]
pub struct Mailer {
    app: App,
    ses: Client,
    sender: String,
    configuration_set: String,
    link: Link,
    dead_letters: DeadLetters,
}

/// What is chosen at deployment.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// `MAIL_SENDER`: the address that mails come from, verified with SES.
    pub sender: String,
    /// `MAIL_CONFIGURATION_SET`: by which SES tells of mails that come back.
    pub configuration_set: String,
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
            configuration_set: required("MAIL_CONFIGURATION_SET")?,
            public_url: required("PUBLIC_URL")?,
            dead_letter_queue_url: required("DEAD_LETTER_QUEUE_URL")?,
        };
        let app = App::from_env().await?;
        Ok(Self::new(app, &aws::config().await?, settings))
    }

    /// Connects as `config` says.
    pub fn new(app: App, config: &SdkConfig, settings: MailSettings) -> Self {
        let queue = settings.dead_letter_queue_url;
        Self {
            app,
            ses: Client::new(config),
            sender: settings.sender,
            configuration_set: settings.configuration_set,
            link: Link::to(&settings.public_url),
            dead_letters: DeadLetters::of(config, queue, NAME),
        }
    }

    /// Sends the mails that a batch requests, those of different users side by side: nobody's mail
    /// waits for another user's. Returns the records that are to be delivered again.
    pub async fn handle(&self, batch: StreamBatch) -> DynamoDbEventResponse {
        let mut failures = BatchFailures::to(&self.dead_letters);
        // By challenge: those of one user and kind stay in their order.
        let mut of_users: BTreeMap<String, Vec<StreamRecord>> = BTreeMap::new();
        for record in batch.records {
            match parse(record) {
                Ok(record) => {
                    let of_user = of_users.entry(record.id.key.clone()).or_default();
                    of_user.push(record);
                }
                Err((id, cause)) => failures.add(&id, RecordError::Reject(cause)).await,
            }
        }
        let of_users = of_users.into_values().map(async |records| {
            let mut failed = Vec::new();
            for record in records {
                if let Err(error) = self.answer(&record).await {
                    failed.push((record.id, error));
                }
            }
            failed
        });
        for (id, error) in join_all(of_users).await.into_iter().flatten() {
            failures.add(&id, error).await;
        }
        failures.into_response()
    }

    async fn answer(&self, record: &StreamRecord) -> Result<(), RecordError> {
        if let Some(forgotten) = record.change.forgotten_password()? {
            return forgotten::request_mail(&self.app, &forgotten, &record.change.key()).await;
        }
        // A challenge with a code is our own writing: only one without is news.
        let requested = record.change.challenge()?;
        let Some(requested) =
            requested.filter(|requested| requested.code.is_none() && requested.used_at.is_none())
        else {
            return Ok(());
        };
        let mut reads = Reads::default();
        let challenge = reads.challenge(requested.purpose, requested.key());
        let user = reads.user(requested.key());
        let mails = reads.mails_sent(requested.purpose, &requested.email);
        let login = reads.login(&LoginName::Email(requested.email.clone()));
        let bounces = reads.bounces(&requested.email);
        let account = reads.account(requested.account);
        let inviter = inviter_of(&requested).map(|inviter| reads.user(inviter));
        let mut found = self.app.repository.read(reads).await?;
        let user = found.take(challenge)?.zip(found.take(user)?);
        let mails = found.take(mails)?;
        let bounces = found.take(bounces)?.unwrap_or_default();
        let bounce =
            bounces.hard_bounce(requested.purpose, requested.account, self.app.clock.now());
        let around = Around {
            login: found.take(login)?,
            account: found.take(account)?,
            inviter: found.take_if(inviter)?,
        };
        let sent = match user {
            None => Err("the user is gone"),
            Some((challenge, user)) => match reason_not_to_send(&requested, &challenge, &user) {
                Some(reason) => Err(reason),
                None if let Some(bounce) = bounce => {
                    let mail = (challenge.purpose, challenge.key());
                    let repository = &self.app.repository;
                    repository
                        .mark_bounced(mail, &challenge.email, bounce)
                        .await?;
                    Err("mails to the address come back")
                }
                // That a verified address was changed is told however many mails there were: they were
                // counted when the change was made.
                None if challenge.purpose != CodePurpose::Undo
                    && !self.may_send(&challenge, mails).await? =>
                {
                    Err("too many mails of this kind went to the address")
                }
                None => Ok(self.send(&challenge, &user, &around).await?),
            },
        };
        let key = record.change.key();
        match sent {
            Ok(()) => tracing::info!(key, MailsSent = 1, "mail sent"),
            Err(reason) => tracing::info!(key, reason, "no mail sent"),
        }
        Ok(())
    }

    /// Counts the mail, unless that was done when the record came before.
    async fn may_send(
        &self,
        challenge: &Challenge,
        mails: Option<Mails>,
    ) -> Result<bool, RecordError> {
        if mails.is_some_and(|mails| mails.answer(challenge)) {
            return Ok(true);
        }
        let repository = &self.app.repository;
        let wait = repository.record_mail(challenge, self.app.clock.now());
        Ok(wait.await?.is_none())
    }

    async fn send(
        &self,
        challenge: &Challenge,
        user: &User,
        around: &Around,
    ) -> Result<(), RecordError> {
        match challenge.purpose.has_code() {
            true => self.send_code(challenge, user, around).await,
            false => self.send_notice(challenge, user, around).await,
        }
    }

    /// Of a change that was made. There is nothing to be done by it, so there is no code.
    async fn send_notice(
        &self,
        challenge: &Challenge,
        user: &User,
        around: &Around,
    ) -> Result<(), RecordError> {
        let content = self.content(challenge, user, around, None)?;
        self.hand_over(challenge, content).await?;
        let marked = self
            .app
            .repository
            .mark_notice_sent(challenge, self.app.clock.now());
        if let Err(error) = marked.await {
            tracing::warn!(
                cause = error_chain(&error),
                "that the mail was sent is not recorded"
            );
        }
        Ok(())
    }

    async fn send_code(
        &self,
        challenge: &Challenge,
        user: &User,
        around: &Around,
    ) -> Result<(), RecordError> {
        let repository = &self.app.repository;
        let code = Code::generate(challenge.purpose, challenge.key())
            .map_err(|error| RecordError::Retry(error.into()))?;
        let hash = code.hash();
        let stored = repository.store_code(challenge, &hash, self.app.clock.now());
        // If the challenge has changed meanwhile, the record comes again, and is decided on anew: that
        // there is another code does not say that anybody mails it.
        stored.await?;
        let content = self.content(challenge, user, around, Some(&code))?;
        self.hand_over(challenge, content).await?;
        // The mail is on its way: not having recorded that costs a second mail at most.
        let marked = repository.mark_sent(challenge, &hash, self.app.clock.now());
        if let Err(error) = marked.await {
            tracing::warn!(
                cause = error_chain(&error),
                "that the mail was sent is not recorded"
            );
        }
        Ok(())
    }

    fn content(
        &self,
        challenge: &Challenge,
        user: &User,
        around: &Around,
        code: Option<&Code>,
    ) -> Result<EmailContent, RecordError> {
        let language = user.language.unwrap_or_default();
        let (purpose, to) = (challenge.purpose, &challenge.email);
        let (account, login) = (around.account.as_ref(), around.login.as_ref());
        let details = Details {
            purpose,
            language,
            product: &self.app.settings.product.name,
            account: account.and_then(|account| Some(account.name.as_ref()?.as_str())),
            inviter: around.inviter.as_ref(),
            by_operator: challenge.requested_by == Actor::Operator,
            url: &self.link.url(purpose, language, code, to),
            // Nobody is told but those who read the mails of the address.
            login_elsewhere: login.is_some_and(|it| it.verified && it.user() != user.key()),
        };
        message::content(&details).map_err(RecordError::Reject)
    }

    async fn hand_over(
        &self,
        challenge: &Challenge,
        content: EmailContent,
    ) -> Result<(), RecordError> {
        let to = challenge.email.as_str();
        let destination = Destination::builder().to_addresses(to).build();
        let reply_to = self.app.settings.product.reply_to.clone();
        self.ses
            .send_email()
            .set_reply_to_addresses(reply_to.map(|address| vec![address]))
            .from_email_address(&self.sender)
            .configuration_set_name(&self.configuration_set)
            .set_email_tags(Some(tags_of(challenge)))
            .destination(destination)
            .content(content)
            .send()
            .await
            .map(|_: SendEmailOutput| ())
            .map_err(|error| {
                tracing::warn!(MailsFailed = 1, "SES did not take a mail");
                record_error(error)
            })
    }
}

/// The rows that a mail is written with, beside those of the challenge and its user.
struct Around {
    login: Option<Login>,
    account: Option<Account>,
    inviter: Option<User>,
}

/// The user who invites. Not the invited user, whose row is read anyway.
fn inviter_of(requested: &Challenge) -> Option<UserKey> {
    let inviter = UserKey {
        user: requested.requested_by.user()?,
        ..requested.key()
    };
    let invites = requested.purpose == CodePurpose::Invitation && inviter != requested.key();
    invites.then_some(inviter)
}

/// Why no mail is to be sent for what was requested, if so.
fn reason_not_to_send(
    requested: &Challenge,
    challenge: &Challenge,
    user: &User,
) -> Option<&'static str> {
    let done = match challenge.purpose {
        // Without the time of an invitation it was revoked.
        CodePurpose::Invitation => user.status.has_joined() || user.invited_at.is_none(),
        CodePurpose::Verification => user.email_verified,
        CodePurpose::Reset | CodePurpose::Undo | CodePurpose::Notice => false,
    };
    let previous = user.previous_email.as_ref();
    let address = match challenge.purpose {
        CodePurpose::Invitation | CodePurpose::Verification => Some(&user.email),
        CodePurpose::Reset => user.reset_email(),
        CodePurpose::Undo => previous.map(|previous| &previous.email),
        CodePurpose::Notice => user.notice_email(),
    };
    if challenge.requested_at != requested.requested_at || challenge.email != requested.email {
        Some("it was requested anew")
    } else if challenge.sent_at.is_some() || challenge.used_at.is_some() {
        Some("it was sent already")
    } else if done {
        Some("the user has joined or is verified, or the invitation was revoked")
    } else if !address.is_some_and(|address| address.matches(&challenge.email)) {
        Some("the user has another address, or cannot log in")
    } else if user.status.is_deactivated() && challenge.purpose != CodePurpose::Undo {
        Some("the user is deactivated")
    } else {
        None
    }
}

/// What SES says of one mail is final; that it is away, busy or not allowed to send is not. Its own
/// words may have the address in them, so only its error's name is kept.
fn record_error<R>(error: SdkError<SendEmailError, R>) -> RecordError {
    match error.as_service_error() {
        None => RecordError::Retry("SES does not answer".into()),
        Some(SendEmailError::MessageRejected(_)) => {
            RecordError::Reject("SES rejects the message".into())
        }
        Some(SendEmailError::BadRequestException(_)) => {
            RecordError::Reject("SES cannot read the mail".into())
        }
        Some(other) => {
            let code = other.meta().code().unwrap_or("an unknown error");
            RecordError::Retry(format!("SES answers {code}").into())
        }
    }
}
