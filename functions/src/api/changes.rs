use crate::{
    App, Error,
    auth::{NAMED_TOKEN, open_account},
};
use roster_domain::{Account, CodePurpose, User, UserChanges, UserId};
use roster_dynamodb::{Conflict, StoreError};

/// Saves what `changes` by another user, or the same, make of `user`, and requests the mail that a new address takes. The user as
/// they are then.
///
/// Without `account`, the account is read where the changes may request a mail.
///
/// # Errors
/// [`Error::invalid`] for preferences that are too large; [`Error::STALE`]; an address that is in use;
/// [`Error::too_many_mails`]; [`NAMED_TOKEN`] for a new address; [`Error::UNAUTHENTICATED`] if the
/// account is closed.
pub(super) async fn save_changes(
    app: &App,
    (user, by): (&User, UserId),
    account: Option<&Account>,
    changes: UserChanges,
) -> Result<User, Error> {
    // An address is a login name, and where a forgotten password is mailed to.
    if changes.email.is_some() && app.observations.has_named_token() {
        return Err(NAMED_TOKEN);
    }
    let (now, repository) = (app.clock.now(), &app.repository);
    let email = changes.email.clone();
    let per_day = match (&email, account) {
        (None, _) => 0,
        (Some(_), Some(account)) => app.settings.mails_per_day_of(account),
        (Some(_), None) => {
            let account = repository.get_account(user.account).await?;
            let account = open_account(user.account, account)?;
            app.settings.mails_per_day_of(&account)
        }
    };
    let is_more_than_email = changes.clone().without_email() != UserChanges::default();
    let after = user
        .update(changes, now)
        .map_err(|error| Error::invalid("preferences", error))?;
    // Who goes back to an address that they have proven need not prove it again.
    let email = email.filter(|_| !after.email_verified);
    let mail = email.and_then(|email| user.challenge_for(&email));
    let saved = repository
        .save(user, after.clone(), by)
        .with_mail(mail, per_day);
    match saved.send().await {
        // A caller who sends all fields each time means the others: they are not lost to the limit.
        Err(StoreError::Conflict(Conflict::TooManyMails(_)))
            if is_repeated(mail, user, &after) && is_more_than_email =>
        {
            Ok(repository.save(user, after, by).send().await?)
        }
        saved => Ok(saved?),
    }
}

/// Whether the mail is another one for an address that the user has had before.
fn is_repeated(mail: Option<CodePurpose>, before: &User, after: &User) -> bool {
    mail.is_some() && before.email == after.email
}
