use super::{Keep, Repository, accounts::AccountChange, mail_limits::MailRequest};
use crate::{
    Conflict, StoreError,
    table::{Key, TransactWrite, Update},
};
use roster_domain::{Account, Actor, CodePurpose, SecretHash, Timestamp, User, UserKey};
use std::collections::BTreeMap;

impl Repository {
    /// The user, if the account has one of this id. One strongly consistent read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Unreadable`], [`StoreError::Internal`].
    pub async fn get_user(&self, user: UserKey) -> Result<Option<User>, StoreError> {
        self.table.get(Key::user(user)).await
    }

    /// Puts a user into an account, which `by` does. For a user who is [`User::invited`], requests the mail with the
    /// invitation: one of so many that the account may request in a day, if they are counted. All of
    /// it or nothing, and the response is kept if there is one to keep.
    ///
    /// # Errors
    /// [`Conflict::EmailInUse`], [`Conflict::UsernameInUse`], [`Conflict::TooManyMails`];
    /// [`Conflict::Stale`] if a response is kept already, or the account is closed.
    pub async fn create_user(
        &self,
        user: &User,
        by: impl Into<Actor>,
        per_day: Option<u32>,
        keep: Option<&Keep>,
    ) -> Result<(), StoreError> {
        let by = by.into();
        let user = &User {
            changed_by: by,
            ..user.clone()
        };
        let mail = user.invited_at.map(|now| MailRequest {
            per_day,
            by,
            ..MailRequest::to(user, CodePurpose::Invitation, now)
        });
        let mut writes: Vec<_> = keep.map(|keep| self.keep(keep)).into_iter().collect();
        writes.extend(self.take_names(user, None, user.created_at)?);
        let key = Key::user(user.key());
        writes.push(TransactWrite::create(key, user, Conflict::Stale)?);
        if let Some(mail) = &mail {
            writes.extend(self.request_mail(mail)?);
        }
        let change = AccountChange {
            active_owner: (false, user.is_active_owner()),
            ..AccountChange::default()
        };
        let change = self.change_account(user.account, change);
        writes.push(change.unwrap_or_else(|| self.require_open(user.account)));
        self.transact_with_mail(writes, mail.as_ref()).await
    }

    /// Removes a user who was read as `user` from `account`, with all that there is of the user:
    /// names, tokens, challenges, and the account's address if the user founded it.
    ///
    /// The user's row says first that it is `by` who changes it: a row that is gone tells
    /// the readers of the table's stream nothing but what it was.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if the user was changed or removed since; [`Conflict::LastOwner`].
    pub async fn remove_user(
        &self,
        user: &User,
        account: &Account,
        by: impl Into<Actor>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let by = by.into();
        let marked = match user.changed_by == by {
            true => None,
            false => {
                let mut marked = user.clone();
                marked.changed_by = by;
                Some(self.save(user, marked, by).send().await?)
            }
        };
        let user = marked.as_ref().unwrap_or(user);
        let unchanged = Update::new(Key::user(user.key())).if_unchanged("revision", user.revision);
        let mut writes = vec![
            TransactWrite::delete_if(unchanged),
            TransactWrite::delete(Key::account_email(user.account, &user.email)),
        ];
        writes.extend(self.free_login(user));
        if let Some(kept) = user.kept_email(now) {
            writes.extend(self.free_names(user.key(), &kept.email));
        }
        let username = user.username.as_ref();
        writes.extend(username.map(|name| TransactWrite::delete(Key::username(name))));
        for purpose in CodePurpose::ALL {
            writes.push(TransactWrite::delete(Key::challenge(purpose, user.key())));
        }
        let change = AccountChange {
            active_owner: (user.is_active_owner(), false),
            without_founder_by: (account.founder == Some(user.id)).then_some(by),
            ..AccountChange::default()
        };
        writes.extend(self.change_account(user.account, change));
        self.table.transact(writes).await
    }

    /// Records that the user was seen in the hour that starts at `hour`, and that the token was used.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if that is known already.
    pub async fn record_user_activity(
        &self,
        user: &User,
        token: Option<&SecretHash>,
        hour: Timestamp,
    ) -> Result<(), StoreError> {
        let key = Key::user(user.key());
        let Some(token) = token else {
            return self.record_activity(key, hour).await;
        };
        let use_of = format!("token_uses.{}", token.as_str());
        let mut update = Update::new(key).set("activity", hour);
        update = match user.token_uses.is_empty() {
            true => update
                .set("token_uses", BTreeMap::from([(token, hour)]))
                .if_unchanged("token_uses", None::<Timestamp>),
            false => update.set(&use_of, hour),
        };
        let paths = ["activity", &use_of].map(|path| update.path(path));
        let value = update.value(hour);
        let news: Vec<_> = paths
            .iter()
            .flat_map(|path| {
                [
                    format!("attribute_not_exists({path})"),
                    format!("{path} < {value}"),
                ]
            })
            .collect();
        self.table.update(update.if_any(&news)).await
    }

    pub(super) async fn record_activity(
        &self,
        key: Key,
        hour: Timestamp,
    ) -> Result<(), StoreError> {
        let update = Update::new(key)
            .set("activity", hour)
            .if_absent_or("activity", "<", hour);
        self.table.update(update).await
    }
}
