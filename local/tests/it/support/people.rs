//! People who are put into the store by the repository: without a password, whose hash takes its
//! time, but with a token.

use super::{
    MAILS,
    app::{App, Person},
};
use roster_domain::{
    Account, Code, CodePurpose, EmailAddress, LoginAttempts, NameHash, Role, Token, TokenGrant,
    TokenValidity, User, UserId,
};
use serde_json::json;

impl App {
    /// A new account, which may ask for as many mails as any: its owner, without a username.
    pub async fn account(&self, name: &str) -> Person {
        let email: EmailAddress = format!("{name}@example.com").parse().unwrap();
        let mut account = Account::open(email.clone(), self.roster.clock.now());
        account.verified = true;
        let mut owner = User::invite(account.id, email, Role::Owner, account.created);
        owner.joined = true;
        owner.activity = account.activity;
        let token = self.grant(&mut owner);
        let repository = &self.roster.repository;
        repository.account_create(&account, &owner).await.unwrap();
        Person::new(&owner, &token)
    }

    /// An active member of `colleague`'s account.
    pub async fn member(&self, colleague: &Person, name: &str, role: Role) -> Person {
        self.member_with(colleague, name, role, |_| {}).await
    }

    /// Somebody who has yet to accept their invitation into `colleague`'s account.
    pub async fn invited(&self, colleague: &Person, name: &str, role: Role) -> Person {
        let invited = |user: &mut User| user.joined = false;
        self.member_with(colleague, name, role, invited).await
    }

    /// A member of `colleague`'s account whose access was taken away.
    pub async fn deactivated(&self, colleague: &Person, name: &str, role: Role) -> Person {
        let deactivated = |user: &mut User| user.deactivated = true;
        self.member_with(colleague, name, role, deactivated).await
    }

    /// A member of `colleague`'s account, active but for what `change` makes of them.
    pub async fn member_with(
        &self,
        colleague: &Person,
        name: &str,
        role: Role,
        change: impl FnOnce(&mut User),
    ) -> Person {
        let (account, now) = (colleague.account.parse().unwrap(), self.roster.clock.now());
        let email = format!("{name}@example.com").parse().unwrap();
        let mut user = User::invite(account, email, role, now);
        user.joined = true;
        user.activity = Some(now.to_the_hour());
        let token = self.grant(&mut user);
        change(&mut user);
        let repository = &self.roster.repository;
        let invitation = (!user.joined).then_some(MAILS);
        let create = repository.user_create(&user, invitation, now);
        create.await.unwrap();
        Person::new(&user, &token)
    }

    /// A code for somebody. If they were asked to prove something, it is the one that works, by the
    /// same call that the mailer makes; else nobody knows it.
    pub async fn code(&self, purpose: CodePurpose, person: &Person) -> String {
        let (account, id) = (person.account.parse().unwrap(), person.id.parse().unwrap());
        let code = Code::generate(purpose, account, id).unwrap();
        let repository = &self.roster.repository;
        let request = repository.code_request_get(purpose, account, id);
        if let Some(request) = request.await.unwrap() {
            let (hash, now) = (code.hash(), self.roster.clock.now());
            repository.code_store(&request, &hash, now).await.unwrap();
        }
        code.reveal()
    }

    /// So many copies of `person` in their account, put there beside the repository, which would
    /// take its time: their ids, by creation. They have no names to be found by.
    pub fn copies(&self, person: &Person, count: usize) -> Vec<UserId> {
        let mut item = self.user_item(person).unwrap();
        let mut copy = || {
            let id = UserId::new(self.roster.clock.now());
            item["SK"] = json!({ "S": format!("USER#{id}") });
            item["id"] = json!({ "S": id.to_string() });
            self.put_item(item.clone());
            id
        };
        (0..count).map(|_| copy()).collect()
    }

    /// Somebody as they are stored.
    pub async fn user(&self, person: &Person) -> Option<User> {
        let (account, id) = (person.account.parse().unwrap(), person.id.parse().unwrap());
        let repository = &self.roster.repository;
        repository.user_get(account, id).await.unwrap()
    }

    /// The account of somebody, as it is stored.
    pub async fn account_of(&self, person: &Person) -> Account {
        let account = person.account.parse().unwrap();
        let account = self.roster.repository.account_get(account);
        account.await.unwrap().unwrap()
    }

    /// The wrong passwords that are counted for a name.
    pub async fn attempts(&self, name: &str) -> LoginAttempts {
        let name = NameHash::new(name);
        let attempts = self.roster.repository.attempts_get(&name);
        attempts.await.unwrap()
    }

    fn grant(&self, user: &mut User) -> Token {
        let TokenGrant { token, hash } = Token::generate(user.account, user.id).unwrap();
        let issued = self.roster.clock.now();
        let expires = issued + self.roster.settings.token_lifetime;
        user.tokens.insert(hash, TokenValidity { issued, expires });
        token
    }
}

impl Person {
    fn new(user: &User, token: &Token) -> Self {
        Self {
            account: user.account.to_string(),
            id: user.id.to_string(),
            email: user.email.to_string(),
            username: None,
            token: token.reveal(),
        }
    }
}
