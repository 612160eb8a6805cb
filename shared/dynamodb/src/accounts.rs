use crate::{
    Refusal, Repository, StoreError,
    item::{Item, from_item},
    keys::Key,
    transaction::Step,
};
use aws_sdk_dynamodb::operation::get_item::{GetItem, GetItemInput};
use roster_domain::{Account, AccountId, CodePurpose, Timestamp, User};

impl Repository {
    /// One strongly consistent read of the item at `key`.
    pub(crate) async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        let input = GetItemInput::builder()
            .table_name(&self.table)
            .set_key(Some(key.clone().into_item()))
            .consistent_read(true)
            .build()
            .map_err(StoreError::internal)?;
        Ok(self.client.call::<GetItem>(input).await?.item)
    }

    /// Opens an account with its first owner, and asks for the mail that verifies their address:
    /// all of it or nothing.
    ///
    /// # Errors
    /// [`Refusal::EmailInUse`], [`Refusal::UsernameInUse`].
    pub async fn account_create(&self, account: &Account, owner: &User) -> Result<(), StoreError> {
        let table = &self.table;
        // The names come first: their refusals are what the caller is told.
        let mut steps = vec![self.take_email(owner)?];
        if let Some(username) = &owner.username {
            steps.push(self.take_username(owner, username)?);
        }
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
        let key = Key::account(account);
        self.get(&key)
            .await?
            .map(|item| from_item(&key, item))
            .transpose()
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
