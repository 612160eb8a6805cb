use crate::{
    AccountRow, Holder, Refusal, Repository, StoreError, keys::Key, mail_limits::MailAsked,
    transaction::Step, update::Update,
};
use roster_domain::{Account, AccountId, CodePurpose, Timestamp, User};

/// What changes of an account along with one of its users.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AccountChange {
    /// Whether the user is an active owner before the transaction, and after it.
    pub(crate) active_owner: (bool, bool),
    /// An owner has proven an address.
    pub(crate) verified: bool,
    /// Who opened the account is removed: their address goes.
    pub(crate) without_founder: bool,
}

impl Repository {
    /// Opens an account with its first owner, and asks for the mail that verifies their address:
    /// all of it or nothing.
    ///
    /// # Errors
    /// [`Refusal::EmailInUse`], [`Refusal::UsernameInUse`].
    pub async fn account_create(&self, account: &Account, owner: &User) -> Result<(), StoreError> {
        let table = &self.table;
        let account = &Account {
            founder: Some(owner.id),
            ..account.clone()
        };
        let mail = MailAsked {
            purpose: CodePurpose::Verification,
            account: account.id,
            user: owner.id,
            email: &owner.email,
            per_day: None,
            now: owner.created,
        };
        let steps = |instead_of: Option<&Holder>| {
            // The names come first: their refusals are what the caller is told.
            let mut steps = self.take_names(owner, instead_of)?;
            let key = Key::account(account.id);
            steps.push(Step::create(table, key, account, Refusal::Changed)?);
            let key = Key::user(owner.account, owner.id);
            steps.push(Step::create(table, key, owner, Refusal::Changed)?);
            steps.extend(self.ask_for_mail(&mail)?);
            Ok(steps)
        };
        self.transact_taking_login(&owner.email, owner.created, Some(&mail), steps)
            .await
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

    /// The step that makes a change of the account, if there is any. Its count of active owners
    /// never goes down to none.
    pub(crate) fn change_account(
        &self,
        account: AccountId,
        change: AccountChange,
    ) -> Result<Option<Step>, StoreError> {
        let AccountChange {
            active_owner,
            verified,
            without_founder,
        } = change;
        let (was, is) = active_owner;
        if was == is && !verified && !without_founder {
            return Ok(None);
        }
        let mut update = Update::existing(Key::account(account));
        let mut refusal = Refusal::Changed;
        if is && !was {
            update = update.add("active_owners", 1)?;
        }
        if was && !is {
            update = update
                .add("active_owners", -1)?
                .only_if("active_owners", ">", 1)?;
            refusal = Refusal::LastOwner;
        }
        if verified {
            update = update.set("verified", true)?;
        }
        if without_founder {
            update = update.remove("email").remove("founder");
        }
        update.into_step(&self.table, refusal).map(Some)
    }
}
