use super::accounts::{close_account, confirm_closing};
use crate::{
    Admin, AdminError,
    options::{EraseArgs, UserArgs},
};
use roster_domain::{Account, Actor, User};
use serde_json::{Value, json};
use std::{
    fs::{File, OpenOptions, remove_file},
    io::Write,
    path::PathBuf,
};

/// What Roster still has for a while.
const REMAINS: [&str; 2] = [
    "counts of mails to the address and of mails that came back, by its hash: up to 30 and 180 days",
    "responses kept for an Idempotency-Key, some of which have the address: up to 24 hours",
];

/// Erases a user, with all that there is of them, and prints a receipt that names nobody.
pub(crate) async fn erase(admin: &mut Admin, args: EraseArgs) -> Result<(), AdminError> {
    // What is erased cannot be erased again: there must be room for the receipt first.
    let file = args.receipt.map(ReceiptFile::create).transpose()?;
    let receipt = match erase_for_receipt(admin, &args.user, args.close_account).await {
        Ok(receipt) => receipt,
        Err(error) => {
            if let Some(file) = file {
                file.discard();
            }
            return Err(error);
        }
    };
    // A receipt is for keeping: it is JSON in any case. If it cannot go to one place, it goes to the other.
    let shown = admin.io.show(true, &receipt);
    file.map_or(Ok(()), |file| file.keep(&receipt))?;
    shown
}

/// Erases the user, and returns the receipt.
async fn erase_for_receipt(
    admin: &mut Admin,
    name: &UserArgs,
    may_close: bool,
) -> Result<Value, AdminError> {
    let user = admin.user(name).await?;
    let account = admin.account(user.account).await?;
    if account.closed {
        let text = "The account is closed: everybody in it is being erased already.";
        return Err(AdminError::new(text));
    }
    let (by, now) = (Actor::Operator, admin.clock.now());
    let subject = json!({ "account": user.account, "user": user.id });
    // Each is the only one of its kind about its subject: by this it is found in an archive.
    let event = |kind: &str| {
        let user = (kind != "AccountClosed").then_some(user.id);
        json!({ "detailType": kind, "accountId": account.id, "userId": user, "actor": by })
    };
    if is_last_owner(&user, &account) {
        if !may_close {
            return Err(AdminError::new(
                "This user is the last owner of the account. Make somebody else an owner first, or add \
                 --close-account: everybody in the account is erased then.",
            ));
        }
        confirm_closing(admin, &account)?;
        close_of_last_owner(admin, &user).await?;
        return Ok(json!({
            "erased": subject,
            "at": now,
            "actor": by,
            "closedAccount": account.id,
            "events": [event("AccountClosed"), event("UserRemoved")],
            "remains": REMAINS,
        }));
    }
    let what = format!(
        "This erases {} ({}), with names, tokens, invitations and everything else. It cannot be undone.",
        user.email, user.role
    );
    admin.io.confirm(admin.yes, &what)?;
    let erased = admin.repository.erase(&user, &account, by, now).await?;
    let left = erased
        .left
        .iter()
        .map(|row| format!("{row}, which could not be deleted: up to 30 days"));
    let remains = REMAINS.iter().map(ToString::to_string).chain(left);
    Ok(json!({
        "erased": subject,
        "at": now,
        "actor": by,
        "rows": erased.rows,
        "events": [event("UserRemoved")],
        "remains": remains.collect::<Vec<_>>(),
    }))
}

fn is_last_owner(user: &User, account: &Account) -> bool {
    user.is_active_owner() && account.active_owners <= 1
}

/// Closes the account, if the user still is its last owner: somebody may have taken a while to answer.
async fn close_of_last_owner(admin: &mut Admin, user: &User) -> Result<(), AdminError> {
    let found = admin.repository.get_user(user.key()).await?;
    let account = admin.account(user.account).await?;
    if !found.is_some_and(|user| is_last_owner(&user, &account)) {
        return Err(AdminError::new(
            "The user is not the last owner of the account any more. Nothing was done: run the command \
             again, without --close-account.",
        ));
    }
    close_account(admin, &account).await
}

/// The file that a receipt is for.
struct ReceiptFile {
    path: PathBuf,
    file: File,
}

impl ReceiptFile {
    fn create(path: PathBuf) -> Result<Self, AdminError> {
        let created = OpenOptions::new().write(true).create_new(true).open(&path);
        match created {
            Ok(file) => Ok(Self { path, file }),
            Err(error) => {
                let path = path.display();
                Err(AdminError::new(format!(
                    "Nothing was done: {path} cannot be written: {error}. Name another file."
                )))
            }
        }
    }

    fn keep(mut self, receipt: &Value) -> Result<(), AdminError> {
        let written = writeln!(self.file, "{receipt:#}").and_then(|()| self.file.sync_all());
        written.map_err(|error| {
            let path = self.path.display();
            AdminError::new(format!(
                "The user is erased, but {path} cannot be written: {error}. Keep the receipt from the \
                 standard output."
            ))
        })
    }

    /// There is no receipt to keep.
    fn discard(self) {
        let _ = remove_file(self.path);
    }
}
