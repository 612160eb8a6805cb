//! Everything that Roster sends out: SES, EventBridge and the queue of dead letters. The ones of
//! `cargo run` keep only the newest thousand mails and events.

use crate::testkit::{Published, SEND_EMAIL, code_in_text};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, Uri},
    routing::post,
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

/// Clones are the same.
#[derive(Clone, Default)]
pub struct Outside(Arc<Mutex<Sent>>);

#[derive(Default)]
struct Sent {
    mails: usize,
    /// By address, oldest first.
    codes: HashMap<String, Vec<String>>,
    events: Published,
    dead_letters: Vec<String>,
}

impl Outside {
    /// Starts to serve: where.
    pub async fn serve(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        format!("http://{address}")
    }

    /// The different codes that were mailed to an address, newest first.
    pub fn codes_to(&self, email: &str) -> Vec<String> {
        let sent = self.0.lock().unwrap();
        let codes = sent.codes.get(email).into_iter().flatten();
        codes.rev().cloned().collect()
    }

    pub fn mails(&self) -> usize {
        self.0.lock().unwrap().mails
    }

    pub fn events(&self) -> Published {
        self.0.lock().unwrap().events.clone()
    }

    pub fn dead_letters(&self) -> Vec<String> {
        self.0.lock().unwrap().dead_letters.clone()
    }
}

impl Sent {
    fn take_mail(&mut self, mail: &Value) -> Value {
        let to = mail["Destination"]["ToAddresses"][0].as_str().unwrap();
        let text = mail["Content"]["Simple"]["Body"]["Text"]["Data"].as_str();
        let code = code_in_text(text.unwrap()).unwrap().to_owned();
        let codes = self.codes.entry(to.to_owned()).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
        self.mails += 1;
        json!({ "MessageId": self.mails.to_string() })
    }

    fn take_events(&mut self, request: &Value) -> Value {
        let entries = request["Entries"].as_array().unwrap();
        for entry in entries {
            let detail = entry["Detail"].as_str().unwrap();
            self.events.take(&serde_json::from_str(detail).unwrap());
        }
        let ids: Vec<Value> = entries.iter().map(|_| json!({ "EventId": "1" })).collect();
        json!({ "FailedEntryCount": 0, "Entries": ids })
    }
}

async fn take(
    State(outside): State<Outside>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Json<Value> {
    let request: Value = serde_json::from_str(&body).unwrap();
    let mut sent = outside.0.lock().unwrap();
    Json(match headers.get("x-amz-target") {
        None if uri.path() == SEND_EMAIL => sent.take_mail(&request),
        Some(target) if target == "AWSEvents.PutEvents" => sent.take_events(&request),
        Some(target) if target == "AmazonSQS.SendMessage" => {
            sent.dead_letters.push(request["MessageBody"].to_string());
            json!({ "MessageId": "1" })
        }
        target => panic!("nobody asks for {target:?} at {uri}"),
    })
}
