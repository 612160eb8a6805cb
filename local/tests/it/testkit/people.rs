//! The people of a test. Most are put into the store by the repository: they have a token, and no
//! password, whose hash takes its time.

use super::{Edit, MAILS, TestApp, stored::StoredUser};
use roster_domain::{
    Account, Code, CodePurpose, Cursor, Direction, EmailAddress, IssuedToken, LoginAttempts,
    NameHash, PasswordHash, Permissions, Role, Status, Token, User, UserId, UserKey,
};
use serde_json::{Value, json};
use std::{future::IntoFuture, pin::Pin, sync::LazyLock, time::Duration};

/// Good enough for anybody.
pub const PASSWORD: &str = "correct-horse-battery-staple";

/// A user, by all that a request can name one by, and the token that they send.
#[derive(Clone, Debug)]
pub struct Person {
    pub account: String,
    pub id: String,
    pub email: String,
    pub username: Option<String>,
    pub token: String,
}

impl Person {
    fn new(user: &User, token: Option<&Token>) -> Self {
        Self {
            account: user.account.to_string(),
            id: user.id.to_string(),
            email: user.email.to_string(),
            username: user.username.as_ref().map(ToString::to_string),
            token: token.map(Token::expose).unwrap_or_default(),
        }
    }

    /// A user whose token nobody needs.
    pub fn named(account: &str, id: &str, email: &str) -> Self {
        Self {
            account: account.to_owned(),
            id: id.to_owned(),
            email: email.to_owned(),
            username: None,
            token: String::new(),
        }
    }

    /// The same user at another address.
    pub fn at(&self, email: &str) -> Self {
        Self {
            email: email.to_owned(),
            ..self.clone()
        }
    }

    /// What their token is listed and revoked by.
    pub fn token_id(&self) -> String {
        let token: Token = self.token.parse().unwrap();
        token.hash().public_id()
    }

    fn cursor(&self, direction: Direction) -> Cursor {
        let from = self.id.parse().unwrap();
        Cursor { from, direction }
    }

    /// The cursor of the page that begins behind them.
    pub fn next(&self) -> String {
        self.cursor(Direction::Forwards).to_string()
    }

    /// The cursor of the page that ends before them.
    pub fn prev(&self) -> String {
        self.cursor(Direction::Backwards).to_string()
    }

    /// The cursors that lead back from an empty page which one of their own cursors led to.
    pub fn ways_back(&self) -> [String; 2] {
        [Direction::Forwards, Direction::Backwards]
            .map(|direction| self.cursor(direction).back().to_string())
    }
}

impl TestApp {
    /// Signs up by the accounts API and logs in: the owner of a new account, with a username.
    pub async fn owner(&self, username: &str) -> Person {
        let email = format!("{username}@example.com");
        let body = json!({ "username": username, "email": email, "password": PASSWORD });
        self.post("/rest/users").json(body).await.expect_status(201);
        Person {
            username: Some(username.to_owned()),
            ..self.login(&email).await
        }
    }

    /// Logs in a user whose password is [`PASSWORD`].
    pub async fn login(&self, name: &str) -> Person {
        let login = self
            .post("/user/login")
            .basic(name, PASSWORD)
            .await
            .expect_status(200)
            .json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Person {
            account: text(&login["account"]["id"]),
            id: text(&login["user"]["id"]),
            email: text(&login["user"]["email"]),
            username: None,
            token: text(&login["token"]["token"]),
        }
    }

    /// A new account, which may ask for as many mails as any: its owner, without a username.
    pub async fn account(&self, name: &str) -> Person {
        let email: EmailAddress = address(name).parse().unwrap();
        let mut account = Account::open(email.clone(), self.now());
        account.verified = true;
        let mut owner = User::invite(account.id, email, Role::Owner, account.created_at);
        owner.status = Status::Active;
        owner.activity = account.activity;
        let token = self.give_token(&mut owner);
        let repository = &self.app.repository;
        repository
            .create_account(&account, &owner, None)
            .await
            .unwrap();
        Person::new(&owner, Some(&token))
    }

