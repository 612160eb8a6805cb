//! A user's standing: role, joined, deactivated. An account's count of active owners moves in the
//! same transaction as whatever makes somebody one, or ends it, and never down to none.

use crate::{Refusal, Repository, StoreError, keys::Key, transaction::Step, update::Update};
use roster_domain::{AccountId, CodePurpose, Role, Timestamp, User};

impl Repository {
    /// Gives a user who was read as `user` another role, and asks for a fresh invitation if there
    /// is to be one. The user as they are then.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the user's standing or address is not what was read, or the user is
    /// gone; [`Refusal::LastOwner`].
    pub async fn user_set_role(
        &self,
        user: &User,
        role: Role,
        invitation: bool,
        now: Timestamp,
    ) -> Result<User, StoreError> {
        let mut changed = User {
            role,
            updated: now,
            ..user.clone()
        };
        let mut update = Update::existing(Key::user(user.account, user.id))
            .set("role", role)?
            .set("updated", now)?
            .only_if("email", "=", &user.email)?;
        let mut more = Vec::new();
        if invitation {
            update = update.set("invited", now)?;
            changed.invited = Some(now);
            more.push(self.ask_for_code(CodePurpose::Invitation, user, now)?);
        }
        self.change_standing(update, user, &changed, more).await?;
        Ok(changed)
    }

    /// Removes a user who was read as `user`, with all that there is of them: names, tokens,
    /// whatever was asked to be mailed.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the user's standing or names are not what was read, or the user is
    /// gone; [`Refusal::LastOwner`].
    pub async fn user_remove(&self, user: &User) -> Result<(), StoreError> {
        let table = &self.table;
        let unchanged = Update::existing(Key::user(user.account, user.id))
            .only_if("email", "=", &user.email)?
            .only_if_still("username", user.username.as_ref())?;
        let mut steps = vec![
            only_if_standing(unchanged, user)?.into_delete(table, Refusal::Changed)?,
            Step::delete(table, Key::email(&user.email))?,
        ];
        if let Some(username) = &user.username {
            steps.push(Step::delete(table, Key::username(username))?);
        }
        for purpose in [CodePurpose::Invitation, CodePurpose::Verification] {
            let key = Key::code_request(purpose, user.account, user.id);
            steps.push(Step::delete(table, key)?);
        }
        steps.extend(self.count_owners(user.account, user.is_active_owner(), false)?);
        self.transact(steps).await
    }

    /// Sends an `update` that makes `after` of a user who was read as `before`, with whatever goes
    /// with it: if their standing still is what was read, and together with the account's count of
    /// active owners.
    ///
    /// # Errors
    /// [`Refusal::Changed`], also for the user being gone; [`Refusal::LastOwner`].
    pub(crate) async fn change_standing(
        &self,
        update: Update,
        before: &User,
        after: &User,
        more: Vec<Step>,
    ) -> Result<(), StoreError> {
        let update = only_if_standing(update, before)?;
        let (was, is) = (before.is_active_owner(), after.is_active_owner());
        let count = self.count_owners(before.account, was, is)?;
        if count.is_none() && more.is_empty() {
            return self.send_only(update).await;
        }
        // The user comes first: if they were changed, there may be no owner to count.
        let mut steps = vec![update.into_step(&self.table, Refusal::Changed)?];
        steps.extend(count);
        steps.extend(more);
        self.transact(steps).await
    }

    /// The step that keeps the account's count of active owners true, if it moves: whether the
    /// user is one `before` the transaction, and `after` it.
    pub(crate) fn count_owners(
        &self,
        account: AccountId,
        before: bool,
        after: bool,
    ) -> Result<Option<Step>, StoreError> {
        let count = Update::existing(Key::account(account));
        match (before, after) {
            (false, true) => count
                .add("active_owners", 1)?
                .into_step(&self.table, Refusal::Changed)
                .map(Some),
            (true, false) => count
                .add("active_owners", -1)?
                .only_if("active_owners", ">", 1)?
                .into_step(&self.table, Refusal::LastOwner)
                .map(Some),
            (true, true) | (false, false) => Ok(None),
        }
    }
}

/// Nothing is written unless the user's standing still is what was read as `user`: whether they
/// may be touched, and whether they count as an active owner, was decided on it.
pub(crate) fn only_if_standing(update: Update, user: &User) -> Result<Update, StoreError> {
    update
        .only_if("role", "=", user.role)?
        .only_if("joined", "=", user.joined)?
        .only_if("deactivated", "=", user.deactivated)
}
