use crate::{AccountRow, Refusal, Repository, StoreError, keys::Key, transaction::Step};
use roster_domain::{Account, AccountId, CodePurpose, Timestamp, User};

impl Repository {
    /// Opens an account with its first owner, and asks for the mail that verifies their address:
    /// all of it or nothing.
    ///
    /// # Errors
    /// [`Refusal::EmailInUse`], [`Refusal::UsernameInUse`].
    pub async fn account_create(&self, account: &Account, owner: &User) -> Result<(), StoreError> {
        let table = &self.table;
        // The names come first: their refusals are what the caller is told.
        let mut steps = self.take_names(owner)?;
        steps.push(Step::create(
            table,
            Key::account(account.id),
            account,
            Refusal::Changed,
        )?);
        steps.push(Step::create(
            table,
            Key::user(owner.account, owner.id),
            owner,
            Refusal::Changed,
        )?);
        steps.push(self.ask_for_code(CodePurpose::Verification, owner, owner.created)?);
        self.transact(steps).await
    }

    /// The account, if it is there. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn account_get(&self, account: AccountId) -> Result<Option<Account>, StoreError> {
        self.get(&AccountRow(account)).await
    }

    /// Notes that someone of the account was seen in the hour that starts at `hour`.
    ///
    /// # Errors
    /// [`Refusal::Changed`] if that is known already.
    pub async fn account_record_activity(
        &self,
        account: AccountId,
        hour: Timestamp,
    ) -> Result<(), StoreError> {
        self.record_activity(Key::account(account), hour).await
    }
}
