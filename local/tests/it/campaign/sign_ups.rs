//! What callers do as themselves, and as people who sign up.

use super::caller::{Caller, Outcome, SignedUp};
use crate::testkit::PASSWORD;
use axum::http::Method;
use serde_json::json;

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
        let storage = &profile["storage"];
        let reported = json!([self.reported, self.reported * 10]);
        if json!([storage["count"], storage["usage_bytes"]]) != reported {
            self.wrong("usage", format!("{storage} instead of {reported}"));
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

    /// Another service reports usage, until it is counted: once.
    pub async fn report_usage(&mut self) {
        let event = self.fresh("report");
        let records = self.random.below(100) as i64;
        let body = json!({
            "eventId": event, "accountId": self.me.account, "userId": self.me.id,
            "records": records, "bytes": records * 10, "applicationKey": "sensors", "usage": 0.5,
        });
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
                    email,
                    username: by_rest.then_some(name),
                    token,
                    unknown_logins: 0,
                });
            }
        }
    }

    pub async fn log_in(&mut self) {
        if self.signed_up.is_empty() {
            return;
        }
        let index = self.random.below(self.signed_up.len() as u64) as usize;
        let SignedUp {
            email, username, ..
        } = &self.signed_up[index];
        let name = username.clone().unwrap_or_else(|| email.clone());
        let call = self
            .request(Method::POST, "/user/login")
            .basic(&name, PASSWORD);
        let outcome = self.attempt("directory-login", call).await;
        let user = &mut self.signed_up[index];
        match outcome {
            Outcome::Done(reply) => {
                let token = reply.json()["token"]["token"].as_str().map(str::to_owned);
                if token.is_none() || reply.json()["user"]["email"] != user.email.as_str() {
                    self.wrong("refused", format!("{name}: {reply:?}"));
                    return;
                }
                (user.token, user.unknown_logins) = (token, 0);
                self.use_token(index).await;
            }
            Outcome::Unknown => user.unknown_logins += 1,
            Outcome::Refused(reply) => self.wrong("refused", format!("{name}: {reply:?}")),
        }
    }

    /// A token that was given works.
    async fn use_token(&mut self, index: usize) {
        let SignedUp {
            email,
            token,
            unknown_logins,
            ..
        } = &self.signed_up[index];
        let email = email.clone();
        let Some(token) = token.as_ref().filter(|_| *unknown_logins < MAX_TOKENS) else {
            return;
        };
        let call = self.request(Method::GET, "/v2/user").bearer(token);
        if let Some(reply) = self.read("profile-get", call).await
            && (reply.status != 200 || reply.json()[0]["email1"] != email.as_str())
        {
            self.wrong("lost", format!("the token of {email}: {reply:?}"));
        }
    }

    /// The newest of those who signed up.
    pub async fn compare_sign_ups(&mut self) {
        for index in (0..self.signed_up.len()).rev().take(5) {
            self.use_token(index).await;
            let SignedUp {
                email,
                username,
                token,
                ..
            } = &self.signed_up[index];
            let (email, Some(username), Some(token)) = (email.clone(), username, token) else {
                continue;
            };
            let path = format!("/rest/users/{username}");
            let call = self.request(Method::GET, &path).bearer(token);
            if let Some(reply) = self.read("accounts-get", call).await
                && reply.status == 200
                && reply.json()["content"]["email"] != email.as_str()
            {
                self.wrong("lost", format!("{email}: {reply:?}"));
            }
        }
    }
}
