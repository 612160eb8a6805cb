//! The model's state: accounts, users, tokens, codes and logins, and who is found by what.

use super::{
    changes::{DAY, refuse_unless},
    steps::{
        Address, Age, CAST, Caller, Named, PERMISSIONS, Request, What, Who, email, name, username,
    },
};
use roster_domain::{CodePurpose, Role};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

#[derive(Clone, Debug)]
pub struct Model {
    /// Since the first step.
    pub now: Duration,
    /// The id of each account; empty until it is known.
    pub accounts: Vec<String>,
    pub users: Vec<User>,
    /// Who logs in by an address.
    pub logins: BTreeMap<Address, Login>,
    /// Every mail that was asked for: of which account, which kind, to which address, and when.
    pub mails: Vec<(usize, CodePurpose, Address, Duration)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Login {
    pub user: Who,
    pub verified: bool,
    pub since: Duration,
    /// Until when, if the user has given the address up.
    pub until: Option<Duration>,
}

impl Login {
    pub fn is_kept(&self, now: Duration) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

#[derive(Clone, Debug)]
pub struct User {
    /// Empty until it is known.
    pub id: String,
    /// A request can name it.
    pub is_known: bool,
    pub account: usize,
    pub address: Address,
    pub verified: bool,
    /// Another user logs in by the address.
    pub lost: bool,
    /// The proven address before this one, and until when it can be gone back to.
    pub previous: Option<(Address, Duration)>,
    pub username: Option<Address>,
    pub role: Role,
    /// What was set, whatever the role gives beside it.
    pub permissions: BTreeSet<&'static str>,
    pub joined: bool,
    pub deactivated: bool,
    pub removed: bool,
    /// An invitation was sent at some time.
    pub invited: bool,
    pub has_password: bool,
    pub first: Option<u8>,
    pub last: Option<u8>,
    pub alias: Option<u8>,
    pub tokens: Vec<Token>,
    pub codes: Vec<Code>,
}

#[derive(Clone, Debug)]
pub struct Token {
    pub text: String,
    pub expires: Duration,
    pub ended: bool,
    /// A request can have it.
    pub is_known: bool,
}

#[derive(Clone, Debug)]
pub struct Code {
    pub purpose: CodePurpose,
    pub address: Address,
    /// Empty until it is mailed.
    pub text: String,
    pub expires: Duration,
    /// It was not used, and no newer one was asked for.
    pub works: bool,
}

impl Token {
    /// A token that was made before the first step.
    pub fn first(text: String) -> Self {
        Self {
            text,
            expires: 90 * DAY,
            ended: false,
            is_known: true,
        }
    }
}

impl Code {
    /// Whether it is to be mailed.
    pub fn is_due(&self) -> bool {
        self.works && self.text.is_empty()
    }
}

impl User {
    pub fn new(account: usize, address: Address, role: Role) -> Self {
        Self {
            id: String::new(),
            is_known: false,
            account,
            address,
            verified: false,
            lost: false,
            previous: None,
            username: None,
            role,
            permissions: BTreeSet::from(["viewMetrics"]),
            joined: false,
            deactivated: false,
            removed: false,
            invited: false,
            has_password: false,
            first: None,
            last: None,
            alias: None,
            tokens: vec![],
            codes: vec![],
        }
    }

    pub fn token(&self, age: Age) -> Option<&Token> {
        let mut known = self.tokens.iter().filter(|token| token.is_known);
        match age {
            Age::First => known.next(),
            Age::Newest => known.next_back(),
        }
    }

    pub fn code(&self, age: Age) -> Option<&Code> {
        let mut known = self.codes.iter().filter(|code| !code.text.is_empty());
        match age {
            Age::First => known.next(),
            Age::Newest => known.next_back(),
        }
    }

    pub fn active(&self) -> bool {
        self.joined && !self.deactivated && !self.removed
    }

    /// Whether a token of theirs may have stopped working.
    pub fn has_lost_tokens(&self) -> bool {
        !self.active() || self.tokens.iter().any(|token| token.ended)
    }

    pub fn held(&self) -> BTreeSet<&'static str> {
        match self.role {
            Role::User => self.permissions.clone(),
            Role::Admin | Role::Owner => BTreeSet::from(PERMISSIONS),
        }
    }

    pub fn profile(&self) -> Value {
        json!([{
            "user_id": self.id,
            "email1": email(self.address),
            "user_alias": self.alias.map(name),
        }])
    }

    pub fn record(&self) -> Value {
        json!({
            "id": self.id,
            "email": email(self.address),
            "role": self.role,
            "first": self.first.map(name),
            "last": self.last.map(name),
        })
    }

