//! How often mails are requested and sent: the newest times, in attributes that move on by one with
//! each mail. Count and check are one write, which reads nothing before it.

use super::{LoginName, Repository};
use crate::{
    Conflict, StoreError,
    table::{Item, Key, TransactWrite, Update, from_item},
};
use aws_sdk_dynamodb::types::ReturnValue;
use roster_domain::{
    Actor, Challenge, CodePurpose, EmailAddress, MAIL_WINDOWS, MAILS_REMEMBERED, NameHash,
    Timestamp, User, UserKey, mail_wait, rest_of_day,
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

/// How long it is remembered which users were mailed at an address: by this an invited user is found
/// who has forgotten what the mail was for.
const RECIPIENTS_REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A mail that is requested.
#[derive(Clone, Debug)]
pub(super) struct MailRequest<'a> {
    pub(super) purpose: CodePurpose,
    pub(super) user: UserKey,
    pub(super) email: &'a EmailAddress,
    /// Who requests it.
    pub(super) by: Actor,
    /// How many of this kind the account may request in a day, if they are counted.
    pub(super) per_day: Option<u32>,
    pub(super) now: Timestamp,
}

impl<'a> MailRequest<'a> {
    /// A mail to the address of `user`, which is not counted against the account.
    pub(super) fn to(user: &'a User, purpose: CodePurpose, now: Timestamp) -> Self {
        Self {
            purpose,
            user: user.key(),
            email: &user.email,
            by: Actor::System,
            per_day: None,
            now,
        }
    }
}

/// The mails of one kind to one address: when each was, the newest first, and what it answered.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "MailsRow")]
pub struct Mails(Vec<(Timestamp, String)>);

impl Mails {
    /// Whether a mail for `challenge` is among them.
    pub fn answer(&self, challenge: &Challenge) -> bool {
        let id = id_of(challenge);
        self.0.iter().any(|(_, answered)| *answered == id)
    }

    /// The users who were mailed, those of the newest mails first.
    pub fn recipients(&self) -> Vec<UserKey> {
        let mut users = Vec::new();
        for (_, id) in &self.0 {
            let mut parts = id.split('/').map(str::to_owned);
            let account = parts.next().and_then(|account| account.parse().ok());
            let user = parts.next().and_then(|user| user.parse().ok());
            let key = account.zip(user);
            let key = key.map(|(account, user)| UserKey { account, user });
            users.extend(key.filter(|key| !users.contains(key)));
        }
        users
    }

