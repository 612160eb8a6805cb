//! `GET /auth/users`: the users of the caller's account, with all that those who manage them need.

use super::API;
use crate::{
    App, Endpoint, Error, Request, Response,
    api::{
        directory::{LARGEST_RECORD, UserRecord},
        page_size::fitting,
        user_state::HeldPermissions,
    },
    auth::{NO_USER_MANAGEMENT, caller_and_account, presented_token, require_user_management},
    http::{Paging, endpoint},
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{Account, Direction, LoginAttempts, NameHash, PageLimit, Timestamp, User};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The function `auth-list-users`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "auth-list-users",
    routes: ["GET /auth/users"],
    callers: "`userManagement`",
    summary: "List the users of your account",
    handler: list,
};

/// A user, as those are shown one who manage users.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ManagedUser<'a> {
    #[serde(flatten)]
    user: UserRecord<'a>,
    /// Whether a code that was mailed to the email address came back.
    verified: bool,
    /// Until when no password is taken for a name of the user, after too many wrong ones; null if it is.
    locked_until: Option<Timestamp>,
    /// What the user may do.
    permissions: HeldPermissions,
    /// When the user was last invited; null if they never were, or the invitation was revoked.
    invited: Option<Timestamp>,
    /// When the user was last seen, to the hour.
    last_seen: Option<Timestamp>,
    /// When the user last logged in with a password.
    last_login: Option<Timestamp>,
}

/// What it has beside the record of the directory.
const REST: usize = 1024;

type Attempts = BTreeMap<NameHash, LoginAttempts>;

impl<'a> ManagedUser<'a> {
    fn of(user: &'a User, account: &'a Account, locked_until: Option<Timestamp>) -> Self {
        Self {
            user: UserRecord::of(user, account),
            verified: user.email_verified,
            locked_until,
            permissions: user.into(),
            invited: user.invited_at,
            last_seen: user.activity,
            last_login: user.last_login_at,
        }
    }
}

pub(super) fn operation() -> Operation {
    let (mut user, account) = (sample::user(), sample::account());
    user.invited_at = Some(user.created_at);
    let admin = sample::admin();
    Operation::new(
        &ENDPOINT,
        "The users of your account, oldest first, a page at a time: whoever was put there, joined or not. \
         Takes the permission `userManagement`. A page of users with large preferences may have fewer of \
         them than `limit` says; the link leads on.",
    )
    .pages()
    .responds(
        StatusCode::OK,
        "A page of users.",
        &vec![
            ManagedUser::of(&user, &account, None),
            // She has given too many wrong passwords.
            ManagedUser::of(&admin, &account, Some(user.created_at)),
        ],
    )
    .links_to_next_page(
        r#"<https://roster.example.com/auth/users?limit=100&cursor=PgGh_0PdAHKMjq8wutfD38U>; rel="next""#,
    )
    .errors([NO_USER_MANAGEMENT])
}

async fn list(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    let (caller, account) = caller_and_account(app, token).await?;
    let paging = Paging::of(request, PageLimit::DEFAULT)?;
    require_user_management(&caller)?;
    let list = app
        .repository
        .list_users(
            caller.account,
            paging.from,
            Direction::Forwards,
            paging.limit.get(),
        )
        .await?;
    let now = app.clock.now();
    let names = list.users.iter().flat_map(|user| names_of(user, now));
    let attempts = app.repository.attempts_at(names.collect()).await?;
    let records: Vec<_> = list
        .users
        .iter()
        .map(|user| ManagedUser::of(user, &account, locked_until(user, &attempts, now)))
        .collect();
    let fitting = fitting(records.iter(), LARGEST_RECORD + REST)?;
    let more = list.more || fitting < records.len();
    let last = list.users[..fitting].last().filter(|_| more);
    let response = Response::ok(&&records[..fitting])?;
    paging.with_link(response, request, last.map(|user| user.id))
}

/// The names that the user logs in by.
fn names_of(user: &User, now: Timestamp) -> impl Iterator<Item = NameHash> {
    let names = [
        user.logs_in_by_email().then_some(user.email.as_str()),
        user.kept_email(now).map(|kept| kept.email.as_str()),
        user.username.as_ref().map(|username| username.as_str()),
    ];
    names.into_iter().flatten().map(NameHash::new)
}

fn locked_until(user: &User, attempts: &Attempts, now: Timestamp) -> Option<Timestamp> {
    let of_names = names_of(user, now).filter_map(|name| attempts.get(&name)?.locked_until(now));
    of_names.max()
}
