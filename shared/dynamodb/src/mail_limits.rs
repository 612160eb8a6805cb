//! How often mails are asked for and sent: the newest times, in attributes that move on by one with
//! each mail. Count and check are one write, which reads nothing before it.

use crate::{
    MailsSentRow, Refusal, Repository, StoreError, keys::Key, transaction::Step, update::Update,
};
use roster_domain::{
    AccountId, CodePurpose, CodeRequest, EmailAddress, MAIL_WINDOWS, MAILS_REMEMBERED, Timestamp,
    UserId, mail_wait, rest_of_day,
};
use serde::Deserialize;
use std::time::Duration;

/// The newest first.
const TIMES: [&str; MAILS_REMEMBERED] = [
    "mail_0", "mail_1", "mail_2", "mail_3", "mail_4", "mail_5", "mail_6", "mail_7", "mail_8",
    "mail_9",
];

/// No window is longer.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// A mail that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct MailAsked<'a> {
    pub(crate) purpose: CodePurpose,
    pub(crate) account: AccountId,
    pub(crate) user: UserId,
    pub(crate) email: &'a EmailAddress,
    /// How many of this kind the account may ask for in a day, if they are counted.
    pub(crate) per_day: Option<u32>,
    pub(crate) now: Timestamp,
}

/// The mails of one kind to one address: when each was, the newest first, and what it answered.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "MailsRow")]
pub struct Mails(Vec<(Timestamp, String)>);

impl Mails {
    /// Whether a mail for `request` is among them.
    pub fn answer(&self, request: &CodeRequest) -> bool {
        let id = id_of(request);
        self.0.iter().any(|(_, answered)| *answered == id)
    }

    fn wait(&self, now: Timestamp) -> Option<Duration> {
        let times: Vec<Timestamp> = self.0.iter().map(|(time, _)| *time).collect();
        mail_wait(&times, now)
    }
}

/// As they are stored.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct MailsRow {
    mail_0: String,
    mail_1: String,
    mail_2: String,
    mail_3: String,
    mail_4: String,
    mail_5: String,
    mail_6: String,
    mail_7: String,
    mail_8: String,
    mail_9: String,
}

impl From<MailsRow> for Mails {
    fn from(row: MailsRow) -> Self {
        let entries = [
            row.mail_0, row.mail_1, row.mail_2, row.mail_3, row.mail_4, row.mail_5, row.mail_6,
            row.mail_7, row.mail_8, row.mail_9,
        ];
        let read = |entry: String| {
            let (time, id) = entry.split_once(' ')?;
            Some((time.parse().ok()?, id.to_owned()))
        };
        Self(entries.into_iter().filter_map(read).collect())
    }
}

/// The mails of an account's day.
#[derive(Deserialize)]
struct DayRow {
    mails: u32,
}

impl Repository {
    /// Counts the mail that is about to be sent for `request`, whoever asked for it. How long the
    /// next mail of this kind to this address has to wait, if it is one too many: then it is not
    /// counted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn mail_record(
        &self,
        request: &CodeRequest,
        now: Timestamp,
    ) -> Result<Option<Duration>, StoreError> {
        let key = Key::mails_sent(request.purpose, &request.email);
        let update = count(Update::any(key), &id_of(request), now)?;
        let refused: Option<Mails> = self.send_or_read(update).await?;
        Ok(refused
            // Its own first try may have been written, and the answer lost.
            .filter(|mails| !mails.answer(request))
            .map(|mails| mails.wait(now).unwrap_or_default()))
    }

    /// The mails that were sent of this kind to this address. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn mails_sent_get(
        &self,
        purpose: CodePurpose,
        email: &EmailAddress,
    ) -> Result<Mails, StoreError> {
        let found = self.get(&MailsSentRow(purpose, email.clone())).await?;
        Ok(found.unwrap_or_default())
    }

    /// Asks for a mail, if there were not too many.
    pub(crate) fn ask_for_mail(&self, mail: &MailAsked<'_>) -> Result<Vec<Step>, StoreError> {
        let refusal = Refusal::TooManyMails(Duration::ZERO);
        let key = Key::mails_asked(mail.purpose, mail.account, mail.email);
        let mut steps = vec![
            self.ask_for_code(mail)?,
            count(Update::any(key), "asked", mail.now)?.into_step(&self.table, refusal)?,
        ];
        if let Some(per_day) = mail.per_day {
            let key = Key::mails_of_day(mail.purpose, mail.account, mail.now);
            let mut update = Update::any(key)
                .add_number_from_zero("mails", 1)?
                .set("ttl", (mail.now + REMEMBERED).as_seconds())?;
            let (mails, limit) = (update.path("mails"), update.value(per_day)?);
            let update = update.only_if_one_of(&[
                format!("attribute_not_exists({mails})"),
                format!("{mails} < {limit}"),
            ]);
            steps.push(update.into_step(&self.table, refusal)?);
        }
        Ok(steps)
    }

    /// Writes all of the steps, among which are those that ask for `mail`, or none.
    ///
    /// # Errors
    /// See [`Repository::transact`]; [`Refusal::TooManyMails`], with the time to wait.
    pub(crate) async fn transact_with_mail(
        &self,
        steps: Vec<Step>,
        mail: Option<&MailAsked<'_>>,
    ) -> Result<(), StoreError> {
        match (self.transact(steps).await, mail) {
            (Err(StoreError::Refused(Refusal::TooManyMails(_))), Some(mail)) => {
                let wait = self.mail_wait(mail).await?;
                Err(StoreError::Refused(Refusal::TooManyMails(wait)))
            }
            (outcome, _) => outcome,
        }
    }

    async fn mail_wait(&self, mail: &MailAsked<'_>) -> Result<Duration, StoreError> {
        let asked = Key::mails_asked(mail.purpose, mail.account, mail.email);
        let asked: Option<Mails> = self.get_at(&asked).await?;
        let of_address = asked.and_then(|mails| mails.wait(mail.now));
        let day = Key::mails_of_day(mail.purpose, mail.account, mail.now);
        let day: Option<DayRow> = self.get_at(&day).await?;
        let full = day
            .zip(mail.per_day)
            .is_some_and(|(day, per_day)| day.mails >= per_day);
        let of_day = full.then(|| rest_of_day(mail.now));
        Ok(of_address.max(of_day).unwrap_or_default())
    }
}

/// What a request is known by among the mails of an address.
fn id_of(request: &CodeRequest) -> String {
    format!("{}/{}/{}", request.account, request.user, request.requested)
}

/// Puts a mail of `now` before the others, if no window is full.
fn count(mut update: Update, id: &str, now: Timestamp) -> Result<Update, StoreError> {
    update = update
        .set("ttl", (now + REMEMBERED).as_seconds())?
        .set(TIMES[0], format!("{now} {id}"))?;
    for pair in TIMES.windows(2) {
        update = update.set_from(pair[1], pair[0], "")?;
    }
    for window in MAIL_WINDOWS {
        let oldest = update.path(TIMES[window.mails - 1]);
        // The id follows the time, so what is of the same millisecond sorts behind it.
        let end = now - window.within + Duration::from_millis(1);
        let end = update.value(end)?;
        update = update.only_if_one_of(&[
            format!("attribute_not_exists({oldest})"),
            format!("{oldest} < {end}"),
        ]);
    }
    Ok(update)
}
