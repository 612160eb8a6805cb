//! Writes users in batches: those of one account one after the other, as they share the account's row,
//! and those of different accounts side by side.

use super::{Item, invitations};
use crate::{AdminError, options::ImportArgs, record::Rejection};
use futures_util::future::try_join_all;
use roster_domain::{AccountId, Clock, EmailAddress, Status, User, UserId, UserKey};
use roster_dynamodb::{Backoff, Conflict, LoginName, Repository, StoreError};
use std::{collections::BTreeSet, time::Duration};
use tokio::{sync::mpsc, task::JoinHandle};

/// Batches that wait for a writer.
const QUEUED: usize = 2;

/// How often the store may be away, beyond the SDK's own retries, and how long each time at most.
const RETRIES: u32 = 8;
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Users of one account.
pub(super) struct Batch {
    pub(super) account: AccountId,
    pub(super) items: Vec<Item>,
}

/// What became of the lines.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) imported: u64,
    pub(super) present: u64,
    pub(super) rejected: Vec<(u64, Rejection)>,
    /// Users who have yet to join, and may have been mailed nothing.
    pub(super) uninvited: Vec<UserKey>,
    pub(super) invitations: u64,
}

/// Tasks that write.
pub(super) struct Writers {
    queues: Vec<mpsc::Sender<Batch>>,
    tasks: Vec<JoinHandle<Result<Tally, AdminError>>>,
}

impl Writers {
    pub(super) fn start(repository: &Repository, clock: &Clock, args: &ImportArgs) -> Self {
        let (mut queues, mut tasks) = (Vec::new(), Vec::new());
        for _ in 0..args.parallel {
            let (queue, batches) = mpsc::channel(QUEUED);
            let writer = Writer {
                repository: repository.clone(),
                clock: clock.clone(),
                dry_run: args.dry_run,
                tally: Tally::default(),
            };
            queues.push(queue);
            tasks.push(tokio::spawn(writer.run(batches)));
        }
        Self { queues, tasks }
    }

    /// Hands a batch to the writer of its account.
    ///
    /// # Errors
    /// A writer has failed: its error.
    pub(super) async fn write(&mut self, batch: Batch) -> Result<(), AdminError> {
        let number = batch
            .account
            .as_bytes()
            .iter()
            .map(|byte| usize::from(*byte))
            .sum::<usize>();
        let number = number % self.queues.len();
        if self.queues[number].send(batch).await.is_err() {
            let failed = self.tasks.swap_remove(number);
            failed
                .await
                .map_err(|error| AdminError::new(error.to_string()))??;
        }
        Ok(())
    }

    /// What became of all of them.
    pub(super) async fn finish(self) -> Result<Tally, AdminError> {
        drop(self.queues);
        let tallies = try_join_all(self.tasks).await;
        let tallies = tallies.map_err(|error| AdminError::new(error.to_string()))?;
        let mut all = Tally::default();
        for tally in tallies {
            let tally = tally?;
            all.imported += tally.imported;
            all.present += tally.present;
            all.rejected.extend(tally.rejected);
            all.uninvited.extend(tally.uninvited);
        }
        all.rejected.sort();
        Ok(all)
    }
}

struct Writer {
    repository: Repository,
    clock: Clock,
    dry_run: bool,
    tally: Tally,
}

impl Writer {
    async fn run(mut self, mut batches: mpsc::Receiver<Batch>) -> Result<Tally, AdminError> {
        while let Some(batch) = batches.recv().await {
            self.write(batch).await?;
        }
        Ok(self.tally)
    }

    async fn write(&mut self, batch: Batch) -> Result<(), AdminError> {
        let Batch { account, items } = batch;
        let ids: BTreeSet<UserId> = items.iter().map(|item| item.user.id).collect();
        let repository = self.repository.clone();
        let present = patiently(|| repository.get_users(account, &ids)).await?;
        let (there, new): (Vec<Item>, Vec<Item>) = items
            .into_iter()
            .partition(|item| present.contains_key(&item.user.id));
        self.tally.present += there.len() as u64;
        for user in present.values() {
            self.note_present(user);
        }
        match self.dry_run {
            true => self.check(new).await,
            false => self.put(account, new).await,
        }
    }

