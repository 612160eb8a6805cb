//! What callers do as themselves, and as people who sign up.

use super::{
    caller::{Caller, Outcome, SignedUp},
    known::Known,
};
use crate::testkit::PASSWORD;
use axum::http::Method;
use serde_json::{Value, json};

/// Tokens of logins that a user has; the oldest makes room.
const MAX_TOKENS: usize = 10;

impl Caller {
    pub async fn read_myself(&mut self) {
        let call = self.get("/v2/user");
        let Some(reply) = self.read("profile-get", call).await else {
            return;
        };
        if reply.status != 200 {
            return self.wrong("refused", format!("{reply:?}"));
        }
        let profile = &reply.json()[0];
        for field in ["user_alias", "organization"] {
            self.compare_mine(field, &profile[field]);
        }
        // What is in the queue may have been counted.
        let storage = &profile["storage"];
        let possible = self.reported..=self.reported + self.queued;
        let count = storage["count"].as_i64().unwrap();
        if !possible.contains(&count) || storage["usage_bytes"] != count * 10 {
            self.wrong("usage", format!("{storage} and not within {possible:?}"));
        }
    }

    pub async fn change_myself(&mut self) {
        let (value, field) = (
            self.fresh("value"),
            *self.random.pick(&["user_alias", "organization"]),
        );
        let call = self.put("/v2/user", json!({ field: value }));
        match self.attempt("profile-update", call).await {
            Outcome::Done(reply) => {
                self.my.get_mut(field).unwrap().acknowledged(value);
                for field in ["user_alias", "organization"] {
                    self.compare_mine(field, &reply.json()[0][field]);
                }
            }
            Outcome::Unknown => self.my.get_mut(field).unwrap().requested(value),
            Outcome::Refused(reply) => self.wrong("refused", format!("{reply:?}")),
        }
    }

    /// A report of usage, and its records.
    fn usage(&mut self) -> (i64, Value) {
        let records = self.random.below(100) as i64;
        let body = json!({
            "eventId": self.fresh("report"), "accountId": self.me.account, "userId": self.me.id,
            "records": records, "bytes": records * 10, "applicationKey": "sensors", "usage": 0.5,
        });
        (records, body)
    }

    /// Another service reports usage to the queue, perhaps twice.
    pub fn queue_usage(&mut self) {
        let (records, body) = self.usage();
        for _ in 0..1 + self.random.below(2) {
            self.world.aws.report(body.to_string());
        }
        self.queued += records;
    }

    /// Another service reports usage, until it is counted: once.
    pub async fn report_usage(&mut self) {
        let (records, body) = self.usage();
        let event = &body["eventId"];
        let attributes = json!({ "ApproximateReceiveCount": "1" });
        let message =
            json!({ "messageId": event, "body": body.to_string(), "attributes": attributes });
        let batch = json!({ "Records": [message] });
        let workers = self.workers.clone();
        while !workers
            .failures_of("record-usage", batch.clone())
            .await
            .is_empty()
        {}
        self.reported += records;
    }

    /// With a key, by either API: one account, whose owner can log in.
    pub async fn sign_up(&mut self) {
        let (name, key) = (self.fresh("new"), self.fresh("key"));
        let email = format!("{name}@example.com");
        let by_rest = self.random.one_in(2);
        let (operation, call) = match by_rest {
            true => {
                let body = json!({ "username": name, "email": email, "password": PASSWORD });
                let call = self.request(Method::POST, "/rest/users").json(body);
                ("accounts-create", call)
            }
            false => {
                let call = self
                    .request(Method::POST, "/user/login")
                    .basic(&email, PASSWORD);
                ("directory-login", call.json(json!({ "register": true })))
            }
        };
        let call = call.header("idempotency-key", &key);
        match self.until_known(operation, call).await {
            Outcome::Unknown => self.unknown.push(email),
            Outcome::Refused(reply) => self.wrong("refused", format!("{email}: {reply:?}")),
            Outcome::Done(reply) => {
                // A token is shown once: not when the response is given again.
                let token = reply.json()["token"]["token"].as_str().map(str::to_owned);
                self.signed_up.push(SignedUp {
                    email: Known::new(email),
                    username: by_rest.then_some(name),
                    token,
                    unknown_logins: 0,
                });
            }
        }
    }

