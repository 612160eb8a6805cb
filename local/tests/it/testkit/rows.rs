//! The rows of the table, as DynamoDB's own JSON, read and written beside the repository.

use super::{Person, TestApp};
use roster_domain::{NameHash, Revision, Role, UserId};
use roster_local::TABLE;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Display};

/// A change of a user's row that is made beside the repository.
#[derive(Clone, Copy, Debug)]
pub enum Edit<'a> {
    Role(Role),
    /// A role that there is not: the row can no longer be read.
    UnknownRole,
    Joined,
    Deactivated,
    Activated,
    /// Invited at this moment.
    Invited,
    /// The address is proven.
    Verified,
    Email(&'a str),
    /// The password that another user has.
    PasswordOf(&'a Person),
    /// No token is left.
    TokensRevoked,
    /// The tokens that another user has, as if the user had logged in.
    LoggedIn(&'a Person),
    Usage(&'a str),
    /// As JSON.
    Preferences(&'a str),
    MayAddBeacons,
}

/// A change of an account's row that is made beside the repository.
#[derive(Clone, Copy, Debug)]
pub enum AccountEdit {
    Closed,
    /// An owner has proven an address.
    Verified,
    ActiveOwners(u32),
    Named(&'static str),
}

/// By `PK` and `SK`.
pub type Items = BTreeMap<(String, String), Value>;

impl TestApp {
    /// Every item of the table.
    pub fn items(&self) -> Items {
        let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
        let mut items = BTreeMap::new();
        let mut start = Value::Null;
        loop {
            let mut request = json!({ "TableName": TABLE });
            if !start.is_null() {
                request["ExclusiveStartKey"] = start;
            }
            let request = serde_json::from_value(request).unwrap();
            let scan = self.store.database().scan(request).unwrap();
            let mut scan = serde_json::to_value(scan).unwrap();
            for item in scan["Items"].as_array().unwrap() {
                items.insert((text(item, "PK"), text(item, "SK")), item.clone());
            }
            start = scan["LastEvaluatedKey"].take();
            if start.is_null() {
                return items;
            }
        }
    }

    fn user_item(&self, person: &Person) -> Option<Value> {
        self.item(&account_key(&person.account), &user_key(&person.id))
    }

    fn item(&self, pk: &str, sk: &str) -> Option<Value> {
        let key = json!({ "PK": { "S": pk }, "SK": { "S": sk } });
        let request = json!({ "TableName": TABLE, "Key": key });
        let request = serde_json::from_value(request).unwrap();
        let found = self.store.database().get_item(request).unwrap();
        found.item.map(|item| serde_json::to_value(item).unwrap())
    }

    /// Writes attributes of an item, which need not be there yet.
    fn store(&self, pk: &str, sk: &str, values: Value) {
        let key = json!({ "PK": { "S": pk }, "SK": { "S": sk } });
        let mut item = self.item(pk, sk).unwrap_or(key);
        for (name, value) in values.as_object().unwrap() {
            item[name] = value.clone();
        }
        self.put_item(item);
    }

    /// Changes a user's row, as somebody else might do meanwhile.
    pub fn edit(&self, person: &Person, edit: Edit) {
        let recorded = matches!(edit, Edit::LoggedIn(_) | Edit::Usage(_));
        let values = match edit {
            Edit::Role(role) => json!({ "role": { "S": role.as_str() } }),
            Edit::UnknownRole => json!({ "role": { "S": "emperor" } }),
            Edit::Joined => json!({ "joined": { "BOOL": true } }),
            Edit::Deactivated => json!({ "deactivated": { "BOOL": true } }),
            Edit::Activated => json!({ "deactivated": { "BOOL": false } }),
            Edit::Invited => json!({ "invited": { "S": self.now().to_string() } }),
            Edit::Verified => json!({ "email_verified": { "BOOL": true } }),
            Edit::Email(email) => json!({ "email": { "S": email } }),
            Edit::PasswordOf(other) => {
                json!({ "password": self.user_item(other).unwrap()["password"] })
            }
            Edit::TokensRevoked => json!({ "tokens": { "M": {} } }),
            Edit::LoggedIn(other) => {
                json!({ "tokens": self.user_item(other).unwrap()["tokens"] })
            }
            Edit::Usage(usage) => json!({ "usage": { "N": usage } }),
            Edit::Preferences(preferences) => json!({ "preferences": { "S": preferences } }),
            Edit::MayAddBeacons => {
                let item = self.user_item(person).unwrap();
                let mut permissions = item["permissions"].clone();
                permissions["M"]["addBeacons"] = json!({ "BOOL": true });
                json!({ "permissions": permissions })
            }
        };
        let (pk, sk) = (account_key(&person.account), user_key(&person.id));
        let mut values = values;
        // As every write of Roster's does, but for what is recorded beside the changes of a user.
        if !recorded {
            values["revision"] = json!({ "S": Revision::new(self.now()).to_string() });
        }
        self.store(&pk, &sk, values);
    }

    /// Changes the row of a user's account.
    pub fn edit_account(&self, person: &Person, edit: AccountEdit) {
        let values = match edit {
            AccountEdit::Closed => json!({ "closed": { "BOOL": true } }),
            AccountEdit::Verified => json!({ "verified": { "BOOL": true } }),
            AccountEdit::ActiveOwners(count) => {
                json!({ "active_owners": { "N": count.to_string() } })
            }
            AccountEdit::Named(name) => json!({ "name": { "S": name } }),
        };
        self.store(&account_key(&person.account), "ACCOUNT", values);
    }

    pub fn put_item(&self, item: Value) {
        let request = json!({ "TableName": TABLE, "Item": item });
        self.store
            .database()
            .put_item(serde_json::from_value(request).unwrap())
            .unwrap();
    }

    /// Makes the table what it was when it had these items.
    pub fn restore(&self, items: &Items) {
        let found = self.items();
        for (pk, sk) in found.keys().filter(|key| !items.contains_key(*key)) {
            self.delete_item(pk, sk);
        }
        for (key, item) in items {
            if found.get(key) != Some(item) {
                self.put_item(item.clone());
            }
        }
    }

    /// Removes the item of a user, and nothing else of theirs.
    pub fn forget_user(&self, account: impl Display, user: impl Display) {
        self.delete_item(&account_key(account), &user_key(user));
    }

    fn delete_item(&self, pk: &str, sk: &str) {
        let key = json!({ "PK": { "S": pk }, "SK": { "S": sk } });
        let request = json!({ "TableName": TABLE, "Key": key });
        self.store
            .database()
            .delete_item(serde_json::from_value(request).unwrap())
            .unwrap();
    }

    /// Counts so many wrong passwords for a name, as of now.
    pub fn lock(&self, name: &str, failures: usize) {
        let pk = attempts_key(name);
        let failures: Vec<_> = (0..failures).map(|number| number.to_string()).collect();
        let now = self.now().to_string();
        let mut item = json!({ "PK": { "S": pk }, "SK": { "S": "ATTEMPTS" } });
        if !failures.is_empty() {
            item["failures"] = json!({ "SS": failures });
            item["last_failure"] = json!({ "S": now });
        }
        self.put_item(item);
    }

    /// Puts so many copies of `person` into their account: their ids, by creation. The copies have no
    /// names to be found by.
    pub fn copies(&self, person: &Person, count: usize) -> Vec<UserId> {
        let mut item = self.user_item(person).unwrap();
        let mut copy = || {
            let id = UserId::new(self.now());
            item["SK"] = json!({ "S": user_key(id) });
            item["id"] = json!({ "S": id.to_string() });
            self.put_item(item.clone());
            id
        };
        (0..count).map(|_| copy()).collect()
    }
}

/// The partition of an account.
pub fn account_key(account: impl Display) -> String {
    format!("ACCOUNT#{account}")
}

/// The partition of the attempts at a password for a name.
pub fn attempts_key(name: &str) -> String {
    format!("ATTEMPTS#{}", NameHash::new(name).as_str())
}

/// The sort key of a user.
pub fn user_key(user: impl Display) -> String {
    format!("USER#{user}")
}