    /// Says of every new user whether they could be written.
    async fn check(&mut self, items: Vec<Item>) -> Result<(), AdminError> {
        let users = users_of(&items);
        let (repository, now) = (self.repository.clone(), self.clock.now());
        let taken = patiently(|| repository.taken_names(&users, now)).await?;
        for (place, item) in items.into_iter().enumerate() {
            match taken.get(&place) {
                Some(conflict) => {
                    let reason = self.reason(&item.user, *conflict).await?;
                    self.tally.rejected.push((item.line, reason));
                }
                None => self.tally.imported += 1,
            }
        }
        Ok(())
    }

    async fn put(&mut self, account: AccountId, items: Vec<Item>) -> Result<(), AdminError> {
        let users = users_of(&items);
        let mut from = 0;
        while from < users.len() {
            let count = Repository::importable_at_once(&users[from..], self.clock.now());
            let chunk = from..from + count;
            match self.import(account, &users[chunk.clone()]).await {
                Ok(()) => self.imported(&users[chunk.clone()]),
                // One of them is there, or has a name that is taken: which one shows when each goes alone.
                Err(StoreError::Conflict(_)) => {
                    for item in &items[chunk.clone()] {
                        self.put_one(account, item).await?;
                    }
                }
                Err(error) => return Err(error.into()),
            }
            from = chunk.end;
        }
        Ok(())
    }

    async fn put_one(&mut self, account: AccountId, item: &Item) -> Result<(), AdminError> {
        let users = [item.user.clone()];
        let conflict = match self.import(account, &users).await {
            Ok(()) => {
                self.imported(&users);
                return Ok(());
            }
            Err(StoreError::Conflict(conflict)) => conflict,
            Err(error) => return Err(error.into()),
        };
        // What a run that was stopped had sent may have come through since.
        let (repository, key) = (self.repository.clone(), item.user.key());
        match patiently(|| repository.get_user(key)).await? {
            Some(user) => {
                self.tally.present += 1;
                self.note_present(&user);
            }
            None => {
                let reason = self.reason(&item.user, conflict).await?;
                self.tally.rejected.push((item.line, reason));
            }
        }
        Ok(())
    }

    async fn import(&self, account: AccountId, users: &[User]) -> Result<(), StoreError> {
        let (repository, now) = (self.repository.clone(), self.clock.now());
        patiently(|| repository.import_users(account, users, now)).await
    }

    fn imported(&mut self, users: &[User]) {
        self.tally.imported += users.len() as u64;
        for user in users {
            self.note_uninvited(user);
        }
    }

    /// A user who was there already: if somebody has saved them since an import, what became of the
    /// invitation is up to the people of the account, who may have revoked it.
    fn note_present(&mut self, user: &User) {
        if invitations::is_as_imported(user) {
            self.note_uninvited(user);
        }
    }

    /// Whatever the line says of an invitation: the code that was mailed was another table's.
    fn note_uninvited(&mut self, user: &User) {
        if user.status == Status::Invited {
            self.tally.uninvited.push(user.key());
        }
    }

    /// Why a user cannot be written.
    async fn reason(&self, user: &User, conflict: Conflict) -> Result<Rejection, AdminError> {
        match conflict {
            Conflict::EmailInUse => self.email_reason(user, &user.email).await,
            Conflict::UsernameInUse => Ok("username is another user's".into()),
            _ => Ok(format!("account {} is closed, or is gone", user.account)),
        }
    }

    async fn email_reason(
        &self,
        user: &User,
        email: &EmailAddress,
    ) -> Result<Rejection, AdminError> {
        let name = LoginName::Email(email.clone());
        let repository = self.repository.clone();
        let login = patiently(|| repository.get_login(&name)).await?;
        Ok(match login.map(|login| login.user().account) {
            Some(account) if account != user.account && user.logs_in_by_email() => {
                format!("email logs in to the account {account} already")
            }
            _ => "email, or the previous one, is another user's".into(),
        })
    }
}

fn users_of(items: &[Item]) -> Vec<User> {
    items.iter().map(|item| item.user.clone()).collect()
}

/// Asks again, after longer and longer waits, while the store is away or throttles.
async fn patiently<T, F>(ask: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut backoff = Backoff::new(Duration::from_secs(1), RETRIES).up_to(LONGEST_WAIT);
    loop {
        match ask().await {
            Err(StoreError::Unavailable(_)) if backoff.wait().await => {}
            answer => return answer,
        }
    }
}
