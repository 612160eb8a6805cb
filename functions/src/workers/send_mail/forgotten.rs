//! Finds out who has forgotten a password: where nobody waits for a response, which so tells nothing.

use crate::{App, workers::stream::RecordError};
use roster_domain::{CodePurpose, EmailAddress, ForgottenPassword, User, UserKey};
use roster_dynamodb::{LoginName, Reads, StoreError};

/// Requests the mail that the user needs: who can log in gets a code to choose another password with,
/// who is invited the invitation again, and nobody else anything. The mail itself is the next record.
pub(super) async fn request_mail(
    app: &App,
    forgotten: &ForgottenPassword,
    key: &str,
) -> Result<(), RecordError> {
    let mut outcome = try_request(app, forgotten).await?;
    // The user may have been changed in between; if it is not that, the next one is as stale.
    for _ in 0..RETRIES {
        if outcome == STALE {
            outcome = try_request(app, forgotten).await?;
        }
    }
    tracing::info!(key, outcome, "a forgotten password");
    Ok(())
}

/// How often it is tried again when the user was changed meanwhile.
const RETRIES: u32 = 3;

const STALE: &str = "the user was changed, or such a mail was requested since";

/// What was done, for the log.
async fn try_request(
    app: &App,
    forgotten: &ForgottenPassword,
) -> Result<&'static str, RecordError> {
    let Some((purpose, user, email)) = find(app, forgotten).await? else {
        return Ok("nobody has the name, or may log in");
    };
    // A request would end the code of the newest mail, and no other would follow.
    if is_too_much(app, purpose, &email).await? {
        return Ok("too many mails of this kind went to the address");
    }
    let now = forgotten.requested_at;
    let request = app
        .repository
        .request_forgotten(purpose, &user, &email, now);
    match request.await {
        Ok(()) => Ok("mail requested"),
        Err(error) if error.is_stale() => Ok(STALE),
        Err(error) => Err(error.into()),
    }
}

type Recipient = (CodePurpose, User, EmailAddress);

async fn find(app: &App, forgotten: &ForgottenPassword) -> Result<Option<Recipient>, StoreError> {
    let ForgottenPassword {
        email, username, ..
    } = forgotten;
    let username = username.clone().map(LoginName::Username);
    let name = email.clone().map(LoginName::Email).or(username);
    let mut reads = Reads::default();
    let login = name.map(|name| reads.login(&name));
    let mails = email
        .as_ref()
        .map(|email| reads.mails_sent(CodePurpose::Invitation, email));
    let mut found = app.repository.read(reads).await?;
    let login = found.take_if(login)?;
    let login = login.filter(|login| login.is_kept(app.clock.now()));
    if let Some(login) = login
        && let Some(user) = open_user(app, login.user()).await?
        && let Some(email) = user.reset_email().cloned()
    {
        let theirs = email.matches(&user.email) || is_theirs(app, &user, &email).await?;
        return Ok(theirs.then_some((CodePurpose::Reset, user, email)));
    }
    // An address that somebody was merely invited at is nobody's login: who they are, the mails tell
    // that went there.
    let invited = found.take_if(mails)?.unwrap_or_default().recipients();
    for user in invited {
        let user = open_user(app, user).await?;
        let has_it = |user: &User| email.as_ref().is_some_and(|it| it.matches(&user.email));
        let invited = |user: &User| user.may_accept() && user.invited_at.is_some();
        if let Some(user) = user.filter(|user| has_it(user) && invited(user)) {
            let email = user.email.clone();
            return Ok(Some((CodePurpose::Invitation, user, email)));
        }
    }
    Ok(None)
}

async fn is_too_much(
    app: &App,
    purpose: CodePurpose,
    email: &EmailAddress,
) -> Result<bool, StoreError> {
    let mut reads = Reads::default();
    let mails = reads.mails_sent(purpose, email);
    let mails = app.repository.read(reads).await?.take(mails)?;
    let wait = mails.unwrap_or_default().wait(app.clock.now());
    Ok(wait.is_some())
}

/// Whether an address that the user has left is nobody else's by now.
async fn is_theirs(app: &App, user: &User, email: &EmailAddress) -> Result<bool, StoreError> {
    let name = LoginName::Email(email.clone());
    let login = app.repository.get_login(&name).await?;
    Ok(login.is_none_or(|login| login.user() == user.key()))
}

/// The user, if their account is open.
async fn open_user(app: &App, user: UserKey) -> Result<Option<User>, StoreError> {
    let mut reads = Reads::default();
    let (slot, account) = (reads.user(user), reads.account(user.account));
    let mut found = app.repository.read(reads).await?;
    let is_open = found.take(account)?.is_some_and(|account| !account.closed);
    Ok(found.take(slot)?.filter(|_| is_open))
}
