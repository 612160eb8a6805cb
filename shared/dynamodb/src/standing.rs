//! A user's standing: role, joined, deactivated. An account's count of active owners moves in the
//! same transaction as whatever makes somebody one, or ends it, and never down to none.

use crate::{
    Refusal, Repository, StoreError, accounts::AccountChange, keys::Key, mail_limits::MailAsked,
    transaction::Step, update::Update, users::if_email_kept,
};
use roster_domain::{Account, CodePurpose, Role, Timestamp, User};

impl Repository {
    /// Gives a user who was read as `user` another role, and asks for a fresh `invitation` if there
    /// is to be one: of so many that the account may ask for in a day. The user as they are then.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the user's standing or address is not what was read, or the user is
    /// gone; [`Refusal::LastOwner`]; [`Refusal::TooManyMails`].
    pub async fn user_set_role(
        &self,
        user: &User,
        role: Role,
        invitation: Option<u32>,
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
        let mail = invitation.map(|per_day| MailAsked {
            purpose: CodePurpose::Invitation,
            account: user.account,
            user: user.id,
            email: &user.email,
            per_day: Some(per_day),
            now,
        });
        let mut more = Vec::new();
        if let Some(mail) = &mail {
            update = update.set("invited", now)?;
            changed.invited = Some(now);
            more = self.ask_for_mail(mail)?;
        }
        let change = AccountChange {
            active_owner: (user.is_active_owner(), changed.is_active_owner()),
            verified: !user.is_active_owner()
                && changed.is_active_owner()
                && changed.email_verified,
            ..AccountChange::default()
        };
        self.change_standing_and(update, user, change, more, mail.as_ref())
            .await?;
        Ok(changed)
    }

    /// Removes a user who was read as `user` from their `account`, with all that there is of them:
    /// names, tokens, whatever was asked to be mailed, and the account's address if it is theirs.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if the user's standing or names are not what was read, or the user is
    /// gone; [`Refusal::LastOwner`].
    pub async fn user_remove(&self, user: &User, account: &Account) -> Result<(), StoreError> {
        let table = &self.table;
        let unchanged = Update::existing(Key::user(user.account, user.id))
            .only_if("email", "=", &user.email)?
            .only_if_still("username", user.username.as_ref())?;
        let mut steps = vec![
            only_if_standing(if_email_kept(unchanged, user)?, user)?
                .into_delete(table, Refusal::Changed)?,
            Step::delete(table, Key::account_email(user.account, &user.email))?,
        ];
        steps.extend(self.free_login(user)?);
        if let Some(username) = &user.username {
            steps.push(Step::delete(table, Key::username(username))?);
        }
        for purpose in [CodePurpose::Invitation, CodePurpose::Verification] {
            let key = Key::code_request(purpose, user.account, user.id);
            steps.push(Step::delete(table, key)?);
        }
        let change = AccountChange {
            active_owner: (user.is_active_owner(), false),
            without_founder: account.founder == Some(user.id),
            ..AccountChange::default()
        };
        steps.extend(self.change_account(user.account, change)?);
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
        let change = AccountChange {
            active_owner: (before.is_active_owner(), after.is_active_owner()),
            ..AccountChange::default()
        };
        self.change_standing_and(update, before, change, more, None)
            .await
    }

    /// See [`Repository::change_standing`], with what else changes of the account, and the mail that
    /// is asked for among the steps.
    pub(crate) async fn change_standing_and(
        &self,
        update: Update,
        before: &User,
        change: AccountChange,
        more: Vec<Step>,
        mail: Option<&MailAsked<'_>>,
    ) -> Result<(), StoreError> {
        let update = only_if_standing(update, before)?;
        let change = self.change_account(before.account, change)?;
        if change.is_none() && more.is_empty() {
            return self.send_only(update).await;
        }
        // The user comes first: if they were changed, there may be no owner to count.
        let mut steps = vec![update.into_step(&self.table, Refusal::Changed)?];
        steps.extend(change);
        steps.extend(more);
        self.transact_with_mail(steps, mail).await
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
