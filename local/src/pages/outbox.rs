//! The pages that show what left Roster.

use crate::{DEAD_LETTERS, FakeAws, Mail, StateError, USAGE};
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

/// For people if a browser asks, else as JSON.
async fn mails(State(aws): State<FakeAws>, headers: HeaderMap) -> Result<Response, Unavailable> {
    let mails = aws.mails()?;
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    if !accept.is_some_and(|accept| accept.contains("text/html")) {
        return Ok(Json(mails).into_response());
    }
    Ok(match (OutboxPage { mails: &mails }).render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    })
}

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
    Ok(([(header::CONTENT_TYPE, content_type)], body).into_response())
}

async fn events(State(aws): State<FakeAws>) -> Result<Json<Vec<Value>>, Unavailable> {
    Ok(Json(aws.events()?))
}

async fn dead_letters(State(aws): State<FakeAws>) -> Result<Json<Vec<Value>>, Unavailable> {
    let letters = aws.queue(DEAD_LETTERS)?;
    let bodies = letters.into_iter().map(|letter| letter.body);
    let bodies = bodies.map(|body| serde_json::from_str(&body).unwrap_or(body.into()));
    Ok(Json(bodies.collect()))
}

/// Reports usage, as other services do through the queue.
async fn usage(
    State(aws): State<FakeAws>,
    body: String,
) -> Result<(StatusCode, Json<Value>), Unavailable> {
    let id = aws.send(USAGE, body)?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "messageId": id }))))
}
