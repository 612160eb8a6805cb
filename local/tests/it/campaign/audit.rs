//! What must hold of the rows, whoever did what: seen past the API.

use super::World;
use crate::testkit::{Items, account_key, user_key};
use serde_json::Value;
use std::collections::BTreeMap;

pub fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name]["S"].as_str().unwrap_or_default()
}

pub fn is(item: &Value, name: &str) -> bool {
    item[name]["BOOL"] == true
}

/// The user that a row names is there.
fn owner_of<'a>(
    items: &'a BTreeMap<(String, String), Value>,
    account: &str,
    row: &Value,
) -> Option<&'a Value> {
    items.get(&(account.to_owned(), user_key(text(row, "user"))))
}

pub(super) async fn check(world: &World) {
    let items = world.app.items();
    let wrong = |what: String| world.tally.wrong("invariant", what);
    broken(&items).into_iter().for_each(wrong);
    for (email, acknowledged) in world.wanted.lock().unwrap().iter() {
        let key = format!("EMAIL#{email}");
        let rows = items.iter().filter(|((_, sk), _)| *sk == key);
        let found: Vec<&str> = rows.map(|(_, row)| text(row, "user")).collect();
        let acknowledged: Vec<&str> = acknowledged.iter().map(String::as_str).collect();
        if found != acknowledged {
            wrong(format!(
                "{email} is of {found:?}, and was given to {acknowledged:?}"
            ));
        }
    }
}

/// What does not hold of these rows, in words.
pub fn broken(items: &Items) -> Vec<String> {
    let mut all = Vec::new();
    let mut wrong = |what: String| all.push(what);
    let mut owners: BTreeMap<&str, u64> = BTreeMap::new();
    for ((pk, sk), item) in items {
        let (kind, name) = sk.split_once('#').unwrap_or((sk, ""));
        match kind {
            "USER" => {
                let joined = is(item, "joined");
                if joined && !is(item, "deactivated") && text(item, "role") == "owner" {
                    *owners.entry(pk).or_default() += 1;
                }
                // Each name of the user leads to the user.
                let email = text(item, "email").to_lowercase();
                let mut names = vec![(pk.clone(), format!("EMAIL#{email}"))];
                if joined && !is(item, "email_lost") {
                    names.push((format!("EMAIL#{email}"), "EMAIL".into()));
                }
                let username = text(item, "username").to_lowercase();
                if !username.is_empty() {
                    names.push((format!("USERNAME#{username}"), "USERNAME".into()));
                }
                for key in names {
                    let user = items.get(&key).map(|row| text(row, "user"));
                    if user != Some(text(item, "id")) {
                        wrong(format!(
                            "{key:?} leads to {user:?}, and not to {}",
                            text(item, "id")
                        ));
                    }
                }
            }
            // An address that was proven and given up stays its user's for a while.
            "EMAIL" if item["until"].is_object() => {}
            // Each name leads to a user who has it.
            "EMAIL" | "USERNAME" => {
                let account = match name {
                    "" => account_key(text(item, "account")),
                    _ => pk.clone(),
                };
                let (_, wanted) = if name.is_empty() { pk } else { sk }
                    .split_once('#')
                    .unwrap();
                let field = kind.to_lowercase();
                let found = owner_of(items, &account, item);
                let found = found.map(|user| text(user, &field).to_lowercase());
                if found.as_deref() != Some(wanted) {
                    wrong(format!("{pk} {sk} leads to a user with {found:?}"));
                }
            }
            // The rows of the same name without a user count mails.
            "INVITATION" | "VERIFICATION"
                if !name.is_empty() && !items.contains_key(&(pk.clone(), user_key(name))) =>
            {
                wrong(format!("{pk} {sk} is of nobody"));
            }
            _ => {}
        }
    }
    for ((pk, sk), item) in items {
        // Of an account that was closed and is erased nobody is left.
        if sk == "ACCOUNT" && !is(item, "closed") {
            let counted = item["active_owners"]["N"].as_str().unwrap();
            let found = owners.get(pk.as_str()).copied().unwrap_or_default();
            if found == 0 || counted != found.to_string() {
                wrong(format!("{pk} counts {counted} owners and has {found}"));
            }
        }
    }
    all
}
