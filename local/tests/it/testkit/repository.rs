//! The repository's own calls, for tests of what it promises without HTTP.

use super::{
    MAILS, Person, TestApp,
    people::key_of,
    rows::attempts_key,
    stored::{StoredChallenge, StoredUser},
};
use roster_domain::{
    Account, Code, CodePurpose, Direction, Language, Patch, Role, Timestamp, User, UserChanges,
    UserId, UserKey,
};
use roster_dynamodb::{
    Conflict, Invitation, LoginName, Reads, Repository, StoreError as RepositoryError,
};
use std::collections::BTreeSet;

/// Why the repository did not write, or could not read.
#[derive(Debug, PartialEq)]
pub enum StoreError {
    /// The row is no longer what it was when it was read.
    Stale,
    /// The account would be left without an active owner.
    LastOwner,
    /// Anything else, in words.
    Other(String),
}

impl From<RepositoryError> for StoreError {
    fn from(error: RepositoryError) -> Self {
        match error {
            RepositoryError::Conflict(Conflict::Stale) => Self::Stale,
            RepositoryError::Conflict(Conflict::LastOwner) => Self::LastOwner,
            other => Self::Other(other.to_string()),
        }
    }
}

/// A write that was decided on a user as they were read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Write {
    SetRole(Role),
    /// With a fresh invitation, if they may accept one.
    SetRoleAndInvite(Role),
    Deactivate,
    /// They get another address.
    Readdress,
    Remove,
}

/// Writes past the proxy, at the time and with the account that it was made with.
#[derive(Clone)]
pub struct Writer {
    repository: Repository,
    account: Account,
    now: Timestamp,
}

impl Writer {
    pub async fn write(&self, user: &StoredUser, write: Write) -> Result<(), StoreError> {
        let (repository, user, now) = (&self.repository, &user.0, self.now);
        match write {
            Write::SetRole(role) => {
                let save = repository.save(user, user.set_role(role, now), user.id);
                save.send().await.map(drop)?;
            }
            Write::SetRoleAndInvite(role) => {
                let save = repository.save(user, user.set_role(role, now).invited(now), user.id);
                let mail = Some(CodePurpose::Invitation);
                save.with_mail(mail, MAILS).send().await.map(drop)?;
            }
            Write::Deactivate => {
                let save = repository.save(user, user.deactivate(now), user.id);
                save.send().await.map(drop)?;
            }
            Write::Readdress => {
                let changes = UserChanges {
                    email: Some(format!("new-{}", user.email).parse().unwrap()),
                    ..UserChanges::default()
                };
                update(repository, user, changes, now).await?;
            }
            Write::Remove => {
                repository
                    .remove_user(user, &self.account, user.id, now)
                    .await?
            }
        }
        Ok(())
    }
}

async fn update(
    repository: &Repository,
    user: &User,
    changes: UserChanges,
    now: Timestamp,
) -> Result<(), RepositoryError> {
    let mail = changes
        .email
        .as_ref()
        .and_then(|email| user.challenge_for(email));
    let save = repository.save(user, user.update(changes, now).unwrap(), user.id);
    save.with_mail(mail, MAILS).send().await.map(drop)
}

/// The user whom a name logs in.
#[derive(Debug, PartialEq)]
pub struct Login {
    pub user: String,
    pub verified: bool,
}

impl TestApp {
    /// Writes to the account of `person`, as it is now.
    pub async fn writer(&self, person: &Person) -> Writer {
        let repository = self.direct_repository();
        let account = repository.get_account(person.account.parse().unwrap());
        Writer {
            account: account.await.unwrap().unwrap(),
            repository,
            now: self.now(),
        }
    }

    /// A page of the account's users: their ids, and whether more follow.
    pub async fn list(
        &self,
        person: &Person,
        from: Option<UserId>,
        direction: Direction,
        limit: usize,
    ) -> Result<(Vec<UserId>, bool), StoreError> {
        let account = person.account.parse().unwrap();
        let repository = &self.app.repository;
        let page = repository.list_users(account, from, direction, limit);
        let page = page.await?;
        Ok((page.users.iter().map(|user| user.id).collect(), page.more))
    }

    /// Every user of the account, read past the proxy.
    pub async fn users_of(&self, person: &Person) -> Vec<StoredUser> {
        let account = person.account.parse().unwrap();
        let repository = self.direct_repository();
        let page = repository.list_users(account, None, Direction::Forwards, 1000);
        page.await
            .unwrap()
            .users
            .into_iter()
            .map(StoredUser)
            .collect()
    }