    /// A new account, whose owner has just signed up, with a password that nobody knows, and has yet
    /// to prove the address. The owner has no token.
    pub async fn signed_up(&self, name: &str) -> Person {
        let email: EmailAddress = address(name).parse().unwrap();
        let account = Account::open(email.clone(), self.now());
        let hash = PasswordHash::decoy();
        let owner = User::register(account.id, email, None, hash, self.now());
        let repository = &self.app.repository;
        repository
            .create_account(&account, &owner, None)
            .await
            .unwrap();
        Person::new(&owner, None)
    }

    /// An active member of `colleague`'s account.
    pub async fn member(&self, colleague: &Person, name: &str, role: Role) -> Person {
        self.add(colleague, name).role(role).await
    }

    /// A user who has yet to accept their invitation into `colleague`'s account.
    pub async fn invited(&self, colleague: &Person, name: &str, role: Role) -> Person {
        self.add(colleague, name).role(role).invited().await
    }

    /// A member of `colleague`'s account whose access was taken away.
    pub async fn deactivated(&self, colleague: &Person, name: &str, role: Role) -> Person {
        self.add(colleague, name).role(role).deactivated().await
    }

    /// A member of `colleague`'s account, who is an active `user` unless more is said; awaiting it
    /// puts them there.
    pub fn add(&self, colleague: &Person, name: &str) -> NewMember<'_> {
        let (account, now) = (colleague.account.parse().unwrap(), self.now());
        let email = address(name).parse().unwrap();
        let mut user = User::invite(account, email, Role::User, now);
        user.status = Status::Active;
        user.activity = Some(now.to_the_hour());
        let token = self.give_token(&mut user);
        NewMember {
            app: self,
            user,
            by: colleague.id.parse().unwrap(),
            token,
        }
    }

    fn give_token(&self, user: &mut User) -> Token {
        let issued = self.issue_token(user);
        user.tokens.insert(issued.hash, issued.validity);
        issued.token
    }

    /// A user of `colleague`'s account who does not exist: with an id and an address that might be.
    pub fn unknown(&self, colleague: &Person, name: &str) -> Person {
        Person {
            id: UserId::new(self.now()).to_string(),
            email: address(name),
            ..colleague.clone()
        }
    }

    /// The same user with another token, as from a login.
    pub async fn with_another_token(&self, person: &Person) -> Person {
        let repository = &self.app.repository;
        let user = repository.get_user(key_of(person)).await.unwrap().unwrap();
        let token = self.issue_token(&user);
        let login = repository.record_login(&user, &token);
        login.await.unwrap();
        Person {
            token: token.token.expose(),
            ..person.clone()
        }
    }

    /// The same user with a token that they have named.
    pub async fn with_named_token(&self, person: &Person, name: &str) -> Person {
        let repository = &self.app.repository;
        let user = repository.get_user(key_of(person)).await.unwrap().unwrap();
        let token = self.issue_token(&user);
        let after = user.add_named_token(&token, name.parse().unwrap());
        let save = repository.save(&user, after.unwrap(), user.id);
        save.send().await.unwrap();
        Person {
            token: token.token.expose(),
            ..person.clone()
        }
    }

    fn issue_token(&self, user: &User) -> IssuedToken {
        let lifetime = self.app.settings.token_lifetime;
        Token::issue(user.key(), self.now(), lifetime).unwrap()
    }

    /// A token of this user that was never given to them.
    pub fn forged_token(&self, person: &Person) -> String {
        let issued = Token::issue(key_of(person), self.now(), Duration::from_secs(60));
        issued.unwrap().token.expose()
    }

    /// A code of this user that was never mailed to them.
    pub fn made_up_code(&self, purpose: CodePurpose, person: &Person) -> String {
        Code::generate(purpose, key_of(person)).unwrap().expose()
    }

    /// Mails the code that this user was asked for, by the call that the mailer makes: the code.
    pub async fn mailed_code(&self, purpose: CodePurpose, person: &Person) -> String {
        let challenge = self.challenge(purpose, person).await.unwrap();
        self.store_code(&challenge).await.unwrap()
    }

    /// The code that is mailed to this user, or, if none was asked for, a made up one.
    pub async fn any_code(&self, purpose: CodePurpose, person: &Person) -> String {
        match self.challenge(purpose, person).await {
            Some(challenge) => self.store_code(&challenge).await.unwrap(),
            None => self.made_up_code(purpose, person),
        }
    }

    /// A code to choose a new password with, mailed to this user.
    pub async fn reset_code(&self, person: &Person) -> String {
        self.forget_password(person).await;
        self.mailed_code(CodePurpose::Reset, person).await
    }

    /// Changes the verified address of this user: the code that undoes it.
    pub async fn undo_code(&self, person: &Person) -> String {
        self.edit(person, Edit::Verified);
        self.readdress(person, &format!("other-{}", person.email))
            .await;
        self.mailed_code(CodePurpose::Undo, person).await
    }

    /// A user as they are stored.
    pub async fn user(&self, person: &Person) -> Option<StoredUser> {
        let user = self.app.repository.get_user(key_of(person)).await;
        user.unwrap().map(StoredUser)
    }

    /// How many active owners the account counts.
    pub async fn active_owners(&self, person: &Person) -> u32 {
        let account = person.account.parse().unwrap();
        let account = self.app.repository.get_account(account).await;
        account.unwrap().unwrap().active_owners
    }

    /// How many wrong passwords are counted for a name.
    pub async fn failures(&self, name: &str) -> usize {
        self.attempts(name).await.failures.len()
    }

    /// Whether nothing at all is counted for a name.
    pub async fn has_no_attempts(&self, name: &str) -> bool {
        self.attempts(name).await == LoginAttempts::default()
    }

    async fn attempts(&self, name: &str) -> LoginAttempts {
        let name = NameHash::new(name);
        let attempts = self.app.repository.get_attempts(&name);
        attempts.await.unwrap()
    }
}

