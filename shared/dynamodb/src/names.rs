//! Who has which name. Inside an account everybody is found by their address; to log in by, an
//! address or a username belongs to one user of the whole system.

use crate::{
    Refusal, Repository, StoreError, keys::Key, mail_limits::MailAsked, transaction::Step,
    update::Update,
};
use roster_domain::{AccountId, EmailAddress, Timestamp, User, UserId, Username};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long an address that nobody has proven keeps others from signing up with it.
const UNVERIFIED_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What somebody logs in by.
#[derive(Clone, Debug)]
pub enum Name {
    /// Their primary address.
    Email(EmailAddress),
    /// Their username.
    Username(Username),
}

/// Whose login it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The account they are in.
    pub account: AccountId,
    /// Who they are in it.
    pub user: UserId,
    /// Whether they have proven that it is their address.
    #[serde(default)]
    pub verified: bool,
    /// Since when they have it.
    pub since: Timestamp,
}

impl Holder {
    fn new(user: &User, since: Timestamp) -> Self {
        Self {
            account: user.account,
            user: user.id,
            verified: user.email_verified,
            since,
        }
    }

    /// Whether it is `user`.
    pub fn is(&self, user: &User) -> bool {
        self.account == user.account && self.user == user.id
    }

    /// Whether it gives way to somebody who signs up with the address, without proving it.
    fn gives_way(&self, now: Timestamp) -> bool {
        !self.verified && self.since + UNVERIFIED_KEPT <= now
    }
}

/// Whose address it is in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailOwner {
    /// Joined or invited.
    pub user: UserId,
}

impl Repository {
    /// Who logs in by this name, if anyone. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn name_get(&self, name: &Name) -> Result<Option<Holder>, StoreError> {
        self.get(name).await
    }

    /// Takes all names of a new `user`. See [`Repository::take_login`] for `instead_of`.
    pub(crate) fn take_names(
        &self,
        user: &User,
        instead_of: Option<&Holder>,
    ) -> Result<Vec<Step>, StoreError> {
        let mut steps = vec![self.take_account_email(user)?];
        if user.logs_in_by_email() {
            steps.extend(self.take_login(user, instead_of, user.created)?);
        }
        if let Some(username) = &user.username {
            let (key, holder) = (Key::username(username), Holder::new(user, user.created));
            let refusal = Refusal::UsernameInUse;
            steps.push(Step::create(&self.table, key, &holder, refusal)?);
        }
        Ok(steps)
    }

    /// Takes `user`'s address in their account.
    pub(crate) fn take_account_email(&self, user: &User) -> Result<Step, StoreError> {
        let key = Key::account_email(user.account, &user.email);
        let owner = EmailOwner { user: user.id };
        Step::create(&self.table, key, &owner, Refusal::EmailInUse)
    }

    /// Takes `user`'s address as a login: one that nobody has, or that of another user, who has not
    /// proven it and loses it.
    pub(crate) fn take_login(
        &self,
        user: &User,
        instead_of: Option<&Holder>,
        now: Timestamp,
    ) -> Result<Vec<Step>, StoreError> {
        let (key, holder) = (Key::email(&user.email), Holder::new(user, now));
        let Some(other) = instead_of else {
            let refusal = Refusal::EmailInUse;
            return Ok(vec![Step::create(&self.table, key, &holder, refusal)?]);
        };
        let login = Update::existing(key)
            .set("account", holder.account)?
            .set("user", holder.user)?
            .set("verified", holder.verified)?
            .set("since", holder.since)?
            .only_if("account", "=", other.account)?
            .only_if("user", "=", other.user)?
            .only_if("verified", "=", false)?;
        let loser =
            Update::existing(Key::user(other.account, other.user)).set("email_lost", true)?;
        Ok(vec![
            login.into_step(&self.table, Refusal::Changed)?,
            loser.into_step(&self.table, Refusal::Changed)?,
        ])
    }

    /// Makes the address that `user` has just proven their login, which was found with `holder`.
    ///
    /// The caller has seen to it that no other user has proven it.
    pub(crate) fn prove_login(
        &self,
        user: &User,
        holder: Option<&Holder>,
        now: Timestamp,
    ) -> Result<Vec<Step>, StoreError> {
        let steps = match holder {
            Some(holder) if holder.is(user) => {
                let login = Update::existing(Key::email(&user.email))
                    .set("verified", true)?
                    .only_if("account", "=", user.account)?
                    .only_if("user", "=", user.id)?;
                vec![login.into_step(&self.table, Refusal::Changed)?]
            }
            holder => self.take_login(user, holder, now)?,
        };
        // Whoever was quicker, the decision is made anew.
        let changed = |step: Step| Step {
            refusal: Refusal::Changed,
            ..step
        };
        Ok(steps.into_iter().map(changed).collect())
    }

    /// Gives up the login by `user`'s address, if they have it.
    pub(crate) fn free_login(&self, user: &User) -> Result<Option<Step>, StoreError> {
        user.logs_in_by_email()
            .then(|| Step::delete(&self.table, Key::email(&user.email)))
            .transpose()
    }

    /// Writes all of the steps that take `email` as a login, or none. If somebody else has it who
    /// gives way, they are made again in their place.
    ///
    /// # Errors
    /// See [`Repository::transact_with_mail`].
    pub(crate) async fn transact_taking_login(
        &self,
        email: &EmailAddress,
        now: Timestamp,
        mail: Option<&MailAsked<'_>>,
        steps: impl Fn(Option<&Holder>) -> Result<Vec<Step>, StoreError>,
    ) -> Result<(), StoreError> {
        let refused = match self.transact_with_mail(steps(None)?, mail).await {
            Err(error @ StoreError::Refused(Refusal::EmailInUse)) => error,
            outcome => return outcome,
        };
        let holder = self.name_get(&Name::Email(email.clone())).await?;
        let Some(holder) = holder.filter(|holder| holder.gives_way(now)) else {
            return Err(refused);
        };
        match self.transact_with_mail(steps(Some(&holder))?, mail).await {
            // Somebody else was quicker, and now has the address.
            Err(StoreError::Refused(Refusal::Changed)) => Err(refused),
            outcome => outcome,
        }
    }
}
