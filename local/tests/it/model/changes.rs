//! What operations change in the model. Each change is refused by a status, or made.

use super::{
    state::{Code, Login, Model, Token, User},
    steps::{Address, Age, Change, Who},
};
use roster_domain::{CodePurpose, Role};
use serde_json::{Value, json};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub fn refuse_unless(condition: bool, status: u16) -> Result<(), u16> {
    if condition { Ok(()) } else { Err(status) }
}

impl Model {
    /// Puts somebody into an account.
    pub fn add(&mut self, user: User) -> Result<Who, u16> {
        refuse_unless(self.user_at(user.account, user.address).is_none(), 409)?;
        refuse_unless(!self.is_kept(user.account, user.address, None), 409)?;
        self.users.push(user);
        Ok(self.users.len() - 1)
    }

    pub fn sign_up(&mut self, address: Address, username: Option<Address>) -> Result<Who, u16> {
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

    pub fn invite(&mut self, own: &User, address: Address) -> Result<(), u16> {
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

    pub fn remove(&mut self, own: &User, user: Who) -> Result<(), u16> {
        refuse_unless(self.users[user].role <= own.role, 403)?;
        self.change_status(user, |user| user.removed = true)?;
        self.logins.retain(|_, login| login.user != user);
        Ok(())
    }

    /// Changes what may make an active owner: an account always has one.
    pub fn change_status(&mut self, user: Who, change: impl FnOnce(&mut User)) -> Result<(), u16> {
        let owns = |user: &User| user.role == Role::Owner && user.active();
        refuse_unless(!self.users[user].removed, 404)?;
        let owned = owns(&self.users[user]);
        change(&mut self.users[user]);
        let account = self.users[user].account;
        refuse_unless(!owned || self.people_of(account).any(owns), 409)
    }

    pub fn change(
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
    pub fn readdress(
        &mut self,
        user: Who,
        address: Address,
        changes_more: bool,
    ) -> Result<(), u16> {
        let before = self.users[user].clone();
        if before.address == address {
            let asks = before.joined && !before.verified;
            return match asks.then(|| self.ask(CodePurpose::Verification, user)) {
                Some(Err(429)) if changes_more => Ok(()),
                asked => asked.unwrap_or(Ok(())),
            };
        }
        refuse_unless(self.user_at(before.account, address).is_none(), 409)?;
        refuse_unless(!self.is_kept(before.account, address, Some(user)), 409)?;
        let kept = before.previous.filter(|(_, until)| *until > self.now);
        let returns = kept.is_some_and(|(previous, _)| previous == address);
        let it = &mut self.users[user];
        (it.address, it.verified, it.lost) = (address, returns, false);
        if before.joined {
            self.leave(user, &before, returns);
            if returns {
                let login = self.logins.get_mut(&address);
                login.unwrap().until = None;
                return Ok(());
            }
            self.take_login(user)?;
            self.ask(CodePurpose::Verification, user)?;
            match before.verified && kept.is_none() {
                true => self.ask_at(CodePurpose::Undo, user, before.address),
                false => Ok(()),
            }
        } else if before.invited {
            self.ask(CodePurpose::Invitation, user)
        } else {
            Ok(())
        }
    }

    /// What becomes of the address that the user had: one that was proven stays a login for a week.
    fn leave(&mut self, user: Who, before: &User, returns: bool) {
        let (old, until) = (before.address, self.now + 7 * DAY);
        let earlier = before.previous.map(|(earlier, _)| earlier);
        let theirs = |login: &Login| login.user == user;
        let kept = before.previous.filter(|(_, until)| *until > self.now);
        if before.verified && kept.is_none() {
            // One address at a time can be gone back to.
            self.logins
                .retain(|address, login| !theirs(login) || *address == old);
            if let Some(login) = self.logins.get_mut(&old) {
                login.until = Some(until);
            }
            self.users[user].previous = Some((old, until));
        } else {
            self.logins
                .retain(|address, login| !theirs(login) || Some(*address) == earlier);
            if returns {
                self.users[user].previous = None;
            }
        }
    }

    /// Without proof: an unproven login gives way after seven days.
    pub fn take_login(&mut self, user: Who) -> Result<(), u16> {
        let address = self.users[user].address;
        let other = self.logins.get(&address);
        if let Some(other) = other.filter(|login| login.is_kept(self.now)) {
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
                until: None,
            },
        );
        Ok(())
    }

    /// Asks for a mail: three in ten minutes and ten a day.
    pub fn ask(&mut self, purpose: CodePurpose, user: Who) -> Result<(), u16> {
        self.ask_at(purpose, user, self.users[user].address)
    }

    fn ask_at(&mut self, purpose: CodePurpose, user: Who, to: Address) -> Result<(), u16> {
        let it = &mut self.users[user];
        let mail = (it.account, purpose, to);
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
        if purpose == CodePurpose::Undo {
            // The model takes no change back: that the code is mailed is not its matter.
            return Ok(());
        }
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

    pub fn use_code(&mut self, who: Who, age: Age, token: Option<&str>) -> Result<Value, u16> {
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
            .filter(|login| login.user != who && login.is_kept(self.now));
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
                until: None,
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
    pub fn logged_in(&mut self, user: Who, token: Option<&str>) -> Result<Value, u16> {
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
