//! `POST /user/find`: the account's users in the order of their creation, a page at a time; for an
//! admin also the user of an email address or an id.

use super::{API, LARGEST_RECORD, UserRecord, invalid_selector};
use crate::{
    App, Endpoint, Error, Request, Response,
    api::page_size::fitting,
    auth::{
        NOT_AN_ADMIN, Selected, UserSelector, caller_and_account, presented_token, require_admin,
        select_user,
    },
    http::{endpoint, parse},
    openapi::{Operation, sample},
};
use lambda_http::http::StatusCode;
use roster_domain::{
    Account, Cursor, Direction, EmailAddress, Optional, PageLimit, Required, User, UserId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The function `directory-find`.
pub const ENDPOINT: Endpoint = endpoint! {
    api: API,
    name: "directory-find",
    routes: ["POST /user/find"],
    callers: "any user; to filter, an admin",
    summary: "Find users",
    handler: find,
};

const DEFAULT_LIMIT: u64 = 100;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "UserFind")]
struct Body {
    /// Only the user who has this email address, in any case.
    #[schemars(extend("examples" = ["ada@example.com"]))]
    email: Optional<EmailAddress>,
    /// Only the user who has this id.
    #[schemars(extend("examples" = ["01a1ff43-dd00-728c-8eaf-30bad7c3dfc5"]))]
    id: Optional<UserId>,
    /// How many users there are on a page at most.
    limit: Optional<PageLimit>,
    /// For the next page: `next` of the page before it. Null counts as absent.
    #[schemars(extend("examples" = ["PgGh_0PdAHKMjq8wutfD38U"]))]
    next: Option<Required<Cursor>>,
    /// For the previous page: `prev` of the page after it. Null counts as absent.
    #[schemars(extend("examples" = ["PAGh_0PdAHKMjq8wutfD38U"]))]
    prev: Option<Required<Cursor>>,
}

/// Some of an account's users, in the order of their creation.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserPage")]
struct PageRecord<'a> {
    /// The users.
    data: Vec<UserRecord<'a>>,
    /// Where the next page starts; null on the last one.
    #[schemars(with = "Option<Cursor>")]
    next: Option<String>,
    /// Where the previous page ends; null on the first one.
    #[schemars(with = "Option<Cursor>")]
    prev: Option<String>,
}

pub(super) fn operation() -> Operation {
    let (first, second, account) = (sample::user(), sample::admin(), sample::account());
    let cursor = |from, direction| Cursor { from, direction }.to_string();
    let after_first = cursor(first.id, Direction::Forwards);
    let before_second = cursor(second.id, Direction::Backwards);
    let after_second = cursor(second.id, Direction::Forwards);
    Operation::new(&ENDPOINT, "The users of the account in the order of their creation, a page at a time. To filter takes \
         an admin. `limit`, `next` and `prev` may also be in the query; in the body they win. A \
         cursor stays good while users come and go. A page of users with large preferences may have \
         fewer of them than `limit` says.",
    )
    .body::<Body>(false, json!({ "limit": 1, "next": after_first.as_str() }))
    .query_parameter::<PageLimit>("limit", "See `limit` of the body.", 100)
    .query_parameter::<Cursor>("next", "See `next` of the body.", after_first.as_str())
    .query_parameter::<Cursor>("prev", "See `prev` of the body.", before_second.as_str())
    .responds(
        StatusCode::OK,
        "A page of users. With a filter: the user, or nobody.",
        &PageRecord {
            data: vec![UserRecord::of(&second, &account)],
            next: Some(after_second),
            prev: Some(before_second.clone()),
        },
    )
    .errors(invalid_selector())
    .errors(parse::<Cursor>("next", "42").err())
    .errors(parse::<PageLimit>("limit", "0").err())
    .errors([NOT_AN_ADMIN])
}

/// What is looked for.
struct Query {
    filter: UserSelector,
    cursor: Option<Cursor>,
    limit: PageLimit,
}

/// What was found, oldest first.
struct Page {
    users: Vec<User>,
    next: Option<Cursor>,
    prev: Option<Cursor>,
}

async fn find(app: &App, request: &Request) -> Result<Response, Error> {
    let token = presented_token(request)?;
    let query = Query::of(request);
    let filter = query.as_ref().ok().map(|query| &query.filter);
    let (account, page) = match filter.filter(|filter| !filter.is_empty()) {
        Some(filter) => {
            let Selected {
                caller,
                account,
                user,
                ..
            } = select_user(app, token, Some(filter)).await?;
            require_admin(&caller)?;
            (account, Page::of_one(user))
        }
        None => {
            let (caller, account) = caller_and_account(app, token).await?;
            let page = page(app, (&caller, &account), &query?).await?;
            (account, page)
        }
    };
    Response::ok(&page.record(&account))
}

impl Query {
    /// What is in the body or, if it is not there, in the query.
    fn of(request: &Request) -> Result<Self, Error> {
        let body: Body = request.json_or_empty()?;
        // Read in either case: what cannot be read is refused, not passed over.
        let (limit, in_query) = (
            request.query("limit")?,
            one_cursor(request.query("next")?, request.query("prev")?)?,
        );
        let cursor = |field: Option<Required<Cursor>>| field.map(|Required(cursor)| cursor);
        let in_body = one_cursor(cursor(body.next), cursor(body.prev))?;
        let limit = match body.limit.0.or(limit) {
            Some(limit) => limit,
            None => {
                PageLimit::new(DEFAULT_LIMIT).map_err(|error| Error::invalid("limit", error))?
            }
        };
        Ok(Self {
            filter: UserSelector {
                email: body.email,
                id: body.id,
            },
            cursor: in_body.or(in_query),
            limit,
        })
    }
}

fn one_cursor(next: Option<Cursor>, prev: Option<Cursor>) -> Result<Option<Cursor>, Error> {
    let (field, cursor, direction) = match (next, prev) {
        (Some(_), Some(_)) => {
            let must = "cannot be sent together with next; send the one for the page you want";
            return Err(Error::invalid("prev", must.into()));
        }
        (None, prev @ Some(_)) => ("prev", prev, Direction::Backwards),
        (next, None) => ("next", next, Direction::Forwards),
    };
    if cursor.is_some_and(|cursor| cursor.direction != direction) {
        let must = "must be what an answer gave as the field of the same name";
        return Err(Error::invalid(field, must.into()));
    }
    Ok(cursor)
}

async fn page(
    app: &App,
    (caller, account): (&User, &Account),
    query: &Query,
) -> Result<Page, Error> {
    let from = query.cursor.map(|cursor| cursor.from);
    let direction = query
        .cursor
        .map_or(Direction::Forwards, |cursor| cursor.direction);
    let list = app
        .repository
        .list_users(caller.account, from, direction, query.limit.get());
    let list = list.await?;
    let mut users = list.users;
    let records = users.iter().map(|user| UserRecord::of(user, account));
    let fitting = fitting(records, LARGEST_RECORD)?;
    let more = list.more || fitting < users.len();
    users.truncate(fitting);
    // A page that was reached by a cursor has its way back, whoever has gone meanwhile.
    let back = query.cursor.map(|cursor| match users.first() {
        Some(first) => Cursor {
            from: first.id,
            direction: direction.opposite(),
        },
        None => cursor.back(),
    });
    let on = users.last().filter(|_| more).map(|last| Cursor {
        from: last.id,
        direction,
    });
    let (next, prev) = match direction {
        Direction::Forwards => (on, back),
        Direction::Backwards => {
            users.reverse();
            (back, on)
        }
    };
    Ok(Page { users, next, prev })
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
