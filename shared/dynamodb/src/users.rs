use crate::{
    Refusal, Repository, StoreError, item::from_item, keys::Key, transaction::Step, update::Update,
};
use roster_domain::{AccountId, CodePurpose, Patch, Role, Timestamp, User, UserChanges, UserId};
use serde::Serialize;

/// How often a write that depends on what was read is tried again on what is there by then.
const CHANGED_RETRIES: usize = 8;

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
        let key = Key::user(account, user);
        self.get(&key)
            .await?
            .map(|item| from_item(&key, item))
            .transpose()
    }

    /// Puts a user into an account, and asks for their invitation if there is to be one: all of it
    /// or nothing.
    ///
    /// # Errors
    /// [`Refusal::EmailInUse`], [`Refusal::UsernameInUse`].
    pub async fn user_create(
        &self,
        user: &User,
        invitation: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = Key::user(user.account, user.id);
        let mut steps = vec![self.take_email(user)?];
        if let Some(username) = &user.username {
            steps.push(self.take_username(user, username)?);
        }
        steps.push(Step::create(&self.table, key, user, Refusal::Changed)?);
        if invitation {
            steps.push(self.ask_for_code(CodePurpose::Invitation, user, now)?);
        }
        steps.extend(self.count_owners(user.account, false, user.is_active_owner())?);
        self.transact(steps).await
    }

    /// Changes what `changes` names, and nothing else, of a user who was read as `user`; the user
    /// as they are then. A new address is taken, the old one freed, and the mail that verifies the
    /// new one asked for, all in one transaction; to who was invited and has yet to accept, the
    /// invitation goes again instead. Where `changes` name nothing, nothing is written.
    ///
    /// `only_as` is the role that the user must still have, where somebody else changes them and
    /// may because of it.
    ///
    /// # Errors
    /// [`Refusal::EmailInUse`]; [`Refusal::TooLarge`] if the merged preferences are;
    /// [`Refusal::Changed`] if the user is gone or has another role than `only_as`.
    pub async fn user_update(
        &self,
        user: &User,
        changes: &UserChanges,
        only_as: Option<Role>,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        if changes.is_empty() {
            return Ok(user.clone());
        }
        let mut current = user.clone();
        for _ in 0..CHANGED_RETRIES {
            match self.user_update_once(&current, changes, only_as, now).await {
                Err(error) if error.is_changed() => {
                    let read = self.user_get(user.account, user.id).await?;
                    current = read
                        .filter(|read| only_as.is_none_or(|role| role == read.role))
                        .ok_or(StoreError::Refused(Refusal::Changed))?;
                }
                outcome => return outcome,
            }
        }
        Err(StoreError::Unavailable(
            "the user is being changed by too many at once".into(),
        ))
    }

    async fn user_update_once(
        &self,
        user: &User,
        changes: &UserChanges,
        only_as: Option<Role>,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        let changed = user
            .changed(changes.clone(), now)
            .map_err(|_| StoreError::Refused(Refusal::TooLarge))?;
        let mut update = Update::existing(Key::user(user.account, user.id)).set("updated", now)?;
        if let Some(role) = only_as {
            update = update.only_if("role", "=", role)?;
        }
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
        // Sending one's unverified address again, as it is, is how to get another mail.
        let again = changes.email.as_ref() == Some(&user.email);
        if again && user.joined && !user.email_verified {
            let update =
                update
                    .only_if("email", "=", &user.email)?
                    .only_if("email_verified", "=", false)?;
            self.transact(vec![
                update.into_step(&self.table, Refusal::Changed)?,
                self.ask_for_code(CodePurpose::Verification, &changed, now)?,
            ])
            .await?;
            return Ok(changed);
        }
        if changed.email == user.email {
            return self.send(update).await;
        }
        update = update
            .set("email", &changed.email)?
            .only_if("email", "=", &user.email)?;
        if changed.email.matches(&user.email) {
            return self.send(update).await;
        }
        let update = update
            .set("email_verified", false)?
            .only_if("joined", "=", user.joined)?;
        let mut steps = vec![
            self.take_email(&changed)?,
            Step::delete(&self.table, Key::email(&user.email))?,
            update.into_step(&self.table, Refusal::Changed)?,
        ];
        // Who has yet to accept verifies their address by that; not invited yet, they get no mail.
        let purpose = if user.joined {
            Some(CodePurpose::Verification)
        } else {
            let invitation = CodePurpose::Invitation;
            let asked = self.code_request_get(invitation, user.account, user.id);
            asked.await?.map(|_| invitation)
        };
        if let Some(purpose) = purpose {
            steps.push(self.ask_for_code(purpose, &changed, now)?);
        }
        self.transact(steps).await?;
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
