//! What is done to one user.

use crate::{Admin, AdminError, options::UserArgs};
use roster_domain::{Actor, CodePurpose, User};
use serde_json::json;

/// Ends the locks of the user's names.
pub(crate) async fn unlock(admin: &mut Admin, args: &UserArgs) -> Result<(), AdminError> {
    let user = admin.user(args).await?;
    let after = touched(admin, &user);
    let save = admin.repository.save(&user, after, Actor::Operator);
    save.unlocking().send().await?;
    done(admin, &user, "Unlocked: wrong passwords are forgotten.")
}

/// Mails a code to choose a new password with, which nobody but the reader of the mail sees.
pub(crate) async fn reset(admin: &mut Admin, args: &UserArgs) -> Result<(), AdminError> {
    let user = admin.user(args).await?;
    let email = user.reset_email().cloned().ok_or_else(|| {
        AdminError::new(
            "This user has not joined, or is deactivated, or has lost the address. Invite or activate them \
             first.",
        )
    })?;
    let after = touched(admin, &user);
    let said = format!("A code is mailed to {email}. It works for 30 minutes.");
    let save = admin.repository.save(&user, after, Actor::Operator);
    save.with_mail_to(email, CodePurpose::Reset, None)
        .send()
        .await?;
    done(admin, &user, &said)
}

/// Stops all tokens, named ones too.
pub(crate) async fn revoke_tokens(admin: &mut Admin, args: &UserArgs) -> Result<(), AdminError> {
    let user = admin.user(args).await?;
    let count = user.held_tokens(admin.clock.now()).len();
    let what = format!(
        "This stops all {count} tokens of {}, named ones too: whoever uses them has to log in again.",
        user.email
    );
    admin.io.confirm(admin.yes, &what)?;
    let after = user.revoke_tokens(|_| false, admin.clock.now());
    let save = admin.repository.save(&user, after, Actor::Operator);
    save.ending_logins().send().await?;
    done(admin, &user, "No token of the user works any more.")
}

/// The user, of whom is noted that the operator did something.
fn touched(admin: &Admin, user: &User) -> User {
    User {
        updated_at: admin.clock.now(),
        changed_by: Actor::Operator,
        ..user.clone()
    }
}

fn done(admin: &mut Admin, user: &User, said: &str) -> Result<(), AdminError> {
    let result = json!({ "account": user.account, "user": user.id, "done": said });
    match admin.json {
        true => admin.io.show(true, &result),
        false => admin.io.show(false, &json!(said)),
    }
}
