//! `GET /auth/invitations`: who was invited into the caller's account and has yet to join.

use super::API;
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::{NO_USER_MANAGEMENT, authenticate, require_user_management},
    http::{Paging, endpoint},
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{
    BounceKind, CODE_LIFETIME, Challenge, EmailAddress, PageLimit, Role, ShortText, Timestamp,
    User, UserId,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The function `auth-list-invitations`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-list-invitations",
    routes: ["GET /auth/invitations"],
    callers: "`userManagement`",
    summary: "List the invitations",
    handler: list,
};

/// What became of an invitation that was not accepted.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum InvitationState {
    /// The mail is yet to be sent.
    Queued,
    /// The mail was sent.
    Sent,
    /// It can be accepted no more: send a fresh one.
    Expired,
    /// The mail came back: there is no such mailbox. Correct the address.
    Bounced,
    /// The reader of the mailbox called the mail spam.
    Complained,
}

/// An invitation that was not accepted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Invitation")]
#[serde(rename_all = "camelCase")]
struct InvitationRecord<'a> {
    /// Id of the invited user.
    id: UserId,
    /// Where the invitation goes.
    email: &'a EmailAddress,
    /// What the user will be in the account.
    role: Role,
    /// First name.
    first: Option<&'a ShortText>,
    /// Surname.
    last: Option<&'a ShortText>,
    /// The user who invited, the last time; null if that is not known.
    invited_by: Option<Inviter<'a>>,
    /// When the invitation was last requested.
    requested: Timestamp,
    /// When it can be accepted no more.
    expires: Timestamp,
    /// `queued`, as long as the mail is yet to be sent; then `sent`, and in the end `expired`.
    state: InvitationState,
}

/// A user who invites.
#[derive(Serialize, JsonSchema)]
struct Inviter<'a> {
    /// Id of the user.
    id: UserId,
    /// Email address; null if the user is gone.
    email: Option<&'a EmailAddress>,
}

impl<'a> InvitationRecord<'a> {
    fn of(
        invitation: &Challenge,
        user: &'a User,
        inviter: Option<Inviter<'a>>,
        now: Timestamp,
    ) -> Self {
        Self {
            id: user.id,
            email: &user.email,
            role: user.role,
            first: user.first_name.as_ref(),
            last: user.last_name.as_ref(),
            invited_by: inviter,
            requested: invitation.requested_at,
            expires: invitation.expires_at(),
            state: match invitation.sent_at {
                _ if let Some(bounce) = invitation.bounced => match bounce.kind {
                    BounceKind::Bounce => InvitationState::Bounced,
                    BounceKind::Complaint => InvitationState::Complained,
                },
                _ if !invitation.is_open(now) => InvitationState::Expired,
                None => InvitationState::Queued,
                Some(_) => InvitationState::Sent,
            },
        }
    }
}

pub(super) fn operation() -> Operation {
    let (user, inviter) = (sample::invited_user(), sample::user());
    let now = user.created_at;
    let example = InvitationRecord {
        id: user.id,
        email: &user.email,
        role: user.role,
        first: user.first_name.as_ref(),
        last: user.last_name.as_ref(),
        invited_by: Some(Inviter {
            id: inviter.id,
            email: Some(&inviter.email),
        }),
        requested: now,
        expires: now + CODE_LIFETIME,
        state: InvitationState::Sent,
    };
    Operation::new(
        &ENDPOINT,
        "Who was invited into your account and has not joined, in the order in which they were put there, \
         a page at a time. A page may have fewer than `limit` says; the link leads on. Takes the \
         permission `userManagement`.",
    )
    .pages()
    .responds(StatusCode::OK, "A page of invitations.", &vec![example])
    .links_to_next_page(
        r#"<https://roster.example.com/auth/invitations?limit=100&cursor=PgGh_0PdAHKMjq8wutfD38U>; rel="next""#,
    )
    .errors([NO_USER_MANAGEMENT])
}

async fn list(app: &App, request: &Request) -> Result<Response, Error> {
    let caller = authenticate(app, request).await?.user;
    let paging = Paging::of(request, PageLimit::DEFAULT)?;
    require_user_management(&caller)?;
    let repository = &app.repository;
    let page = repository.list_invitations(caller.account, paging.from, paging.limit.get());
    let page = page.await?;
    let invitations = page.invitations.iter();
    let ids = invitations.flat_map(|it| [Some(it.user), it.requested_by.user()]);
    let ids = ids.flatten().collect();
    let users = repository.get_users(caller.account, &ids).await?;
    let now = app.clock.now();
    let records: Vec<_> = page
        .invitations
        .iter()
        .filter_map(|invitation| {
            // Whoever has joined by it, or is deactivated or gone, has no invitation.
            let user = users.get(&invitation.user)?;
            let inviter = inviter_of(invitation, &users);
            user.may_accept()
                .then(|| InvitationRecord::of(invitation, user, inviter, now))
        })
        .collect();
    let last = page.invitations.last().filter(|_| page.more);
    let response = Response::ok(&records)?;
    paging.with_link(response, request, last.map(|invitation| invitation.user))
}

fn inviter_of<'a>(
    invitation: &Challenge,
    users: &'a BTreeMap<UserId, User>,
) -> Option<Inviter<'a>> {
    let id = invitation.requested_by.user()?;
    let email = users.get(&id).map(|user| &user.email);
    Some(Inviter { id, email })
}
