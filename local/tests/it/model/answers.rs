//! What the model answers: the status of every operation, and what its body shows.

use super::{
    changes::refuse_unless,
    state::{Model, User},
    steps::{Caller, Change, PERMISSIONS, Request, What},
};
use roster_domain::{CodePurpose, Role};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The status of an answer, and fields that its body has. An empty text stands for any value.
pub type Answer = (u16, Value);

impl Model {
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
