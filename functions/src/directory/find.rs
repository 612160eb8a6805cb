//! `POST /user/find`: the account's users in the order of their creation, a page at a time; for an
//! admin also the one of an address or an id.

use super::{
    UserRecord, caller_and_account, check_admin,
    named::{Named, caller_account_and_named},
};
use crate::{
    Answer, Api, Endpoint, Failure, Request, Roster,
    authentication::presented_token,
    body::{not_null, whole_number},
    endpoint::endpoint,
    request::parse_optional,
};
use roster_domain::{Account, AccountId, Cursor, Direction, PageLimit, User};
use serde::{Deserialize, Serialize};

/// The function `directory-find`.
pub const ENDPOINT: Endpoint = endpoint!(Api::Directory, "directory-find", handle);

const DEFAULT_LIMIT: u64 = 100;

#[derive(Deserialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "UserFind")
)]
pub(super) struct Body {
    /// Only the user who has this email address, in any case.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "roster_domain::EmailAddress", extend("examples" = ["ada@example.com"])))]
    email: Option<String>,
    /// Only the user who has this id.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schemars(with = "roster_domain::UserId", extend("examples" = ["01a1ff43-dd00-728c-8eaf-30bad7c3dfc5"])))]
    id: Option<String>,
    /// How many users there are on a page at most.
    #[serde(default, deserialize_with = "whole_number")]
    #[cfg_attr(feature = "openapi", schemars(with = "PageLimit"))]
    limit: Option<i64>,
    /// For the next page: `next` of the page before it. Null counts as absent.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<roster_domain::Cursor>", extend("examples" = ["PgGh_0PdAHKMjq8wutfD38U"])))]
    next: Option<String>,
    /// For the previous page: `prev` of the page after it. Null counts as absent.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<roster_domain::Cursor>", extend("examples" = ["PAGh_0PdAHKMjq8wutfD38U"])))]
    prev: Option<String>,
}

/// What is looked for.
struct Query {
    filter: Option<Named>,
    cursor: Option<Cursor>,
    limit: PageLimit,
}

/// What was found, oldest first.
struct Page {
    users: Vec<User>,
    next: Option<Cursor>,
    prev: Option<Cursor>,
}

/// Some of an account's users, in the order of their creation.
#[derive(Serialize)]
#[cfg_attr(
    feature = "openapi",
    derive(schemars::JsonSchema),
    schemars(rename = "UserPage")
)]
pub(super) struct PageRecord<'a> {
    /// The users.
    pub(super) data: Vec<UserRecord<'a>>,
    /// Where the next page starts; null on the last one.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<roster_domain::Cursor>"))]
    pub(super) next: Option<String>,
    /// Where the previous page ends; null on the first one.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<roster_domain::Cursor>"))]
    pub(super) prev: Option<String>,
}

async fn handle(roster: &Roster, request: &Request) -> Result<Answer, Failure> {
    let token = presented_token(request)?;
    let query = Query::of(request);
    let filter = query.as_ref().ok().and_then(|query| query.filter.as_ref());
    let (account, page) = match filter {
        Some(named) => {
            let (caller, account, found) =
                caller_account_and_named(roster, token, Some(named)).await?;
            check_admin(&caller.user)?;
            let own = named.is(&caller.user);
            let user = if own { Some(caller.user) } else { found };
            (account, Page::of_one(user))
        }
        None => {
            // Authenticated first: whoever can make up a token must not make us read an account.
            let (caller, account) = caller_and_account(roster, token).await?;
            let page = page(roster, caller.user.account, &query?).await?;
            (account, page)
        }
    };
    Answer::ok(&page.record(&account))
}

impl Query {
    fn of(request: &Request) -> Result<Self, Failure> {
        let body: Body = request.json_or_empty()?;
        Ok(Self {
            filter: Named::parse(body.id.as_deref(), body.email.as_deref())?,
            limit: limit(&body, request)?,
            cursor: cursor(&body, request)?,
        })
    }
}

/// In the body or, if it has none, in the query.
fn limit(body: &Body, request: &Request) -> Result<PageLimit, Failure> {
    let in_query = request.query_parameter("limit");
    let in_query = parse_optional("limit", in_query.as_deref())?;
    let limit = match (body.limit, in_query) {
        // No negative number is a limit, and neither is 0.
        (Some(limit), _) => PageLimit::new(limit.try_into().unwrap_or(0)),
        (None, Some(limit)) => Ok(limit),
        (None, None) => PageLimit::new(DEFAULT_LIMIT),
    };
    limit.map_err(|invalid| Failure::invalid("limit", invalid))
}

/// In the body or, if it has none, in the query.
fn cursor(body: &Body, request: &Request) -> Result<Option<Cursor>, Failure> {
    let in_body = one_cursor(body.next.as_deref(), body.prev.as_deref())?;
    let next = request.query_parameter("next");
    let prev = request.query_parameter("prev");
    // Read in either case: what cannot be read is refused, not passed over.
    let in_query = one_cursor(next.as_deref(), prev.as_deref())?;
    Ok(in_body.or(in_query))
}

fn one_cursor(next: Option<&str>, prev: Option<&str>) -> Result<Option<Cursor>, Failure> {
    if next.is_some() && prev.is_some() {
        let must = "cannot be sent together with next; send the one for the page you want";
        return Err(Failure::invalid("prev", must.into()));
    }
    let (field, text, direction) = match prev {
        Some(_) => ("prev", prev, Direction::Backwards),
        None => ("next", next, Direction::Forwards),
    };
    let cursor: Option<Cursor> = parse_optional(field, text)?;
    if cursor.is_some_and(|cursor| cursor.direction != direction) {
        let must = "must be what an answer gave as the field of the same name";
        return Err(Failure::invalid(field, must.into()));
    }
    Ok(cursor)
}

async fn page(roster: &Roster, account: AccountId, query: &Query) -> Result<Page, Failure> {
    let from = query.cursor.map(|cursor| cursor.from);
    let direction = query
        .cursor
        .map_or(Direction::Forwards, |cursor| cursor.direction);
    let list = roster
        .repository
        .user_list(account, from, direction, query.limit.get());
    let list = list.await?;
    let mut users = list.users;
    // A page that was reached by a cursor has its way back, whoever has gone meanwhile.
    let back = query.cursor.map(|cursor| match users.first() {
        Some(first) => Cursor {
            from: first.id,
            direction: direction.opposite(),
        },
        None => cursor.back(),
    });
    let on = users.last().filter(|_| list.more).map(|last| Cursor {
        from: last.id,
        direction,
    });
    Ok(match direction {
        Direction::Forwards => Page {
            users,
            next: on,
            prev: back,
        },
        Direction::Backwards => {
            users.reverse();
            Page {
                users,
                next: back,
                prev: on,
            }
        }
    })
}

impl Page {
    /// What a filter finds.
    fn of_one(user: Option<User>) -> Self {
        Self {
            users: user.into_iter().collect(),
            next: None,
            prev: None,
        }
    }

    fn record<'a>(&'a self, account: &'a Account) -> PageRecord<'a> {
        let users = self.users.iter();
        PageRecord {
            data: users.map(|user| UserRecord::of(user, account)).collect(),
            next: self.next.map(|cursor| cursor.to_string()),
            prev: self.prev.map(|cursor| cursor.to_string()),
        }
    }
}
