//! Opening and closing accounts.

use crate::{Admin, AdminError, error::chain, options::FirstOwnerArgs};
use roster_domain::{Account, Actor, Role, User};
use roster_dynamodb::{LoginName, StoreError};
use serde_json::json;

/// Opens an account and invites its owner.
pub(crate) async fn first_owner(admin: &mut Admin, args: FirstOwnerArgs) -> Result<(), AdminError> {
    let (email, now) = (args.email, admin.clock.now());
    let login = LoginName::Email(email.clone());
    let login = admin.repository.get_login(&login).await?;
    if let Some(login) = login.filter(|login| login.verified && login.is_kept(now)) {
        let account = login.user().account;
        return Err(AdminError::new(format!(
            "{email} logs in to the account {account} already, and could not join another one. Name another \
             address."
        )));
    }
    let name = args.account_name;
    let shown = name.as_ref().map_or("without a name", |name| name.as_str());
    admin.io.note(&format!(
        "Opening an account ({shown}), and inviting {email} as its owner."
    ))?;
    let account = Account {
        name,
        activity: None,
        ..Account::open(email.clone(), now)
    };
    let owner = User {
        language: args.language,
        ..User::invite(account.id, email, Role::Owner, now)
    };
    let opened = admin.repository.create_account_for(&account, &owner).await;
    opened.map_err(|error| match error {
        // The account of another run is another one.
        StoreError::Unavailable(_) => AdminError::new(format!(
            "DynamoDB throttles, or cannot be reached: {}. The account may be open all the same: look with \
             `find {}`, and run the command again only if it is not there. Otherwise a second one is opened.",
            chain(&error),
            account.id
        )),
        error => error.into(),
    })?;
    let result = json!({
        "account": account.id,
        "user": owner.id,
        "done": "The invitation is on its way. It works for seven days; `find` shows the user.",
    });
    admin.io.show(admin.json, &result)
}

/// Closes an account, for good.
pub(crate) async fn close(admin: &mut Admin, id: &str) -> Result<(), AdminError> {
    let id = id
        .parse()
        .map_err(|error| AdminError::new(format!("`{id}` {error}.")))?;
    let account = admin.account(id).await?;
    confirm_closing(admin, &account)?;
    // Somebody may have taken a while to answer.
    let found = admin.account(id).await?;
    if found.active_owners != account.active_owners {
        return Err(AdminError::new(
            "The account has got or lost an owner meanwhile. Nothing was done: look at it with `find`.",
        ));
    }
    close_account(admin, &found).await?;
    let result = json!({
        "account": id,
        "done": "The account is closed. Everybody in it is shut out within seconds, and then erased.",
    });
    admin.io.show(admin.json, &result)
}

/// Says what closing means, and asks.
pub(super) fn confirm_closing(admin: &mut Admin, account: &Account) -> Result<(), AdminError> {
    require_open(account)?;
    let name = account
        .name
        .as_ref()
        .map_or("without a name", |name| name.as_str());
    let what = format!(
        "This closes the account {} ({name}, {} active owners), for good: nobody logs in or joins from then \
         on, and everybody in it is erased. It cannot be undone.",
        account.id, account.active_owners
    );
    admin.io.confirm(admin.yes, &what)
}

/// Closes an account that was just read.
pub(super) async fn close_account(admin: &mut Admin, account: &Account) -> Result<(), AdminError> {
    require_open(account)?;
    let (by, now) = (Actor::Operator, admin.clock.now());
    let closed = account.close();
    admin
        .repository
        .save_account(account, closed, by, now)
        .await?;
    Ok(())
}

fn require_open(account: &Account) -> Result<(), AdminError> {
    match account.closed {
        false => Ok(()),
        true => Err(AdminError::new(
            "The account is closed already. Nothing is left to do.",
        )),
    }
}
