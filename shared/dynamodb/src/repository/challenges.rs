use super::{Keep, Repository, mail_limits::MailRequest};
use crate::{
    Conflict, StoreError,
    table::{Key, TransactWrite, Update},
};
use roster_domain::{
    Challenge, CodePurpose, EmailAddress, Language, MAX_WRONG_PASSWORDS, Revision, Role,
    SecretHash, Timestamp, User, UserId, UserKey,
};
use std::collections::BTreeMap;

/// Codes of one challenge that are remembered at most; the oldest is forgotten first. An item has
/// room for thousands, and nobody requests mails that often in the time that a code works.
const MAX_CODES: usize = 50;

/// An invitation that is sent again.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The invited user.
    pub user: UserKey,
    /// The address by which the user was found.
    pub email: EmailAddress,
    /// The language that is written to them in from now on, if another was named.
    pub language: Option<Language>,
    /// The user who invites.
    pub inviter: UserId,
    /// The role of the user who invites.
    pub inviter_role: Role,
    /// How many invitations the account may request in a day.
    pub per_day: u32,
}

impl Repository {
    /// The code that the user is to be mailed, and what became of it. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn get_challenge(
        &self,
        purpose: CodePurpose,
        user: UserKey,
    ) -> Result<Option<Challenge>, StoreError> {
        self.table.get(Key::challenge(purpose, user)).await
    }

    /// Makes `code` the one that works for `challenge`, from `now` on for its
    /// [lifetime](CodePurpose::lifetime). It is
    /// stored before it is mailed: a mail that was sent must work.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if the code was meanwhile requested anew, or mailed, or used, or its user is
    /// gone; or if another code was stored: perhaps by a worker that was given up, and whose request
    /// came late.
    pub async fn store_code(
        &self,
        challenge: &Challenge,
        code: &SecretHash,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut update = Update::new(key_of(challenge))
            .set("code", code)
            .set(
                &format!("codes.{}", code.as_str()),
                now + challenge.purpose.lifetime(),
            )
            .condition("requested", "=", challenge.requested_at)
            // Two requests may be of the same millisecond, but then they are for two addresses.
            .condition("email", "=", &challenge.email)
            .if_unchanged("code", challenge.code.as_ref())
            .if_unchanged("sent", None::<Timestamp>)
            .if_unchanged("used", None::<Timestamp>);
        let mut known: Vec<_> = challenge.codes.iter().collect();
        known.sort_by_key(|(_, expires_at)| **expires_at);
        let forgotten = (known.len() + 1).saturating_sub(MAX_CODES);
        for (hash, _) in &known[..forgotten] {
            update = update.remove(&format!("codes.{}", hash.as_str()));
        }
        let is_own = |found: &Challenge| found.code.as_ref() == Some(code);
        let stored = self.table.update_and_read(update, is_own);
        stored.await.map(drop)
    }

    /// Records that the mail with `code` was handed over, so that nobody sends another.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if another code has taken its place.
    pub async fn mark_sent(
        &self,
        challenge: &Challenge,
        code: &SecretHash,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = Update::new(key_of(challenge))
            .set("sent", now)
            .condition("code", "=", code);
        self.table.update(update).await
    }

    /// Requests a fresh invitation, if its user still is invited, and keeps the response if there is one
    /// to keep. Codes that were sent before stop working.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if the user is gone, has joined, is deactivated, has another address by
    /// now, or a role above that of the inviter; [`Conflict::TooManyMails`].
    pub async fn renew_invitation(
        &self,
        invitation: &Invitation,
        keep: Option<&Keep>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Invitation {
            user,
            email,
            language,
            inviter,
            inviter_role,
            per_day,
        } = invitation;
        let mut still_invited = Update::new(Key::user(*user))
            .set("invited", now)
            .set("revision", Revision::new(now))
            .set("changed_by", inviter)
            .condition("joined", "=", false)
            .condition("deactivated", "=", false);
        if let Some(language) = language {
            still_invited = still_invited.set("language", language);
        }
        for role in Role::ALL {
            if !inviter_role.may_manage(role) {
                still_invited = still_invited.condition("role", "<>", role);
            }
        }
        let still_theirs = Update::new(Key::account_email(user.account, email));
        let mail = MailRequest {
            purpose: CodePurpose::Invitation,
            user: *user,
            email,
            by: (*inviter).into(),
            per_day: Some(*per_day),
            now,
        };
        let mut writes = vec![
            TransactWrite::update(still_invited, Conflict::Stale),
            TransactWrite::check(still_theirs.condition("user", "=", user.user)),
        ];
        writes.extend(self.request_mail(&mail)?);
        writes.extend(keep.map(|keep| self.keep(keep)));
        self.transact_with_mail(writes, Some(&mail)).await
    }

    /// Counts a wrong password that came with the code of `challenge`, if it still is the one that
    /// works.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if it is not.
    pub async fn record_wrong_password(&self, challenge: &Challenge) -> Result<(), StoreError> {
        let update = Update::new(key_of(challenge))
            .add_number_from_zero("wrong_passwords", 1)
            .if_unchanged("code", challenge.code.as_ref());
        self.table.update(update).await
    }

    /// Marks the code of `challenge` as used, if it still is the one that works.
    pub(super) fn use_code(&self, challenge: &Challenge, now: Timestamp) -> TransactWrite {
        let update = Update::new(key_of(challenge))
            .set("used", now)
            .if_unchanged("code", challenge.code.as_ref())
            .if_unchanged("used", None::<Timestamp>)
            .if_absent_or("wrong_passwords", "<", MAX_WRONG_PASSWORDS);
        TransactWrite::update(update, Conflict::Stale)
    }

    /// Requests the mail that a user needs who has forgotten the password, as was said at `now`: a code
    /// to choose another one, or the invitation again.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if such a mail was requested then, or since, or the user is gone.
    pub async fn request_forgotten(
        &self,
        purpose: CodePurpose,
        user: &User,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mail = MailRequest {
            email,
            ..MailRequest::to(user, purpose, now)
        };
        // Without its user a row would be left for ever, and an invitation that was revoked must not be
        // sent again.
        let as_read = Update::new(Key::user(user.key()));
        let is_there = TransactWrite::check(as_read.if_unchanged("revision", user.revision));
        let update = self.challenge_update(&mail);
        let update = update.if_absent_or("requested", "<", now);
        let request = TransactWrite::update(update, Conflict::Stale);
        self.table.transact(vec![is_there, request]).await
    }

    /// Records that a mail without a code was handed over, so that nobody sends another.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if another one was requested since.
    pub async fn mark_notice_sent(
        &self,
        challenge: &Challenge,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = Update::new(key_of(challenge)).set("sent", now).condition(
            "requested",
            "=",
            challenge.requested_at,
        );
        self.table.update(update).await
    }

    /// Requests a code to be mailed. Codes that were sent before stop working.
    pub(super) fn request_challenge(&self, mail: &MailRequest<'_>) -> TransactWrite {
        TransactWrite::update(self.challenge_update(mail), Conflict::Stale)
    }

    fn challenge_update(&self, mail: &MailRequest<'_>) -> Update {
        let update = Update::upsert(Key::challenge(mail.purpose, mail.user))
            .set("purpose", mail.purpose)
            .set("account", mail.user.account)
            .set("user", mail.user.user)
            .set("email", mail.email)
            .set("requested", mail.now)
            .set_if_absent("codes", BTreeMap::<SecretHash, Timestamp>::new())
            .remove("code")
            .remove("wrong_passwords")
            .remove("sent")
            .remove("used")
            .remove("bounced");
        // An invitation that the invited user requests again stays that of the inviter.
        match mail.by.stored() {
            Some(by) => update.set("by", by),
            None => update,
        }
    }
}

fn key_of(challenge: &Challenge) -> Key {
    Key::challenge(challenge.purpose, challenge.key())
}
