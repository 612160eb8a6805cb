//! The model: what the contract says of accounts and users, one request after the other.

use super::steps::{
    Address, Age, CAST, Caller, Change, Named, PERMISSIONS, Request, What, Who, email, name,
    username,
};
use roster_domain::{CodePurpose, Role};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

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
    mails: Vec<(usize, CodePurpose, Address, Duration)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Login {
    pub user: Who,
    pub verified: bool,
    since: Duration,
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
    expires: Duration,
    /// It was not used, and no newer one was asked for.
    works: bool,
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

/// The status of an answer, and fields that its body has. An empty text stands for any value.
pub type Answer = (u16, Value);

impl User {
    pub fn new(account: usize, address: Address, role: Role) -> Self {
        Self {
            id: String::new(),
            is_known: false,
            account,
            address,
            verified: false,
            lost: false,
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
        json!([{ "user_id": self.id, "email1": email(self.address), "user_alias": self.alias.map(name) }])
    }

    fn record(&self) -> Value {
        json!({ "id": self.id, "email": email(self.address), "role": self.role, "first": self.first.map(name), "last": self.last.map(name) })
    }

    pub fn member(&self) -> Value {
        json!({ "_id": self.id, "email": email(self.address), "firstName": self.first.map(name), "lastName": self.last.map(name) })
    }

    fn envelope(&self) -> Value {
        let status = if self.verified {
            "verified"
        } else {
            "unverified"
        };
        json!({ "status": 1, "content": { "email": email(self.address), "username": self.username.map(username), "status": status } })
    }
}

fn refuse_unless(condition: bool, status: u16) -> Result<(), u16> {
    if condition { Ok(()) } else { Err(status) }
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

    /// Answers a request, with the ids and the token that the real answer has `shown`. A refused one
    /// changes nothing.
    ///
    /// A request reads its caller first, and the rest after that: the caller is as they were `then`.
    pub fn answer(&mut self, request: &Request, then: &Self, shown: &Value) -> Answer {
        let mut after = self.clone();
        match after.carry_out(request, then, shown) {
            Ok(answer) => {
                *self = after;
                answer
            }
            Err(status) => (status, json!({})),
        }
    }

    fn carry_out(&mut self, request: &Request, then: &Self, shown: &Value) -> Result<Answer, u16> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let token = shown["token"]["token"].as_str();
        match request.what {
            What::Register(address) => {
                let user = self.sign_up(address, None)?;
                self.accounts.pop();
                self.accounts.push(text(&shown["account"]["id"]));
                self.users[user].id = text(&shown["user"]["id"]);
                return Ok((200, self.logged_in(user, token)?));
            }
            What::SignUp(address) => {
                let user = self.sign_up(address, Some(address))?;
                return Ok((201, self.users[user].envelope()));
            }
            What::UseCode(who, age) => return Ok((200, self.use_code(who, age, token)?)),
            _ => {}
        }
        let me = then.caller(request)?;
        let own = then.users[me].clone();
        let admin = refuse_unless(own.role >= Role::Admin, 403);
        let manages = refuse_unless(own.held().contains("userManagement"), 403);
        let body = match request.what {
            What::Register(_) | What::SignUp(_) | What::UseCode(..) => unreachable!(),
            What::GetProfile => own.profile(),
            What::UpdateProfile(change) => {
                self.change(me, change, |user| &mut user.alias)?;
                self.users[me].profile()
            }
            What::Create(address, role, invite) => {
                admin?;
                refuse_unless(role <= own.role, 403)?;
                let user = self.add(User::new(own.account, address, role))?;
                self.users[user].id = text(&shown["id"]);
                if invite {
                    self.ask(CodePurpose::Invitation, user)?;
                }
                self.users[user].record()
            }
            What::Get(named) => {
                let found = named.map_or(Some(me), |named| self.named(&own, named));
                refuse_unless(found == Some(me) || admin.is_ok(), 403)?;
                self.seen(found.ok_or(404u16)?, &own).record()
            }
            What::Find(None) => self.everybody(own.account, User::record, "data"),
            What::Find(Some(named)) => {
                admin?;
                let found = self.named(&own, named).into_iter();
                json!({ "data": found.map(|user| self.users[user].record()).collect::<Vec<_>>() })
            }
            What::Login => match request.by {
                Caller::Password(..) => self.logged_in(me, token)?,
                _ => json!({ "user": own.record(), "token": null }),
            },
            What::Remove(named) => {
                admin?;
                let user = self.named(&own, named).ok_or(404u16)?;
                self.remove(&own, user)?;
                return Ok((204, json!({})));
            }
            What::Update(who, change) => {
                let found = who.map_or(Some(me), |who| self.member(&own, who));
                refuse_unless(found == Some(me) || admin.is_ok(), 403)?;
                let user = found.ok_or(404u16)?;
                refuse_unless(self.users[user].role <= own.role, 403)?;
                self.change(user, change, |user| &mut user.first)?;
                self.users[user].record()
            }
            What::SetRole(who, role, invite) => {
                admin?;
                refuse_unless(role <= own.role, 403)?;
                let user = self.managed(&own, who)?;
                self.change_status(user, |user| user.role = role)?;
                if invite && !self.users[user].joined && !self.users[user].deactivated {
                    self.ask(CodePurpose::Invitation, user)?;
                }
                self.users[user].record()
            }
            What::ListMembers => self.everybody(own.account, User::member, ""),
            What::GetMember(who) => self
                .seen(self.member(&own, who).ok_or(404u16)?, &own)
                .member(),
            What::Invite(address) => {
                manages?;
                self.invite(&own, address)?;
                json!({ "error": false })
            }
            What::UpdateMember(who, change) => {
                let found = self.member(&own, who);
                refuse_unless(found == Some(me) || manages.is_ok(), 403)?;
                let user = self.managed(&own, who)?;
                let it = &self.users[user];
                // Who reads an invitation gets what its user holds.
                let hands_over = !it.joined && user != me && change.address.is_some();
                refuse_unless(!hands_over || it.held().is_subset(&own.held()), 403)?;
                self.change(user, change, |user| &mut user.last)?;
                self.users[user].member()
            }
            What::SetPermission(who, permission, granted) => {
                manages?;
                refuse_unless(!granted || own.held().contains(permission), 403)?;
                let user = self.member(&own, who).ok_or(404u16)?;
                refuse_unless(user != me, 403)?;
                self.managed(&own, who)?;
                let user = &mut self.users[user];
                refuse_unless(user.role == Role::User, 409)?;
                if granted {
                    user.permissions.insert(permission);
                } else {
                    user.permissions.remove(permission);
                }
                let held = user.held();
                PERMISSIONS
                    .map(|name| (name, held.contains(name)))
                    .into_iter()
                    .collect()
            }
            What::Activate(who) => {
                manages?;
                let user = self.managed(&own, who)?;
                self.users[user].deactivated = false;
                json!({ "error": false })
            }
            What::Deactivate(who) => {
                manages?;
                let user = self.managed(&own, who)?;
                refuse_unless(user != me, 409)?;
                self.change_status(user, |user| user.deactivated = true)?;
                self.users[user]
                    .tokens
                    .iter_mut()
                    .for_each(|token| token.ended = true);
                json!({ "error": false })
            }
            What::GetAccount(of) => {
                refuse_unless(own.username == Some(of), 403)?;
                own.envelope()
            }
            What::UpdateAccount(of, address) => {
                refuse_unless(own.username == Some(of), 403)?;
                let change = Change {
                    name: None,
                    address,
                };
                self.change(me, change, |user| &mut user.alias)?;
                self.users[me].envelope()
            }
        };
        Ok((200, body))
    }

    /// The user whose credential it is. A password is taken by some operations only.
    fn caller(&self, request: &Request) -> Result<Who, u16> {
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
                    .filter(|_| takes_password && right);
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

    fn member(&self, own: &User, who: Who) -> Option<Who> {
        let user = self.users.get(who)?;
        if user.id == own.id {
            return Some(who);
        }
        (user.account == own.account && !user.removed && user.is_known).then_some(who)
    }

    fn managed(&self, own: &User, who: Who) -> Result<Who, u16> {
        let user = self.member(own, who).ok_or(404u16)?;
        refuse_unless(self.users[user].role <= own.role, 403)?;
        Ok(user)
    }

    fn named(&self, own: &User, named: Named) -> Option<Who> {
        match named {
            Named::Id(who) => self.member(own, who),
            Named::Address(address) if address == own.address => {
                self.users.iter().position(|user| user.id == own.id)
            }
            Named::Address(address) => self.user_at(own.account, address),
        }
    }

    /// A user as a request sees them that only reads: its caller as they were at first.
    fn seen<'a>(&'a self, user: Who, own: &'a User) -> &'a User {
        let user = &self.users[user];
        if user.id == own.id { own } else { user }
    }

    pub fn user_at(&self, account: usize, address: Address) -> Option<Who> {
        let is_there =
            |user: &User| !user.removed && (user.account, user.address) == (account, address);
        self.users.iter().position(is_there)
    }

    pub fn people_of(&self, account: usize) -> impl Iterator<Item = &User> {
        let users = self.users.iter();
        users.filter(move |user| !user.removed && user.account == account)
    }

    fn everybody(&self, account: usize, shown: fn(&User) -> Value, field: &str) -> Value {
        let people: Value = self.people_of(account).map(shown).collect();
        if field.is_empty() {
            people
        } else {
            json!({ field: people })
        }
    }

    /// Puts somebody into an account.
    fn add(&mut self, user: User) -> Result<Who, u16> {
        refuse_unless(self.user_at(user.account, user.address).is_none(), 409)?;
        self.users.push(user);
        Ok(self.users.len() - 1)
    }

    fn sign_up(&mut self, address: Address, username: Option<Address>) -> Result<Who, u16> {
        let taken = |user: &User| !user.removed && username.is_some() && user.username == username;
        refuse_unless(!self.users.iter().any(taken), 409)?;
        let user = User {
            username,
            joined: true,
            has_password: true,
            ..User::new(self.accounts.len(), address, Role::Owner)
        };
        self.accounts.push(String::new());
        let user = self.add(user)?;
        self.take_login(user)?;
        self.ask(CodePurpose::Verification, user)?;
        Ok(user)
    }

    fn invite(&mut self, own: &User, address: Address) -> Result<(), u16> {
        let user = match self.user_at(own.account, address) {
            Some(user) => {
                let it = &self.users[user];
                refuse_unless(!it.joined && !it.deactivated, 409)?;
                refuse_unless(it.role <= own.role, 403)?;
                user
            }
            None => {
                let mut user = User::new(own.account, address, Role::User);
                user.permissions = &user.permissions & &own.held();
                self.add(user)?
            }
        };
        self.ask(CodePurpose::Invitation, user)
    }

    fn remove(&mut self, own: &User, user: Who) -> Result<(), u16> {
        refuse_unless(self.users[user].role <= own.role, 403)?;
        self.change_status(user, |user| user.removed = true)?;
        self.logins.retain(|_, login| login.user != user);
        Ok(())
    }

    /// Changes what may make an active owner: an account always has one.
    fn change_status(&mut self, user: Who, change: impl FnOnce(&mut User)) -> Result<(), u16> {
        let owns = |user: &User| user.role == Role::Owner && user.active();
        refuse_unless(!self.users[user].removed, 404)?;
        let owned = owns(&self.users[user]);
        change(&mut self.users[user]);
        let account = self.users[user].account;
        refuse_unless(!owned || self.people_of(account).any(owns), 409)
    }

    fn change(
        &mut self,
        user: Who,
        change: Change,
        field: fn(&mut User) -> &mut Option<u8>,
    ) -> Result<(), u16> {
        refuse_unless(!self.users[user].removed, 404)?;
        if let Some(address) = change.address {
            self.readdress(user, address, change.name.is_some())?;
        }
        if let Some(name) = change.name {
            *field(&mut self.users[user]) = name;
        }
        Ok(())
    }

    /// Sending one's unproven address again is how to get another mail; one mail too many is no
    /// reason to refuse what else is changed.
    fn readdress(&mut self, user: Who, address: Address, changes_more: bool) -> Result<(), u16> {
        let before = self.users[user].clone();
        if before.address == address {
            let asks = before.joined && !before.verified;
            return match asks.then(|| self.ask(CodePurpose::Verification, user)) {
                Some(Err(429)) if changes_more => Ok(()),
                asked => asked.unwrap_or(Ok(())),
            };
        }
        refuse_unless(self.user_at(before.account, address).is_none(), 409)?;
        let it = &mut self.users[user];
        (it.address, it.verified, it.lost) = (address, false, false);
        if before.joined {
            self.logins.retain(|_, login| login.user != user);
            self.take_login(user)?;
            self.ask(CodePurpose::Verification, user)
        } else if before.invited {
            self.ask(CodePurpose::Invitation, user)
        } else {
            Ok(())
        }
    }

    /// Without proof: an unproven login gives way after seven days.
    fn take_login(&mut self, user: Who) -> Result<(), u16> {
        let address = self.users[user].address;
        if let Some(other) = self.logins.get(&address) {
            refuse_unless(!other.verified && other.since + 7 * DAY <= self.now, 409)?;
            self.users[other.user].lost = true;
        }
        let (verified, since) = (false, self.now);
        self.logins.insert(
            address,
            Login {
                user,
                verified,
                since,
            },
        );
        Ok(())
    }

    /// Asks for a mail: three in ten minutes and ten a day.
    fn ask(&mut self, purpose: CodePurpose, user: Who) -> Result<(), u16> {
        let it = &mut self.users[user];
        let mail = (it.account, purpose, it.address);
        let within = |time: Duration| {
            let same = self
                .mails
                .iter()
                .filter(|(account, purpose, address, _)| (*account, *purpose, *address) == mail);
            same.filter(|(.., at)| *at + time > self.now).count()
        };
        refuse_unless(within(10 * MINUTE) < 3 && within(DAY) < 10, 429)?;
        self.mails.push((mail.0, mail.1, mail.2, self.now));
        it.invited |= purpose == CodePurpose::Invitation;
        let older = it.codes.iter_mut().filter(|code| code.purpose == purpose);
        older.for_each(|code| code.works = false);
        it.codes.push(Code {
            purpose,
            address: it.address,
            text: String::new(),
            expires: self.now + 7 * DAY,
            works: true,
        });
        Ok(())
    }

    fn use_code(&mut self, who: Who, age: Age, token: Option<&str>) -> Result<Value, u16> {
        let user = self
            .users
            .get(who)
            .filter(|user| !user.removed)
            .ok_or(400u16)?;
        let code = user.code(age).ok_or(400u16)?.clone();
        let mut same = user
            .codes
            .iter()
            .filter(|other| other.purpose == code.purpose);
        let newest = same.next_back().ok_or(400u16)?;
        refuse_unless(
            code.address == user.address && code.address == newest.address,
            400,
        )?;
        refuse_unless(user.joined || code.purpose == CodePurpose::Invitation, 400)?;
        refuse_unless(code.works && self.now < code.expires, 410)?;
        refuse_unless(
            !user.deactivated && (user.has_password || !user.joined),
            401,
        )?;
        let login = self
            .logins
            .get(&code.address)
            .copied()
            .filter(|login| login.user != who);
        refuse_unless(login.is_none_or(|login| !login.verified), 409)?;
        if let Some(login) = login {
            self.users[login.user].lost = true;
        }
        let since = self
            .logins
            .get(&code.address)
            .filter(|login| login.user == who);
        let since = since.map_or(self.now, |login| login.since);
        let (user, verified) = (who, true);
        self.logins.insert(
            code.address,
            Login {
                user,
                verified,
                since,
            },
        );
        let it = &mut self.users[who];
        it.codes
            .iter_mut()
            .filter(|other| other.text == code.text)
            .for_each(|code| code.works = false);
        (it.joined, it.has_password, it.verified, it.lost) = (true, true, true, false);
        self.logged_in(who, token)
    }

    /// A login with a password, which makes a token.
    fn logged_in(&mut self, user: Who, token: Option<&str>) -> Result<Value, u16> {
        refuse_unless(self.users[user].active(), 401)?;
        self.users[user].tokens.push(Token {
            text: token.unwrap_or_default().to_owned(),
            expires: self.now + 90 * DAY,
            ended: false,
            is_known: false,
        });
        Ok(json!({ "user": self.users[user].record(), "token": { "token": "" } }))
    }
}

/// Whether an answer's body has all that the model says of it. Lists are compared in any order.
pub fn shows(expected: &Value, shown: &Value) -> bool {
    match (expected, shown) {
        (Value::Object(fields), _) => fields
            .iter()
            .all(|(name, value)| shows(value, &shown[name])),
        (Value::Array(expected), Value::Array(shown)) => {
            let by_email = |list: &[Value]| -> BTreeMap<String, Value> {
                list.iter()
                    .map(|it| (format!("{}{}", it["email"], it["email1"]), it.clone()))
                    .collect()
            };
            expected.len() == shown.len()
                && by_email(expected)
                    .values()
                    .zip(by_email(shown).values())
                    .all(|(it, other)| shows(it, other))
        }
        (Value::String(any), _) if any.is_empty() => !shown.is_null(),
        _ => expected == shown,
    }
}