    pub async fn log_in(&mut self) {
        let Some(index) = self.somebody() else { return };
        let user = &self.signed_up[index];
        let name = match &user.username {
            Some(username) => username.clone(),
            None => user.email.possible()[0].as_str().unwrap().to_owned(),
        };
        let call = self
            .request(Method::POST, "/user/login")
            .basic(&name, PASSWORD);
        match self.attempt("directory-login", call).await {
            Outcome::Done(reply) => {
                let reply = reply.json();
                let token = reply["token"]["token"].as_str().map(str::to_owned);
                if token.is_none() {
                    self.wrong("refused", format!("{name}: {reply}"));
                }
                let user = &mut self.signed_up[index];
                (user.token, user.unknown_logins) = (token, 0);
                self.compare_email(index, &reply["user"]["email"]);
                self.use_token(index).await;
            }
            Outcome::Unknown => self.signed_up[index].unknown_logins += 1,
            Outcome::Refused(reply) => self.wrong("refused", format!("{name}: {reply:?}")),
        }
    }

    /// One of those who signed up.
    fn somebody(&mut self) -> Option<usize> {
        let count = self.signed_up.len() as u64;
        (count > 0).then(|| self.random.below(count) as usize)
    }

    fn compare_email(&mut self, index: usize, found: &Value) {
        let known = &mut self.signed_up[index].email;
        let judged = known.check(found);
        let known = known.clone();
        self.judge("the address of who signed up", judged, &known, found);
    }

    /// A token that works, of somebody with a username: both.
    fn with_username(&self, index: usize) -> Option<(String, String)> {
        let user = &self.signed_up[index];
        let token = user
            .token
            .as_ref()
            .filter(|_| user.unknown_logins < MAX_TOKENS)?;
        Some((user.username.clone()?, token.clone()))
    }

    /// Somebody who signed up gets another address.
    pub async fn move_house(&mut self) {
        let Some(index) = self.somebody() else {
            return self.sign_up().await;
        };
        let Some((username, token)) = self.with_username(index) else {
            return;
        };
        let email = self.fresh_email("house");
        let call = self.request(Method::PUT, &format!("/rest/users/{username}"));
        let call = call.bearer(&token).json(json!({ "email": email }));
        let outcome = self.until_known("accounts-update", call).await;
        let known = &mut self.signed_up[index].email;
        match outcome {
            Outcome::Done(reply) => {
                known.acknowledged(email);
                self.compare_email(index, &reply.json()["content"]["email"]);
            }
            // An account whose address nobody has proven may ask for few mails, and repeating the
            // request asks for one more.
            Outcome::Refused(reply) if reply.status == 429 => known.requested(email),
            Outcome::Unknown => known.requested(email),
            Outcome::Refused(reply) => self.wrong("refused", format!("{email}: {reply:?}")),
        }
    }

    /// A token that was given works.
    async fn use_token(&mut self, index: usize) {
        let user = &self.signed_up[index];
        let Some(token) = user
            .token
            .as_ref()
            .filter(|_| user.unknown_logins < MAX_TOKENS)
        else {
            return;
        };
        let call = self.request(Method::GET, "/v2/user").bearer(token);
        match self.read("profile-get", call).await {
            Some(reply) if reply.status == 200 => {
                self.compare_email(index, &reply.json()[0]["email1"]);
            }
            Some(reply) => self.wrong("lost", format!("a token: {reply:?}")),
            None => {}
        }
    }

    /// The newest of those who signed up.
    pub async fn compare_sign_ups(&mut self) {
        for index in (0..self.signed_up.len()).rev().take(5) {
            self.use_token(index).await;
            let Some((username, token)) = self.with_username(index) else {
                continue;
            };
            let path = format!("/rest/users/{username}");
            let call = self.request(Method::GET, &path).bearer(&token);
            match self.read("accounts-get", call).await {
                Some(reply) if reply.status == 200 => {
                    self.compare_email(index, &reply.json()["content"]["email"]);
                }
                Some(reply) => self.wrong("lost", format!("{username}: {reply:?}")),
                None => {}
            }
        }
    }
}
