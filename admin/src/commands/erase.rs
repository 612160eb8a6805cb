use super::accounts::close_account;
use crate::{Admin, AdminError, options::EraseArgs};
use roster_domain::Actor;
use serde_json::{Value, json};
use std::io::Write;

/// What Roster still has for a while, none of which names anybody.
const REMAINS: [&str; 2] = [
    "counts of mails to the address and of mails that came back, by its hash: up to 30 and 180 days",
    "responses kept for an Idempotency-Key: up to 24 hours",
];

/// Erases a user, with all that there is of them, and prints a receipt that names nobody.
pub(crate) async fn erase(admin: &mut Admin, args: EraseArgs) -> Result<(), AdminError> {
    let user = admin.user(&args.user).await?;
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
    let receipt = if user.is_active_owner() && account.active_owners <= 1 {
        if !args.close_account {
            return Err(AdminError::new(
                "This user is the last owner of the account. Make somebody else an owner first, or add \
                 --close-account: everybody in the account is erased then.",
            ));
        }
        close_account(admin, &account).await?;
        json!({
            "erased": subject,
            "at": now,
            "actor": by,
            "closedAccount": account.id,
            "events": [event("AccountClosed"), event("UserRemoved")],
            "remains": REMAINS,
        })
    } else {
        let what = format!(
            "This erases {} ({}), with names, tokens, invitations and everything else. It cannot be undone.",
            user.email, user.role
        );
        admin.io.confirm(admin.yes, &what)?;
        let erased = admin.repository.erase(&user, &account, by, now).await?;
        json!({
            "erased": subject,
            "at": now,
            "actor": by,
            "rows": erased.rows,
            "events": [event("UserRemoved")],
            "remains": REMAINS,
        })
    };
    keep(args.receipt, &receipt)?;
    // A receipt is for keeping: it is JSON in any case.
    admin.io.show(true, &receipt)
}

fn keep(path: Option<std::path::PathBuf>, receipt: &Value) -> Result<(), AdminError> {
    let Some(path) = path else {
        return Ok(());
    };
    let written = std::fs::File::create(&path).and_then(|mut file| writeln!(file, "{receipt:#}"));
    written.map_err(|error| {
        let path = path.display();
        AdminError::new(format!(
            "The user is erased, but {path} cannot be written: {error}."
        ))
    })
}
