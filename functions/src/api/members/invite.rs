//! `POST /api/v2/users`: invites a person by email into the caller's account, as a user.

use super::{API, Message, message};
use crate::{
    App, Endpoint, Error, Request, Response,
    api::idempotency::Repeatable,
    auth::{
        NO_USER_MANAGEMENT, authenticate_and_read, open_account, presented_token,
        require_may_manage, require_user_management,
    },
    http::{endpoint, parse},
    openapi::Operation,
};
use lambda_http::http::StatusCode;
use roster_domain::{EmailAddress, Language, Optional, Required, Role, User, UserId, UserKey};
use roster_dynamodb::{Conflict, EmailOwner, Invitation, Keep, Reads, StoreError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// The function `members-invite`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "members-invite",
    routes: ["POST /api/v2/users"],
    callers: "`userManagement`",
    summary: "Invite somebody",
    handler: invite,
};

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "MemberInvitation")]
struct Body {
    /// The email address of the person to invite.
    email: Required<EmailAddress>,
    /// The language to write to them in, which the invitation has too. Once they have joined, they
    /// choose it themselves.
    #[serde(default)]
    locale: Optional<Language>,
}

pub(super) fn operation() -> Operation {
    Operation::new(
        &ENDPOINT,
        "Invites the person with this email address into your account, as a user who may view \
         metrics. Who is already invited there is sent a fresh invitation. Takes the permission \
         `userManagement`.",
    )
    .body::<Body>(
        true,
        json!({ "email": "katherine@example.com", "locale": "fr" }),
    )
    .responds(
        StatusCode::OK,
        "The invitation is on its way.",
        &Message::from("User invited."),
    )
    .errors(parse::<EmailAddress>("email", "katherine").err())
    .errors(parse::<Language>("locale", "tlh").err())
    .errors([NO_USER_MANAGEMENT, Error::email_in_use()])
    .requests_mail()
    .idempotent()
}

async fn invite(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    // What is wrong with the body is told to an authenticated caller only.
    let body = request.json_or_empty::<Body>();
    let account_id = token.user().account;
    let mut reads = Reads::default();
    let account = reads.account(account_id);
    let email = body.as_ref().ok().map(|body| &body.email.0);
    let owner = email.map(|email| reads.email_owner(account_id, email));
    let repeatable = Repeatable::of(request, Some(token.user()));
    let kept = repeatable.as_ref().ok().and_then(|it| it.queue(&mut reads));
    let (caller, mut found) = authenticate_and_read(app, token, reads).await?;
    let (caller, account) = (caller.user, open_account(account_id, found.take(account)?)?);
    let (repeatable, now) = (repeatable?, app.clock.now());
    if let Some(response) = repeatable.replay(found.take_if(kept)?, now)? {
        return Ok(response);
    }
    let body = body?;
    let (Required(email), Optional(language)) = (body.email, body.locale);
    require_user_management(&caller)?;
    let per_day = app.settings.mails_per_day_of(&account);
    let response = message("User invited.")?;
    let keep = repeatable.keep(&response, now)?;
    match found.take_if(owner)?.filter(|owner| owner.is_kept(now)) {
        // A colleague may still go back to it.
        Some(EmailOwner { until: Some(_), .. }) => return Err(Error::email_in_use()),
        None => {
            let mut user = User::invite(account_id, email, Role::User, now).invited(now);
            // Nobody gives what they do not hold, also not to a person who may be themselves.
            user.permissions = user.permissions.and(caller.effective_permissions());
            user.language = language;
            create(app, &user, caller.id, per_day, keep.as_ref()).await?;
        }
        Some(owner) => {
            let invitation = Invitation {
                user: UserKey {
                    account: account_id,
                    user: owner.user,
                },
                email,
                language,
                inviter: caller.id,
                inviter_role: caller.role,
                per_day,
            };
            renew(app, &caller, &invitation, keep.as_ref()).await?;
        }
    }
    Ok(response)
}

async fn create(
    app: &App,
    user: &User,
    by: UserId,
    per_day: u32,
    keep: Option<&Keep>,
) -> Result<(), Error> {
    let create = app.repository.create_user(user, by, Some(per_day), keep);
    match create.await {
        // Another request was quicker: perhaps the same one, sent twice.
        Err(StoreError::Conflict(Conflict::EmailInUse)) => Err(Error::STALE),
        created => Ok(created?),
    }
}

/// Invites a user afresh, whose address the email address was found to be.
async fn renew(
    app: &App,
    caller: &User,
    invitation: &Invitation,
    keep: Option<&Keep>,
) -> Result<(), Error> {
    let (repository, now) = (&app.repository, app.clock.now());
    match repository.renew_invitation(invitation, keep, now).await {
        Err(error) if error.is_stale() => {}
        renewed => return Ok(renewed?),
    }
    let user = repository.get_user(invitation.user).await?;
    match user.filter(|user| user.email.matches(&invitation.email)) {
        // The user has joined; or was deactivated before joining, and is activated first.
        Some(user) if !user.may_accept() => Err(Error::email_in_use()),
        Some(user) => require_may_manage(caller, &user).and(Err(Error::STALE)),
        // The user is gone, or has another address by now: this one may be free.
        None => Err(Error::STALE),
    }
}
