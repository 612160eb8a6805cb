//! `GET /api/v2/users`: the members of the caller's account, oldest first.

use super::Member;
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster, authentication::authenticate,
    endpoint::endpoint, request::parse_optional,
};
use lambda_http::http::{HeaderValue, header};
use roster_domain::{Cursor, Direction, PageLimit, UserId};

/// The function `members-list`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Members, "members-list", handle);

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    // Authenticated first: whoever can make up a token must not make us read an account.
    let caller = authenticate(roster, request).await?;
    let limit = request.query_parameter("limit");
    // The document knows no pages: who does not ask for one gets as much as there is in one.
    let limit = parse_optional("limit", limit.as_deref())?.unwrap_or(PageLimit::MAX);
    let cursor = request.query_parameter("cursor");
    let cursor: Option<Cursor> = parse_optional("cursor", cursor.as_deref())?;
    if cursor.is_some_and(|cursor| cursor.direction != Direction::Forwards) {
        let must = "must be one from the Link header of this list, which only goes forwards";
        return Err(Failure::invalid("cursor", must.into()));
    }
    let (account, from) = (caller.user.account, cursor.map(|cursor| cursor.from));
    let repository = &roster.repository;
    let page = repository
        .user_list(account, from, Direction::Forwards, limit.get())
        .await?;
    let members: Vec<_> = page.users.iter().map(Member::from).collect();
    let answer = Answer::ok(&members)?;
    Ok(match page.users.last().filter(|_| page.more) {
        Some(last) => answer.with_header(header::LINK, next_link(request, limit, last.id)?),
        None => answer,
    })
}

/// RFC 8288.
fn next_link(request: &Request, limit: PageLimit, last: UserId) -> Result<HeaderValue, Failure> {
    let cursor = Cursor {
        from: last,
        direction: Direction::Forwards,
    };
    let url = request.url();
    HeaderValue::try_from(format!(
        r#"<{url}?limit={limit}&cursor={cursor}>; rel="next""#
    ))
    .map_err(|error| Failure::Internal(error.into()))
}
