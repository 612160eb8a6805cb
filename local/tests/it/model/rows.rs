//! The whole state as rows: the model's, and the stored one. They must be the same.

use super::{
    state::{Model, User},
    steps::{PERMISSIONS, email, name, username},
};
use crate::testkit::TestApp;
use roster_domain::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Users, names, logins and accounts, each under a readable key.
pub type Rows = BTreeMap<String, Value>;

fn user_key(id: &str) -> String {
    format!("user {id}")
}

fn address_key(account: &str, address: &str) -> String {
    format!("address {address} in account {account}")
}

fn login_key(address: &str) -> String {
    format!("login by address {address}")
}

fn username_key(username: &str) -> String {
    format!("login by username {username}")
}

fn account_key(id: &str) -> String {
    format!("account {id}")
}

/// What the table holds of users, names, logins and accounts.
pub fn stored(app: &TestApp) -> Rows {
    let now = app.now().to_string();
    let row = |((pk, sk), item): ((String, String), Value)| {
        // DynamoDB deletes a row that is over when it comes to it.
        if item["until"]["S"]
            .as_str()
            .is_some_and(|until| *until <= *now)
        {
            return None;
        }
        let text = |field: &str| &item[field]["S"];
        let (kind, of) = pk.split_once('#')?;
        let row = match (kind, sk.split_once('#').unwrap_or((&sk, ""))) {
            ("ACCOUNT", ("ACCOUNT", _)) => (account_key(of), json!(item["active_owners"]["N"])),
            ("ACCOUNT", ("USER", id)) => (user_key(id), stored_user(&item)),
            ("ACCOUNT", ("EMAIL", address)) => (address_key(of, address), json!(text("user"))),
            ("EMAIL", _) => {
                let row = json!([text("account"), text("user"), item["verified"]["BOOL"]]);
                (login_key(of), row)
            }
            ("USERNAME", _) => (username_key(of), json!([text("account"), text("user")])),
            _ => return None,
        };
        Some(row)
    };
    app.items().into_iter().filter_map(row).collect()
}

fn stored_user(item: &Value) -> Value {
    let permissions = PERMISSIONS.map(|name| item["permissions"]["M"][name]["BOOL"] == true);
    json!({
        "email": item["email"]["S"],
        "role": item["role"]["S"],
        "permissions": permissions,
        "first": item["first_name"]["S"],
        "last": item["last_name"]["S"],
        "alias": item["alias"]["S"],
        "joined": item["joined"]["BOOL"],
        "deactivated": item["deactivated"]["BOOL"],
        "verified": item["email_verified"]["BOOL"],
        "lost": item["email_lost"]["BOOL"] == true,
        "has_password": item["password"]["S"].is_string(),
        "tokens": item["tokens"]["M"].as_object().unwrap().len(),
    })
}

impl User {
    fn row(&self) -> Value {
        json!({
            "email": email(self.address),
            "role": self.role,
            "permissions": PERMISSIONS.map(|name| self.permissions.contains(name)),
            "first": self.first.map(name),
            "last": self.last.map(name),
            "alias": self.alias.map(name),
            "joined": self.joined,
            "deactivated": self.deactivated,
            "verified": self.verified,
            "lost": self.lost,
            "has_password": self.has_password,
            "tokens": self.tokens.iter().filter(|token| !token.ended).count(),
        })
    }
}

impl Model {
    /// What the table should hold.
    pub fn rows(&self) -> Rows {
        let mut rows = Rows::new();
        for (number, account) in self.accounts.iter().enumerate() {
            let owns = |user: &&User| user.role == Role::Owner && user.active();
            let owners = self.people_of(number).filter(owns).count();
            rows.insert(account_key(account), json!(owners.to_string()));
            for user in self.people_of(number) {
                let (id, address) = (&user.id, email(user.address));
                rows.insert(user_key(id), user.row());
                rows.insert(address_key(account, &address), json!(id));
                if let Some((previous, _)) = user.previous.filter(|(_, until)| *until > self.now) {
                    rows.insert(address_key(account, &email(previous)), json!(id));
                }
                if let Some(name) = user.username {
                    rows.insert(username_key(&username(name)), json!([account, id]));
                }
            }
        }
        let logins = self.logins.iter();
        for (address, login) in logins.filter(|(_, login)| login.is_kept(self.now)) {
            let user = &self.users[login.user];
            let row = json!([self.accounts[user.account], user.id, login.verified]);
            rows.insert(login_key(&email(*address)), row);
        }
        rows
    }

    /// Learns the ids that no answer has shown: of who was invited, and of who signed up. From now
    /// on requests can name what has come to be.
    pub fn settle(&mut self, stored: &Rows) {
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().into();
        for user in &mut self.users {
            let account = &mut self.accounts[user.account];
            if let (true, Some(name)) = (account.is_empty(), user.username) {
                let login = stored.get(&username_key(&username(name)));
                *account = text(login.map(|login| &login[0]));
            }
            if user.id.is_empty() {
                user.id = text(stored.get(&address_key(account, &email(user.address))));
            }
            user.is_known = true;
            user.tokens
                .iter_mut()
                .for_each(|token| token.is_known = true);
        }
    }
}
