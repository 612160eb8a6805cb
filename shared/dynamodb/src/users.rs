use crate::{
    Holder, Refusal, Repository, StoreError, UserRow, accounts::AccountChange, keys::Key,
    mail_limits::MailAsked, standing::only_if_standing, transaction::Step, update::Update,
};
use roster_domain::{AccountId, CodePurpose, Patch, Timestamp, User, UserChanges, UserId};
use serde::Serialize;

impl Repository {
    /// The user, if they are in this account. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn user_get(
        &self,
        account: AccountId,
        user: UserId,
    ) -> Result<Option<User>, StoreError> {
        self.get(&UserRow(account, user)).await
    }

    /// Puts a user into an account, and asks for their `invitation` if there is to be one: of so many
    /// that the account may ask for in a day. All of it or nothing.
    ///
    /// # Errors
    /// [`Refusal::EmailInUse`], [`Refusal::UsernameInUse`], [`Refusal::TooManyMails`].
    pub async fn user_create(
        &self,
        user: &User,
        invitation: Option<u32>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = Key::user(user.account, user.id);
        let user = &User {
            invited: invitation.is_some().then_some(now),
            ..user.clone()
        };
        let mail = invitation.map(|per_day| MailAsked {
            purpose: CodePurpose::Invitation,
            account: user.account,
            user: user.id,
            email: &user.email,
            per_day: Some(per_day),
            now,
        });
        let mut steps = self.take_names(user, None)?;
        steps.push(Step::create(&self.table, key, user, Refusal::Changed)?);
        if let Some(mail) = &mail {
            steps.extend(self.ask_for_mail(mail)?);
        }
        let change = AccountChange {
            active_owner: (false, user.is_active_owner()),
            ..AccountChange::default()
        };
        steps.extend(self.change_account(user.account, change)?);
        self.transact_with_mail(steps, mail.as_ref()).await
    }

    /// Changes what `changes` names, and nothing else, of a user who was read as `user`; the user
    /// as they are then. A new address is taken, the old one freed, and the mail that verifies the
    /// new one asked for, all in one transaction; to who was invited and has yet to accept, the
    /// invitation goes again instead. Where `changes` name nothing, nothing is written. The account
    /// may ask for so many mails of a kind `per_day`.
    /// After a transaction the answer does not show what others changed since `user` was read.
    ///
    /// # Errors
    /// [`Refusal::EmailInUse`]; [`Refusal::TooManyMails`]; [`Refusal::TooLarge`] if the merged
    /// preferences are;
    /// [`Refusal::Changed`] if the user is gone, or what the change was decided on is not what was
    /// read any more: their standing, and where it matters their address, preferences or
    /// permissions. Two who change different fields at once both win.
    pub async fn user_update(
        &self,
        user: &User,
        changes: &UserChanges,
        per_day: u32,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        if changes.is_empty() {
            return Ok(user.clone());
        }
        let changed = user
            .changed(changes.clone(), now)
            .map_err(|_| StoreError::Refused(Refusal::TooLarge))?;
        let mut update = Update::existing(Key::user(user.account, user.id)).set("updated", now)?;
        update = only_if_standing(update, user)?;
        update = patch(update, "second_email", &changes.second_email)?;
        update = patch(update, "first_name", &changes.first_name)?;
        update = patch(update, "last_name", &changes.last_name)?;
        update = patch(update, "alias", &changes.alias)?;
        update = patch(update, "organization", &changes.organization)?;
        update = patch(update, "language", &changes.language)?;
        update = patch(update, "time_zone", &changes.time_zone)?;
        if changes.preferences.is_some() {
            // A merge depends on what was there: if that has changed, it is merged anew.
            let (before, after) = (user.preferences_text(), changed.preferences_text());
            update = update
                .set("preferences", after)?
                .only_if("preferences", "=", before)?;
        }
        let Some(email) = &changes.email else {
            return self.send(update).await;
        };
        update = update
            .set("email", email)?
            .only_if("email", "=", &user.email)?;
        let mail = |purpose| MailAsked {
            purpose,
            account: changed.account,
            user: changed.id,
            email: &changed.email,
            per_day: Some(per_day),
            now,
        };
        if email.matches(&user.email) {
            // Sending one's unverified address again, as it is, is how to get another mail.
            if *email != user.email || user.email_verified || !user.joined {
                return self.send(update).await;
            }
            let only_email = UserChanges {
                email: changes.email.clone(),
                ..UserChanges::default()
            };
            let without_mail = (*changes != only_email).then(|| update.clone());
            update = update.only_if("email_verified", "=", false)?;
            let mail = mail(CodePurpose::Verification);
            let mut steps = vec![update.into_step(&self.table, Refusal::Changed)?];
            steps.extend(self.ask_for_mail(&mail)?);
            return match (
                self.transact_with_mail(steps, Some(&mail)).await,
                without_mail,
            ) {
                // Who sends all fields each time means the others: they are not lost to the limit.
                (Err(StoreError::Refused(Refusal::TooManyMails(_))), Some(update)) => {
                    self.send(update).await
                }
                (outcome, _) => outcome.map(|()| changed),
            };
        }
        update = update.set("email_verified", false)?.remove("email_lost");
        update = if_email_kept(update, user)?;
        let purpose = if user.joined {
            Some(CodePurpose::Verification)
        } else {
            update = update
                // Whoever gets the invitation gets these.
                .only_if("permissions", "=", user.permissions)?
                // Who was never sent an invitation gets no mail; who was, verifies by accepting it.
                .only_if_still("invited", user.invited)?;
            user.invited.map(|_| CodePurpose::Invitation)
        };
        let mail = purpose.map(mail);
        // First, so that of two requests for the same address the later one is decided anew.
        let update = update.into_step(&self.table, Refusal::Changed)?;
        let steps = |instead_of: Option<&Holder>| {
            let old = Key::account_email(user.account, &user.email);
            let mut steps = vec![
                update.clone(),
                self.take_account_email(&changed)?,
                Step::delete(&self.table, old)?,
            ];
            if user.joined {
                steps.extend(self.take_login(&changed, instead_of, now)?);
                steps.extend(self.free_login(user)?);
            }
            if let Some(mail) = &mail {
                steps.extend(self.ask_for_mail(mail)?);
            }
            Ok(steps)
        };
        self.transact_taking_login(email, now, mail.as_ref(), steps)
            .await?;
        Ok(changed)
    }

    /// Notes that the user was seen in the hour that starts at `hour`.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if that is known already.
    pub async fn user_record_activity(
        &self,
        account: AccountId,
        user: UserId,
        hour: Timestamp,
    ) -> Result<(), StoreError> {
        self.record_activity(Key::user(account, user), hour).await
    }

    pub(crate) async fn record_activity(
        &self,
        key: Key,
        hour: Timestamp,
    ) -> Result<(), StoreError> {
        let update = Update::existing(key)
            .set("activity", hour)?
            .only_if_absent_or("activity", "<", hour)?;
        self.send_only(update).await
    }
}

/// Nothing is written unless the user's address is their login as it was read.
pub(crate) fn if_email_kept(update: Update, user: &User) -> Result<Update, StoreError> {
    update.only_if_still("email_lost", user.email_lost.then_some(true))
}

fn patch<T: Serialize>(
    update: Update,
    attribute: &str,
    patch: &Patch<T>,
) -> Result<Update, StoreError> {
    match patch {
        Patch::Keep => Ok(update),
        Patch::Clear => Ok(update.remove(attribute)),
        Patch::Set(value) => update.set(attribute, value),
    }
}