    /// How long the next mail has to wait, if there were too many.
    pub fn wait(&self, now: Timestamp) -> Option<Duration> {
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

impl Repository {
    /// Counts the mail that is about to be sent for `challenge`, whoever requested it. If it is one too
    /// many, it is not counted, and the time is returned that the next mail of this kind to this
    /// address has to wait.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn record_mail(
        &self,
        challenge: &Challenge,
        now: Timestamp,
    ) -> Result<Option<Duration>, StoreError> {
        let key = Key::mails_sent(challenge.purpose, &challenge.email);
        let id = id_of(challenge);
        let mut update = count(Update::upsert(key), &id, now, RECIPIENTS_REMEMBERED);
        // Its own first attempt may have been written, and the response lost.
        let (newest, own) = (update.path(TIMES[0]), update.value(format!("{now} {id}")));
        let update = update.if_any(&[
            format!("attribute_not_exists({newest})"),
            format!("{newest} <> {own}"),
        ]);
        let written = self.table.update_or_read(update, ReturnValue::None);
        let found: Option<Mails> = written.await?.err();
        Ok(found
            .filter(|mails| !mails.answer(challenge))
            .map(|mails| mails.wait(now).unwrap_or_default()))
    }

    /// Notes that somebody has forgotten the password of `name`, unless that was noted too often: one
    /// write, and no read, whoever has the name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Internal`].
    pub async fn record_forgotten_password(
        &self,
        name: &LoginName,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (attribute, text) = match name {
            LoginName::Email(email) => ("email", email.as_str()),
            LoginName::Username(username) => ("username", username.as_str()),
        };
        let key = Key::forgotten_password(&NameHash::new(text));
        let update = count(Update::upsert(key), "asked", now, REMEMBERED)
            .set(attribute, text)
            .set("requested", now)
            // An attempt that was given up, and arrives late, counts no second time.
            .if_absent_or("requested", "<", now);
        match self.table.update(update).await {
            // Too many: the caller is told nothing of it.
            Err(error) if error.is_stale() => Ok(()),
            noted => noted,
        }
    }

    /// Requests a mail, if there were not too many.
    pub(super) fn request_mail(
        &self,
        mail: &MailRequest<'_>,
    ) -> Result<Vec<TransactWrite>, StoreError> {
        let conflict = Conflict::TooManyMails(Duration::ZERO);
        if mail.per_day == Some(0) {
            let wait = rest_of_day(mail.now);
            return Err(StoreError::Conflict(Conflict::TooManyMails(wait)));
        }
        let key = Key::mails_requested(mail.purpose, mail.user.account, mail.email);
        let counted = count(Update::upsert(key), "asked", mail.now, REMEMBERED);
        let mut writes = vec![
            self.request_challenge(mail),
            TransactWrite::update(counted, conflict),
        ];
        if let Some(per_day) = mail.per_day {
            let key = Key::mails_of_day(mail.purpose, mail.user.account, mail.now);
            let update = Update::upsert(key)
                .add_number_from_zero("mails", 1)
                .set("ttl", (mail.now + REMEMBERED).as_seconds())
                .if_absent_or("mails", "<", per_day);
            writes.push(TransactWrite::update(update, conflict));
        }
        Ok(writes)
    }

    /// Writes all of `writes`, among which are those that request `mail`, or none.
    ///
    /// # Errors
    /// See [`Table::transact`](crate::table::Table::transact); [`Conflict::TooManyMails`], with the
    /// time to wait.
    pub(super) async fn transact_with_mail(
        &self,
        writes: Vec<TransactWrite>,
        mail: Option<&MailRequest<'_>>,
    ) -> Result<(), StoreError> {
        match (self.table.transact_or_read(writes).await, mail) {
            (Err((StoreError::Conflict(Conflict::TooManyMails(_)), item)), Some(mail)) => {
                let wait = wait_of(item, mail)?;
                Err(StoreError::Conflict(Conflict::TooManyMails(wait)))
            }
            (written, _) => written.map_err(|(error, _)| error),
        }
    }
}

/// How long a mail has to wait for which this item, of its address or of the day, has no room.
fn wait_of(item: Item, mail: &MailRequest<'_>) -> Result<Duration, StoreError> {
    let key = Key::of(&item);
    if item.contains_key("mails") {
        return Ok(rest_of_day(mail.now));
    }
    let mails: Mails = from_item(&key, item)?;
    Ok(mails.wait(mail.now).unwrap_or_default())
}

/// What a challenge is known by among the mails of an address.
fn id_of(challenge: &Challenge) -> String {
    let Challenge {
        account,
        user,
        requested_at,
        ..
    } = challenge;
    format!("{account}/{user}/{requested_at}")
}

/// Puts a mail of `now` before the others, if no window is full.
fn count(update: Update, id: &str, now: Timestamp, remembered: Duration) -> Update {
    let mut update = update
        .set("ttl", (now + remembered).as_seconds())
        .set(TIMES[0], format!("{now} {id}"));
    for pair in TIMES.windows(2) {
        update = update.set_from(pair[1], pair[0], "");
    }
    for window in MAIL_WINDOWS {
        // The id follows the time, so what is of the same millisecond sorts behind it.
        let end = now - window.within + Duration::from_millis(1);
        update = update.if_absent_or(TIMES[window.mails - 1], "<", end);
    }
    update
}