    /// The partitions that count the attempts at passwords of the users of the account.
    pub async fn attempts_keys(&self, person: &Person) -> BTreeSet<String> {
        let users = self.users_of(person).await.into_iter();
        let names = users.flat_map(|StoredUser(user)| {
            let username = user.username.map(|username| username.to_string());
            [Some(user.email.to_string()), username]
        });
        names.flatten().map(|name| attempts_key(&name)).collect()
    }

    /// The active owners that the account counts, read past the proxy.
    pub async fn counted_owners(&self, person: &Person) -> usize {
        let account = person.account.parse().unwrap();
        let account = self.direct_repository().get_account(account).await;
        account.unwrap().unwrap().active_owners as usize
    }

    /// What reading a user's row says.
    pub async fn read_user(&self, person: &Person) -> Result<Option<StoredUser>, StoreError> {
        let user = self.app.repository.get_user(key_of(person)).await?;
        Ok(user.map(StoredUser))
    }

    /// The user of `colleague`'s account whom an address names.
    pub async fn user_at(&self, colleague: &Person, email: &str) -> Option<StoredUser> {
        let account = colleague.account.parse().unwrap();
        let mut reads = Reads::default();
        let owner = reads.email_owner(account, &email.parse().unwrap());
        let repository = &self.app.repository;
        let mut found = repository.read(reads).await.unwrap();
        let user = found.take(owner).unwrap()?.user;
        let user = repository.get_user(UserKey { account, user }).await;
        user.unwrap().map(StoredUser)
    }

    /// The user whom an address logs in.
    pub async fn login_of(&self, email: &str) -> Option<Login> {
        let name = LoginName::Email(email.parse().unwrap());
        let login = self.app.repository.get_login(&name).await.unwrap()?;
        Some(Login {
            user: login.user().user.to_string(),
            verified: login.verified,
        })
    }

    /// The code that a user was asked for, if they were.
    pub async fn challenge(
        &self,
        purpose: CodePurpose,
        person: &Person,
    ) -> Option<StoredChallenge> {
        let repository = &self.app.repository;
        let challenge = repository.get_challenge(purpose, key_of(person)).await;
        challenge.unwrap().map(StoredChallenge)
    }

    /// Stores a fresh code, as the mailer does before it sends the mail: the code.
    pub async fn store_code(&self, challenge: &StoredChallenge) -> Result<String, StoreError> {
        let challenge = &challenge.0;
        let code = Code::generate(challenge.purpose, challenge.key()).unwrap();
        let (hash, now) = (code.hash(), self.now());
        let repository = &self.app.repository;
        repository.store_code(challenge, &hash, now).await?;
        Ok(code.expose())
    }

    /// Invites a user afresh, at the address of `person`, as an owner does.
    pub async fn invite_afresh(&self, person: &Person) -> Result<(), StoreError> {
        let invitation = Invitation {
            language: None,
            user: key_of(person),
            email: person.email.parse().unwrap(),
            inviter: key_of(person).user,
            inviter_role: Role::Owner,
            per_day: MAILS,
        };
        let repository = &self.app.repository;
        Ok(repository
            .renew_invitation(&invitation, None, self.now())
            .await?)
    }

    /// Requests a code to choose a new password with, as the mailer does for a forgotten one.
    pub async fn forget_password(&self, person: &Person) {
        let repository = &self.app.repository;
        let user = repository.get_user(key_of(person)).await.unwrap().unwrap();
        let (email, now) = (user.reset_email().unwrap(), self.now());
        let purpose = CodePurpose::Reset;
        let request = repository.request_forgotten(purpose, &user, email, now);
        request.await.unwrap();
    }

    /// Gives a user another alias.
    pub async fn rename(&self, person: &Person, alias: &str) {
        let alias = Patch::Set(alias.parse().unwrap());
        self.change(person, |changes| changes.alias = alias).await;
    }

    /// Gives a user another address.
    pub async fn readdress(&self, person: &Person, email: &str) {
        let email = Some(email.parse().unwrap());
        self.change(person, |changes| changes.email = email).await;
    }

    /// Gives a user another address, and mails them in this language.
    pub async fn readdress_in(&self, person: &Person, email: &str, language: Language) {
        let email = Some(email.parse().unwrap());
        self.change(person, |changes| {
            changes.email = email;
            changes.language = Patch::Set(language);
        })
        .await;
    }

    async fn change(&self, person: &Person, change: impl FnOnce(&mut UserChanges)) {
        let repository = &self.app.repository;
        let user = repository.get_user(key_of(person)).await.unwrap().unwrap();
        let mut changes = UserChanges::default();
        change(&mut changes);
        update(repository, &user, changes, self.now())
            .await
            .unwrap();
    }
}