pub(super) fn key_of(person: &Person) -> UserKey {
    UserKey {
        account: person.account.parse().unwrap(),
        user: person.id.parse().unwrap(),
    }
}

fn address(name: &str) -> String {
    format!("{name}@example.com")
}

/// A member in the making.
#[must_use]
pub struct NewMember<'a> {
    app: &'a TestApp,
    user: User,
    by: UserId,
    token: Token,
}

impl NewMember<'_> {
    pub fn role(mut self, role: Role) -> Self {
        self.user.role = role;
        self
    }

    /// They have yet to accept their invitation.
    pub fn invited(mut self) -> Self {
        self.user.status = Status::Invited;
        self
    }

    pub fn deactivated(mut self) -> Self {
        self.user.status = self.user.status.deactivated();
        self
    }

    pub fn permissions(mut self, permissions: Permissions) -> Self {
        self.user.permissions = permissions;
        self
    }

    pub fn username(mut self, username: &str) -> Self {
        self.user.username = Some(username.parse().unwrap());
        self
    }

    /// Their password is [`PASSWORD`].
    pub fn with_password(mut self) -> Self {
        static HASH: LazyLock<PasswordHash> =
            LazyLock::new(|| PasswordHash::renew(PASSWORD).unwrap());
        self.user.password = Some(HASH.clone());
        self
    }

    /// They have proven their address.
    pub fn verified(mut self) -> Self {
        self.user.email_verified = true;
        self
    }

    pub fn called(mut self, first_name: &str, last_name: &str) -> Self {
        self.user.first_name = Some(first_name.parse().unwrap());
        self.user.last_name = Some(last_name.parse().unwrap());
        self
    }

    pub fn living(mut self, language: &str, time_zone: &str) -> Self {
        self.user.language = Some(language.parse().unwrap());
        self.user.time_zone = Some(time_zone.parse().unwrap());
        self
    }

    pub fn without_tokens(mut self) -> Self {
        self.user.tokens.clear();
        self
    }

    pub fn with_expired_token(mut self) -> Self {
        for validity in self.user.tokens.values_mut() {
            validity.expires_at = validity.issued_at;
        }
        self
    }
}

impl<'a> IntoFuture for NewMember<'a> {
    type Output = Person;
    type IntoFuture = Pin<Box<dyn Future<Output = Person> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let repository = &self.app.app.repository;
            let joined = self.user.status.has_joined();
            let user = match joined {
                true => self.user,
                false => self.user.invited(self.app.now()),
            };
            repository
                .create_user(&user, self.by, Some(MAILS), None)
                .await
                .unwrap();
            Person::new(&user, Some(&self.token))
        })
    }
}
