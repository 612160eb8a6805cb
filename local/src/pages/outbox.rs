//! The pages that show what left Roster: mails, events and dead letters. A browser gets a page, any
//! other client the same as JSON.

use super::assets::{HTML, asset};
use crate::{DEAD_LETTERS, FakeAws, StateError, USAGE};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// `/outbox`, `/events`, `/dead-letters`, and `POST /usage`: none of it is deployed.
pub fn outbox(aws: FakeAws) -> Router {
    Router::new()
        .route("/outbox", get(mails))
        .route("/outbox/{file}", get(mail))
        .route("/events", get(events))
        .route("/dead-letters", get(dead_letters))
        .route("/usage", post(usage))
        .with_state(aws)
}

/// The kinds of events, which `docs/events` has too.
const EVENT_KINDS: [&str; 13] = [
    "UserInvited",
    "UserJoined",
    "UserUpdated",
    "UserRoleChanged",
    "UserPermissionsChanged",
    "UserActivated",
    "UserDeactivated",
    "UserPasswordChanged",
    "UserTokensRevoked",
    "UserRemoved",
    "AccountCreated",
    "AccountUpdated",
    "AccountClosed",
];

/// A page with a list, which its script fills and keeps up to date.
#[derive(Template)]
#[template(path = "pages/list.html")]
struct ListPage {
    /// Where it is, and where its script finds the same as JSON.
    path: &'static str,
    title: &'static str,
    lead: &'static str,
    /// Of which a rule is shown, if any.
    kinds: &'static [&'static str],
}

impl ListPage {
    const OUTBOX: Self = Self {
        path: "/outbox",
        title: "Outbox",
        lead: "Mails that Roster sent, newest first. They left this machine only with --smtp.",
        kinds: &[],
    };

    const EVENTS: Self = Self {
        path: "/events",
        title: "Events",
        lead: "What Roster told other programs, newest first, as EventBridge delivers it. Open an event to \
               see all of it.",
        kinds: &EVENT_KINDS,
    };

    const DEAD_LETTERS: Self = Self {
        path: "/dead-letters",
        title: "Dead letters",
        lead: "What could not be handled, newest first. Nothing here is tried again by itself.",
        kinds: &[],
    };

    fn respond(&self) -> Response {
        match self.render() {
            Ok(page) => asset(HTML, page),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        }
    }
}

/// How much of a list is wanted.
#[derive(Deserialize)]
struct Wanted {
    /// So many of the newest; all if it is absent.
    newest: Option<usize>,
}

impl Wanted {
    /// For people if a browser asks, else as JSON that a terminal shows line by line.
    fn show<T: Serialize>(&self, headers: &HeaderMap, page: &ListPage, list: &[T]) -> Response {
        let accept = headers.get(header::ACCEPT);
        let accept = accept.and_then(|accept| accept.to_str().ok());
        let mut response = match accept.is_some_and(|accept| accept.contains("text/html")) {
            true => page.respond(),
            false => {
                let left_out = self
                    .newest
                    .map_or(0, |newest| list.len().saturating_sub(newest));
                let json = [(header::CONTENT_TYPE, "application/json")];
                (json, format!("{:#}\n", json!(list[left_out..]))).into_response()
            }
        };
        let vary = header::HeaderValue::from_static("accept");
        response.headers_mut().insert(header::VARY, vary);
        response
    }
}

/// What is kept cannot be read or written.
struct Unavailable(StateError);

impl From<StateError> for Unavailable {
    fn from(error: StateError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Unavailable {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0.to_string()).into_response()
    }
}

async fn mails(
    State(aws): State<FakeAws>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Unavailable> {
    Ok(wanted.show(&headers, &ListPage::OUTBOX, &aws.mails()?))
}

/// What a mail may do in a browser: be looked at.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// `<number>.html`, `.txt` or `.eml`.
async fn mail(
    State(aws): State<FakeAws>,
    Path(file): Path<String>,
) -> Result<Response, Unavailable> {
    let (number, kind) = file.split_once('.').unwrap_or((&file, "eml"));
    let Some(mail) = aws.mail(number.parse().unwrap_or(0))? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let (content_type, body) = match kind {
        "html" => ("text/html; charset=utf-8", mail.html.into_bytes()),
        "txt" => ("text/plain; charset=utf-8", mail.text.into_bytes()),
        "eml" => ("message/rfc822", mail.raw),
        _ => return Ok(StatusCode::NOT_FOUND.into_response()),
    };
    // A mail is the work of whoever wrote its product's name, or its invitation: none runs here as a page.
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, body).into_response())
}

async fn events(
    State(aws): State<FakeAws>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Unavailable> {
    Ok(wanted.show(&headers, &ListPage::EVENTS, &aws.events()?))
}

async fn dead_letters(
    State(aws): State<FakeAws>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Unavailable> {
    let letters = aws.queue(DEAD_LETTERS)?;
    let bodies = letters.into_iter().map(|letter| letter.body);
    let bodies = bodies.map(|body| serde_json::from_str(&body).unwrap_or(body.into()));
    let bodies: Vec<Value> = bodies.collect();
    Ok(wanted.show(&headers, &ListPage::DEAD_LETTERS, &bodies))
}

/// Reports usage, as other services do through the queue.
async fn usage(
    State(aws): State<FakeAws>,
    body: String,
) -> Result<(StatusCode, String), Unavailable> {
    let id = aws.send(USAGE, body)?;
    let answer = json!({ "messageId": id });
    Ok((StatusCode::ACCEPTED, format!("{answer}\n")))
}
