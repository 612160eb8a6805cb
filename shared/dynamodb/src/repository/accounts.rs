use super::{Keep, Login, Repository, mail_limits::MailRequest};
use crate::{
    Conflict, StoreError,
    table::{Key, TransactWrite, Update},
};
use roster_domain::{Account, AccountId, Actor, CodePurpose, Revision, Timestamp, User};

/// What changes of an account along with one of its users.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AccountChange {
    /// Whether the user is an active owner before the transaction, and after it.
    pub(super) active_owner: (bool, bool),
    /// An owner has proven an address.
    pub(super) verified: bool,
    /// Who removes the founder, and with it the account's address.
    pub(super) without_founder_by: Option<Actor>,
}

impl Repository {
    /// Opens an account with its first owner, and requests the mail that verifies the owner's
    /// address, and keeps the response if there is one to keep: all of it or nothing.
    ///
    /// # Errors
    /// [`Conflict::EmailInUse`], [`Conflict::UsernameInUse`]; [`Conflict::Stale`] if a response is kept
    /// already.
    pub async fn create_account(
        &self,
        account: &Account,
        owner: &User,
        keep: Option<&Keep>,
    ) -> Result<(), StoreError> {
        let account = &Account {
            founder: Some(owner.id),
            changed_by: owner.id.into(),
            ..account.clone()
        };
        let owner = &User {
            changed_by: owner.id.into(),
            ..owner.clone()
        };
        let mail = MailRequest {
            by: owner.id.into(),
            ..MailRequest::to(owner, CodePurpose::Verification, owner.created_at)
        };
        let writes = |instead_of: Option<&Login>| {
            // A response that is kept decides, and then the names: their conflicts are what the caller
            // is told.
            let mut writes: Vec<_> = keep.map(|keep| self.keep(keep)).into_iter().collect();
            writes.extend(self.take_names(owner, instead_of, owner.created_at)?);
            let key = Key::account(account.id);
            writes.push(TransactWrite::create(key, account, Conflict::Stale)?);
            let key = Key::user(owner.key());
            writes.push(TransactWrite::create(key, owner, Conflict::Stale)?);
            writes.extend(self.request_mail(&mail)?);
            Ok(writes)
        };
        self.transact_taking_login(&owner.email, owner.created_at, Some(&mail), writes)
            .await
    }

    /// Opens an account for an owner who has yet to join it, which the operator does, and requests the mail
    /// with the owner's invitation.
    ///
    /// # Errors
    /// See [`Repository::create_account`].
    pub async fn create_account_for(
        &self,
        account: &Account,
        owner: &User,
    ) -> Result<(), StoreError> {
        let (by, now) = (Actor::Operator, owner.created_at);
        let account = &Account {
            founder: Some(owner.id),
            active_owners: 0,
            changed_by: by,
            ..account.clone()
        };
        let owner = &User {
            invited_at: Some(now),
            changed_by: by,
            ..owner.clone()
        };
        let mail = MailRequest {
            by,
            ..MailRequest::to(owner, CodePurpose::Invitation, now)
        };
        let mut writes = self.take_names(owner, None, now)?;
        let key = Key::account(account.id);
        writes.push(TransactWrite::create(key, account, Conflict::Stale)?);
        let key = Key::user(owner.key());
        writes.push(TransactWrite::create(key, owner, Conflict::Stale)?);
        writes.extend(self.request_mail(&mail)?);
        self.transact_with_mail(writes, Some(&mail)).await
    }

    /// The account, if it is there. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn get_account(&self, account: AccountId) -> Result<Option<Account>, StoreError> {
        self.table.get(Key::account(account)).await
    }

    /// Saves what `by` made of an open account that was read as `before`: its name, or that it
    /// is closed. Returns the account as it is then. Where nothing differs, nothing is written.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if the account was closed or renamed since.
    pub async fn save_account(
        &self,
        before: &Account,
        after: Account,
        by: impl Into<Actor>,
        now: Timestamp,
    ) -> Result<Account, StoreError> {
        if *before == after {
            return Ok(after);
        }
        let revision = Some(Revision::new(now));
        let update = Update::new(Key::account(before.id))
            .set_or_remove("name", after.name.as_ref())
            .set("closed", after.closed)
            .set_or_remove("changed_by", by.into().stored())
            .set("revision", revision)
            .condition("closed", "=", false)
            .if_unchanged("revision", before.revision);
        let is_own = |found: &Account| found.revision == revision;
        self.table.update_and_read(update, is_own).await
    }

    /// Lets a transaction through only while the account is open: who closes it must not miss a user
    /// who is just being put into it.
    pub(super) fn require_open(&self, account: AccountId) -> TransactWrite {
        TransactWrite::check(Update::new(Key::account(account)).condition("closed", "=", false))
    }

    /// Records that a user of the account was seen in the hour that starts at `hour`.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if that is known already.
    pub async fn record_account_activity(
        &self,
        account: AccountId,
        hour: Timestamp,
    ) -> Result<(), StoreError> {
        self.record_activity(Key::account(account), hour).await
    }

    /// The write that makes a change of the account, if there is any. Its count of active owners
    /// never goes down to zero.
    pub(super) fn change_account(
        &self,
        account: AccountId,
        change: AccountChange,
    ) -> Option<TransactWrite> {
        let AccountChange {
            active_owner: (was, is),
            verified,
            without_founder_by,
        } = change;
        if was == is && !verified && without_founder_by.is_none() {
            return None;
        }
        let mut update = Update::new(Key::account(account));
        let mut conflict = Conflict::Stale;
        if is && !was {
            update = update
                .add("active_owners", 1)
                .condition("closed", "=", false);
        }
        if was && !is {
            update = update
                .add("active_owners", -1)
                .condition("active_owners", ">", 1);
            conflict = Conflict::LastOwner;
        }
        if verified {
            update = update.set("verified", true);
        }
        if let Some(by) = without_founder_by {
            let update_by = update.remove("email").remove("founder");
            update = update_by.set_or_remove("changed_by", by.stored());
        }
        Some(TransactWrite::update(update, conflict))
    }
}
