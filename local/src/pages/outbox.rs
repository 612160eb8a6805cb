//! The pages that show what left Roster.

use crate::{DEAD_LETTERS, FakeAws, Mail, USAGE};
use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
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

#[derive(Template)]
#[template(path = "pages/outbox.html")]
struct OutboxPage<'a> {
    mails: &'a [Mail],
}

/// For people if a browser asks, else as JSON.
async fn mails(State(aws): State<FakeAws>, headers: HeaderMap) -> Response {
    let mails = aws.mails();
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    if !accept.is_some_and(|accept| accept.contains("text/html")) {
        return Json(mails).into_response();
    }
    match (OutboxPage { mails: &mails }).render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// `<number>.html`, `.txt` or `.eml`.
async fn mail(State(aws): State<FakeAws>, Path(file): Path<String>) -> Response {
    let (number, kind) = file.split_once('.').unwrap_or((&file, "eml"));
    let wanted = number.parse().unwrap_or(0);
    let mails = aws.mails();
    let Some(mail) = mails.into_iter().find(|mail| mail.number == wanted) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (content_type, body) = match kind {
        "html" => ("text/html; charset=utf-8", mail.html.into_bytes()),
        "txt" => ("text/plain; charset=utf-8", mail.text.into_bytes()),
        "eml" => ("message/rfc822", mail.raw),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, content_type)], body).into_response()
}

async fn events(State(aws): State<FakeAws>) -> Json<Vec<Value>> {
    Json(aws.events())
}

async fn dead_letters(State(aws): State<FakeAws>) -> Json<Vec<Value>> {
    let letters = aws.queue(DEAD_LETTERS);
    let bodies = letters.into_iter().map(|letter| letter.body);
    Json(
        bodies
            .map(|body| serde_json::from_str(&body).unwrap_or(body.into()))
            .collect(),
    )
}

/// Reports usage, as other services do through the queue.
async fn usage(State(aws): State<FakeAws>, body: String) -> (StatusCode, Json<Value>) {
    let id = aws.send(USAGE, body);
    (StatusCode::ACCEPTED, Json(json!({ "messageId": id })))
}
