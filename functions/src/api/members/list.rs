//! `GET /api/v2/users`: the members of the caller's account, oldest first.

use super::{API, Member};
use crate::{
    App, Endpoint, Error, Request, Response,
    auth::authenticate,
    http::{Paging, endpoint, parse},
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{Cursor, Direction, PageLimit};

/// The function `members-list`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "members-list",
    routes: ["GET /api/v2/users"],
    callers: "any user",
    summary: "List the members",
    handler: list,
};

pub(super) fn operation() -> Operation {
    Operation::new(&ENDPOINT, "The members of your account, oldest first, up to 1000 at once. While more follow there is \
         a `Link` to them.",
    )
    .query_parameter::<PageLimit>("limit", "How many members at most; 1000 if absent.", 100)
    .query_parameter::<Cursor>(
        "cursor",
        "Where the page begins, from the `Link` of the page before.",
        "PgGh_0PdAHKMjq8wutfD38U",
    )
    .responds(
        StatusCode::OK,
        "The members.",
        &[sample::user(), sample::admin(), sample::other_user()]
            .iter()
            .map(Member::from)
            .collect::<Vec<_>>(),
    )
    .response_header(
        "Link",
        "The next page (RFC 8288), if there is one.",
        r#"<https://roster.example.com/api/v2/users?limit=100&cursor=PgGh_0PdAHKMjq8wutfD38U>; rel="next""#,
    )
    .errors(parse::<PageLimit>("limit", "0").err())
    .errors(parse::<Cursor>("cursor", "2").err())
}

async fn list(app: &App, request: &Request) -> Result<Response, Error> {
    let caller = authenticate(app, request).await?.user;
    // The document knows no pages: a caller who does not ask for one gets as much as is in one.
    let paging = Paging::of(request, PageLimit::MAX)?;
    let page = app
        .repository
        .list_users(
            caller.account,
            paging.from,
            Direction::Forwards,
            paging.limit.get(),
        )
        .await?;
    let members: Vec<_> = page.users.iter().map(Member::from).collect();
    let response = Response::ok(&members)?;
    let last = page.users.last().filter(|_| page.more);
    paging.with_link(response, request, last.map(|user| user.id))
}
