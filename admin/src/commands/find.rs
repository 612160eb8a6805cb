use crate::{Admin, AdminError, options::UserArgs, selector::Selected};
use roster_domain::{Account, Direction, NameHash, Status, User};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Users of an account that are shown with it.
const SHOWN_USERS: usize = 100;

/// Shows a user or an account, and no secret, nor what could be tried for one.
pub(crate) async fn find(admin: &mut Admin, args: &UserArgs) -> Result<(), AdminError> {
    let shown = match admin.select(args).await? {
        Selected::User(user) => of_user(admin, &user).await?,
        Selected::Account(account) => of_account(admin, &account).await?,
    };
    admin.io.show(admin.json, &shown)
}

async fn of_user(admin: &Admin, user: &User) -> Result<Value, AdminError> {
    let now = admin.clock.now();
    let account = admin.repository.get_account(user.account).await?;
    let username = user.username.as_ref().map(|name| name.as_str());
    let previous = user
        .previous_email
        .as_ref()
        .filter(|previous| previous.until > now);
    let names = [
        Some(user.email.as_str()).filter(|_| user.logs_in_by_email()),
        previous.map(|previous| previous.email.as_str()),
        username,
    ];
    let names: BTreeMap<NameHash, &str> = names
        .into_iter()
        .flatten()
        .map(|name| (NameHash::new(name), name))
        .collect();
    let hashes: BTreeSet<NameHash> = names.keys().cloned().collect();
    let attempts = admin.repository.attempts_at(hashes).await?;
    let mut locked = Map::new();
    for (hash, attempts) in attempts {
        if let (Some(until), Some(name)) = (attempts.locked_until(now), names.get(&hash)) {
            locked.insert((*name).to_owned(), json!(until));
        }
    }
    let held = user.held_tokens(now);
    let last_used = held.iter().filter_map(|token| token.last_used_at).max();
    let named = held.iter().filter(|token| token.name.is_some()).count();
    let account = account.as_ref();
    Ok(json!({
        "id": user.id,
        "account": user.account,
        "accountName": account.and_then(|account| account.name.as_ref()),
        "accountClosed": account.is_none_or(|account| account.closed),
        "email": user.email,
        "verified": user.email_verified,
        "emailIsLogin": user.logs_in_by_email(),
        "previousEmail": previous.map(|previous| json!({
            "email": previous.email,
            "until": previous.until,
        })),
        "username": user.username,
        "first": user.first_name,
        "last": user.last_name,
        "alias": user.alias,
        "organization": user.organization,
        "language": user.language.map(|language| language.as_str()),
        "timeZone": user.time_zone,
        "state": state_of(user.status),
        "role": user.role,
        "permissions": user.effective_permissions(),
        "password": user.password.as_ref().map(|password| password.kind()),
        "locked": match locked.is_empty() {
            true => Value::Null,
            false => Value::Object(locked),
        },
        "tokens": { "logins": held.len() - named, "named": named, "lastUsed": last_used },
        "invited": user.invited_at,
        "lastLogin": user.last_login_at,
        "activity": user.activity,
        "created": user.created_at,
        "updated": user.updated_at,
        "updatedBy": user.changed_by,
    }))
}

async fn of_account(admin: &Admin, account: &Account) -> Result<Value, AdminError> {
    let (id, direction) = (account.id, Direction::Forwards);
    let page = admin
        .repository
        .list_users(id, None, direction, SHOWN_USERS)
        .await?;
    let users = page.users.iter().map(|user| {
        let state = state_of(user.status);
        json!(format!(
            "{} {} ({}, {state})",
            user.id, user.email, user.role
        ))
    });
    Ok(json!({
        "id": account.id,
        "name": account.name,
        "email": account.email,
        "founder": account.founder,
        "verified": account.verified,
        "closed": account.closed,
        "activeOwners": account.active_owners,
        "activity": account.activity,
        "created": account.created_at,
        "updatedBy": account.changed_by,
        "users": users.collect::<Vec<_>>(),
        "moreUsers": page.more,
    }))
}

/// A status by the name that imports and exports have for it.
pub(crate) fn state_of(status: Status) -> &'static str {
    match status {
        Status::Invited => "invited",
        Status::Active => "active",
        Status::Deactivated => "deactivated",
        Status::Withdrawn => "withdrawn",
    }
}
