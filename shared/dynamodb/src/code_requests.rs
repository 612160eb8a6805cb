use crate::{
    CodeRequestRow, Refusal, Repository, StoreError, keys::Key, mail_limits::MailAsked,
    transaction::Step, update::Update,
};
use roster_domain::{
    AccountId, CODE_LIFETIME, CodePurpose, CodeRequest, EmailAddress, Role, SecretHash, Timestamp,
    UserId,
};
use std::collections::BTreeMap;

/// Codes of one request that are remembered at most; the oldest is forgotten first. An item has
/// room for thousands, and nobody asks for a mail that often in the time that a code works.
const MAX_CODES: usize = 50;

impl Repository {
    /// What was asked for of this user, and what became of it. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn code_request_get(
        &self,
        purpose: CodePurpose,
        account: AccountId,
        user: UserId,
    ) -> Result<Option<CodeRequest>, StoreError> {
        self.get(&CodeRequestRow(purpose, account, user)).await
    }

    /// Makes `code` the one that works for `request`, from `now` on for [`CODE_LIFETIME`]. It is
    /// stored before it is mailed: a mail that was sent must work.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the request was meanwhile made anew, or mailed, or fulfilled, or its
    /// user is gone: then there is nothing to mail.
    pub async fn code_store(
        &self,
        request: &CodeRequest,
        code: &SecretHash,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut update = Update::existing(key_of(request))
            .set("code", code)?
            .set(&format!("codes.{}", code.as_str()), now + CODE_LIFETIME)?
            .only_if("requested", "=", request.requested)?
            // Two requests may be of the same millisecond, but then they are for two addresses.
            .only_if("email", "=", &request.email)?
            .only_if_still("sent", None::<Timestamp>)?
            .only_if_still("used", None::<Timestamp>)?;
        let mut known: Vec<_> = request.codes.iter().collect();
        known.sort_by_key(|(_, expires)| **expires);
        let forgotten = (known.len() + 1).saturating_sub(MAX_CODES);
        for (hash, _) in &known[..forgotten] {
            update = update.remove(&format!("codes.{}", hash.as_str()));
        }
        self.send_only(update).await
    }

    /// Notes that the mail with `code` was handed over, so that nobody sends another.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if another code has taken its place.
    pub async fn code_sent(
        &self,
        request: &CodeRequest,
        code: &SecretHash,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let update = Update::existing(key_of(request))
            .set("sent", now)?
            .only_if("code", "=", code)?;
        self.send_only(update).await
    }

    /// Asks for a fresh invitation of the user whose address was found to be `email`, if they are
    /// still invited, and `by` is a role that may manage theirs. Codes that were sent before stop
    /// working. The account may ask for so many invitations `per_day`.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the user is gone, has joined, is deactivated, has another address by
    /// now, or a role above `by`; [`Refusal::TooManyMails`].
    pub async fn invitation_renew(
        &self,
        account: AccountId,
        user: UserId,
        email: &EmailAddress,
        by: Role,
        per_day: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut still_invited = Update::existing(Key::user(account, user))
            .set("invited", now)?
            .only_if("joined", "=", false)?
            .only_if("deactivated", "=", false)?;
        for role in Role::ALL {
            if !by.may_manage(role) {
                still_invited = still_invited.only_if("role", "<>", role)?;
            }
        }
        let still_theirs = Update::existing(Key::account_email(account, email));
        let still_theirs = still_theirs.only_if("user", "=", user)?;
        let mail = MailAsked {
            purpose: CodePurpose::Invitation,
            account,
            user,
            email,
            per_day: Some(per_day),
            now,
        };
        let mut steps = vec![
            still_invited.into_step(&self.table, Refusal::Changed)?,
            still_theirs.into_check(&self.table, Refusal::Changed)?,
        ];
        steps.extend(self.ask_for_mail(&mail)?);
        self.transact_with_mail(steps, Some(&mail)).await
    }

    /// Marks the code of `request` as used, if it still is the one that works.
    pub(crate) fn use_code(
        &self,
        request: &CodeRequest,
        now: Timestamp,
    ) -> Result<Step, StoreError> {
        Update::existing(key_of(request))
            .set("used", now)?
            .only_if_still("code", request.code.as_ref())?
            .only_if_still("used", None::<Timestamp>)?
            .into_step(&self.table, Refusal::Changed)
    }

    /// Asks for a code to be mailed. Codes that were sent before stop working.
    pub(crate) fn ask_for_code(&self, mail: &MailAsked<'_>) -> Result<Step, StoreError> {
        Update::any(Key::code_request(mail.purpose, mail.account, mail.user))
            .set("purpose", mail.purpose)?
            .set("account", mail.account)?
            .set("user", mail.user)?
            .set("email", mail.email)?
            .set("requested", mail.now)?
            .set_if_absent("codes", BTreeMap::<SecretHash, Timestamp>::new())?
            .remove("code")
            .remove("sent")
            .remove("used")
            .into_step(&self.table, Refusal::Changed)
    }
}

fn key_of(request: &CodeRequest) -> Key {
    Key::code_request(request.purpose, request.account, request.user)
}