    pub fn member(&self) -> Value {
        json!({
            "_id": self.id,
            "email": email(self.address),
            "firstName": self.first.map(name),
            "lastName": self.last.map(name),
        })
    }

    pub fn envelope(&self) -> Value {
        let status = match self.verified {
            true => "verified",
            false => "unverified",
        };
        let content = json!({
            "email": email(self.address),
            "username": self.username.map(username),
            "status": status,
        });
        json!({ "status": 1, "content": content })
    }
}

impl Model {
    /// The cast in their two accounts, of whom everybody logs in by their address.
    pub fn new(accounts: Vec<String>, mut users: Vec<User>) -> Self {
        users.iter_mut().for_each(|user| user.is_known = true);
        assert_eq!(users.len(), CAST);
        let login = |(user, it): (Who, &User)| {
            let (verified, since) = (it.verified, Duration::ZERO);
            (
                it.address,
                Login {
                    user,
                    verified,
                    since,
                    until: None,
                },
            )
        };
        Self {
            now: Duration::ZERO,
            logins: users.iter().enumerate().map(login).collect(),
            accounts,
            users,
            mails: vec![],
        }
    }
    /// The user whose credential it is. A password is taken by some operations only.
    pub fn caller(&self, request: &Request) -> Result<Who, u16> {
        let takes_password = matches!(
            request.what,
            What::Login | What::GetAccount(_) | What::UpdateAccount(..)
        );
        let user = match request.by {
            Caller::Nobody => None,
            Caller::Token(who, age) => {
                let token = self.users.get(who).and_then(|user| user.token(age));
                token
                    .filter(|token| !token.ended && self.now < token.expires)
                    .map(|_| who)
            }
            Caller::Password(address, right) => {
                let login = self
                    .logins
                    .get(&address)
                    .filter(|login| takes_password && right && login.is_kept(self.now));
                login
                    .map(|login| login.user)
                    .filter(|user| self.users[*user].has_password)
            }
        };
        user.filter(|user| self.users[*user].active()).ok_or(401)
    }

    pub fn works(&self, user: &User, token: &Token) -> bool {
        user.active() && !token.ended && self.now < token.expires
    }

    pub fn working_token<'a>(&self, user: &'a User) -> Option<&'a str> {
        let token = user.tokens.iter().find(|token| self.works(user, token))?;
        Some(&token.text)
    }

    pub fn member(&self, own: &User, who: Who) -> Option<Who> {
        let user = self.users.get(who)?;
        if user.id == own.id {
            return Some(who);
        }
        (user.account == own.account && !user.removed && user.is_known).then_some(who)
    }

    pub fn managed(&self, own: &User, who: Who) -> Result<Who, u16> {
        let user = self.member(own, who).ok_or(404u16)?;
        refuse_unless(self.users[user].role <= own.role, 403)?;
        Ok(user)
    }

    pub fn named(&self, own: &User, named: Named) -> Option<Who> {
        match named {
            Named::Id(who) => self.member(own, who),
            Named::Address(address) if address == own.address => {
                self.users.iter().position(|user| user.id == own.id)
            }
            Named::Address(address) => self.user_at(own.account, address),
        }
    }

    /// A user as a request sees them that only reads: its caller as they were at first.
    pub fn seen<'a>(&'a self, user: Who, own: &'a User) -> &'a User {
        let user = &self.users[user];
        if user.id == own.id { own } else { user }
    }

    pub fn user_at(&self, account: usize, address: Address) -> Option<Who> {
        let is_there =
            |user: &User| !user.removed && (user.account, user.address) == (account, address);
        self.users.iter().position(is_there)
    }

    /// Whether somebody of the account, but for `user`, may go back to the address.
    pub fn is_kept(&self, account: usize, address: Address, user: Option<Who>) -> bool {
        let mut others = self.users.iter().enumerate();
        others.any(|(who, it)| {
            let kept = it.previous.filter(|(_, until)| *until > self.now);
            let kept = kept.is_some_and(|(previous, _)| previous == address);
            kept && !it.removed && it.account == account && user != Some(who)
        })
    }

    pub fn people_of(&self, account: usize) -> impl Iterator<Item = &User> {
        let users = self.users.iter();
        users.filter(move |user| !user.removed && user.account == account)
    }

    pub fn everybody(&self, account: usize, shown: fn(&User) -> Value, field: &str) -> Value {
        let people: Value = self.people_of(account).map(shown).collect();
        if field.is_empty() {
            people
        } else {
            json!({ field: people })
        }
    }
}
