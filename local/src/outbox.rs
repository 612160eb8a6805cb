//! Mails that were sent, as real MIME messages, and the pages that show what left Roster.

use crate::{DEAD_LETTERS, Platform, USAGE};
use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use lettre::{
    Message,
    address::Envelope,
    message::{MultiPart, header::HeaderName, header::HeaderValue},
};
use serde::Serialize;
use serde_json::{Value, json};

/// A mail that was handed over to SES.
#[derive(Clone, Debug, Serialize)]
pub struct Mail {
    /// Its place in the outbox, from 1.
    pub number: usize,
    /// What SES called it.
    pub id: String,
    /// Whom it is from.
    pub from: String,
    /// Whom it is for.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// The plain-text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// All of it, as it is put on the wire.
    #[serde(skip)]
    pub raw: Vec<u8>,
    #[serde(skip)]
    pub(crate) envelope: Envelope,
}

impl Mail {
    /// What SES would make of a `SendEmail` request.
    pub(crate) fn of(number: usize, request: &Value) -> Result<Self, String> {
        let text = |pointer: &str| {
            let value = request.pointer(pointer).and_then(Value::as_str);
            value
                .map(str::to_owned)
                .ok_or(format!("{pointer} is missing"))
        };
        let from = text("/FromEmailAddress")?;
        let to = text("/Destination/ToAddresses/0")?;
        let subject = text("/Content/Simple/Subject/Data")?;
        let plain = text("/Content/Simple/Body/Text/Data")?;
        let html = text("/Content/Simple/Body/Html/Data")?;
        let failed = |error: &dyn std::fmt::Display| error.to_string();
        let id = uuid::Uuid::new_v4().to_string();
        let mut message = Message::builder()
            .message_id(Some(format!("<{id}@roster.local>")))
            .from(from.parse().map_err(|error| failed(&error))?)
            .to(to.parse().map_err(|error| failed(&error))?)
            .subject(subject.clone())
            .multipart(MultiPart::alternative_plain_html(
                plain.clone(),
                html.clone(),
            ))
            .map_err(|error| failed(&error))?;
        let headers = request["Content"]["Simple"]["Headers"].as_array();
        for extra in headers.into_iter().flatten() {
            let part = |name: &str| extra[name].as_str().unwrap_or_default().to_owned();
            let name = HeaderName::new_from_ascii(part("Name")).map_err(|error| failed(&error))?;
            message
                .headers_mut()
                .insert_raw(HeaderValue::new(name, part("Value")));
        }
        Ok(Self {
            number,
            id,
            from,
            to,
            subject,
            text: plain,
            html,
            raw: message.formatted(),
            envelope: message.envelope().clone(),
        })
    }
}

/// `/outbox`, `/events`, `/dead-letters`, and `POST /usage`: none of it is deployed.
pub fn pages(platform: Platform) -> Router {
    Router::new()
        .route("/outbox", get(outbox))
        .route("/outbox/{file}", get(mail))
        .route("/events", get(events))
        .route("/dead-letters", get(dead_letters))
        .route("/usage", post(usage))
        .with_state(platform)
}

#[derive(Template)]
#[template(path = "outbox.html")]
struct OutboxPage<'a> {
    mails: &'a [Mail],
}

/// For people if a browser asks, else as JSON.
async fn outbox(State(platform): State<Platform>, headers: HeaderMap) -> Response {
    let mails = platform.mails();
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
async fn mail(State(platform): State<Platform>, Path(file): Path<String>) -> Response {
    let (number, kind) = file.split_once('.').unwrap_or((&file, "eml"));
    let wanted = number.parse().unwrap_or(0);
    let mails = platform.mails();
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

async fn events(State(platform): State<Platform>) -> Json<Vec<Value>> {
    Json(platform.events())
}

async fn dead_letters(State(platform): State<Platform>) -> Json<Vec<Value>> {
    let letters = platform.queue(DEAD_LETTERS);
    let bodies = letters.into_iter().map(|letter| letter.body);
    Json(
        bodies
            .map(|body| serde_json::from_str(&body).unwrap_or(body.into()))
            .collect(),
    )
}

/// Reports usage, as other services do through the queue.
async fn usage(State(platform): State<Platform>, body: String) -> (StatusCode, Json<Value>) {
    let id = platform.send(USAGE, body);
    (StatusCode::ACCEPTED, Json(json!({ "messageId": id })))
}
