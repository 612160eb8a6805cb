//! How callers put users into their account: with an `Idempotency-Key`, and without.

use super::caller::{Caller, Outcome, Subject};
use serde_json::json;

impl Caller {
    /// With a key: sent again until it is known what became of it, it is done once.
    pub async fn create(&mut self) {
        let (email, key) = (self.fresh_email("user"), self.fresh("key"));
        let role = *self.random.pick(&["user", "admin"]);
        let invites = self.random.one_in(2);
        let body = json!({ "email": email, "role": role, "sendInvite": invites });
        let call = self
            .post("/user/create", body)
            .header("idempotency-key", &key);
        match self.until_known("directory-create", call.clone()).await {
            Outcome::Unknown => self.unknown.push(email),
            Outcome::Refused(reply) => self.wrong("refused", format!("{email}: {reply:?}")),
            Outcome::Done(reply) => {
                let id = reply.json()["id"].as_str().unwrap().to_owned();
                self.subjects.push(Subject::new(&id, &email, role, invites));
                if self.random.one_in(4)
                    && let Some(again) = self.read("directory-create", call).await
                    && (again.status, again.json()) != (200, reply.json())
                {
                    self.wrong("twice", format!("{reply:?} and {again:?}"));
                }
                if self.random.one_in(8) {
                    let other = json!({ "email": email, "role": "user", "more": 1 });
                    let call = self
                        .post("/user/create", other)
                        .header("idempotency-key", &key);
                    let other = self.read("directory-create", call).await;
                    if let Some(other) = other.filter(|other| other.status != 422) {
                        self.wrong("outside the contract", format!("{other:?}"));
                    }
                }
            }
        }
    }

    pub async fn invite(&mut self) {
        let (email, key) = (self.fresh_email("invited"), self.fresh("key"));
        let call = self.post("/api/v2/users", json!({ "email": email }));
        let call = call.header("idempotency-key", &key);
        match self.until_known("members-invite", call).await {
            Outcome::Unknown => return self.unknown.push(email),
            Outcome::Refused(reply) => self.wrong("refused", format!("{email}: {reply:?}")),
            Outcome::Done(_) => {}
        }
        let call = self.post("/user/get", json!({ "email": email }));
        match self.read("directory-get", call).await {
            Some(reply) if reply.status == 200 => {
                let id = reply.json()["id"].as_str().unwrap().to_owned();
                self.subjects.push(Subject::new(&id, &email, "user", true));
            }
            Some(reply) => self.wrong("lost", format!("{email}: {reply:?}")),
            None => self.unknown.push(email),
        }
    }

    /// Without a key: only who was left in the dark may be told that the address is in use.
    pub async fn create_without_key(&mut self) {
        let email = self.fresh_email("keyless");
        let call = self.post("/user/create", json!({ "email": email, "role": "user" }));
        match self.attempt("directory-create", call.clone()).await {
            Outcome::Done(reply) => {
                let id = reply.json()["id"].as_str().unwrap().to_owned();
                self.subjects.push(Subject::new(&id, &email, "user", false));
            }
            Outcome::Refused(reply) => self.wrong("refused", format!("{email}: {reply:?}")),
            Outcome::Unknown => {
                if let Outcome::Refused(reply) = self.until_known("directory-create", call).await
                    && reply.status != 409
                {
                    self.wrong("refused", format!("{email}: {reply:?}"));
                }
                self.unknown.push(email);
            }
        }
    }

    /// An address that the others of the account want too: one of them gets it.
    pub async fn want(&mut self) {
        let number = self.world.tally.requests() / 200;
        let email = format!("wanted-{number}-{}@example.com", self.me.account);
        let call = self.post("/user/create", json!({ "email": email, "role": "user" }));
        let key = self.fresh("key");
        let call = call.header("idempotency-key", &key);
        match self.until_known("directory-create", call).await {
            Outcome::Done(reply) => {
                let id = reply.json()["id"].as_str().unwrap().to_owned();
                let mut wanted = self.world.wanted.lock().unwrap();
                wanted.entry(email).or_default().insert(id);
            }
            Outcome::Refused(reply) if reply.status == 409 => {
                self.world.wanted.lock().unwrap().entry(email).or_default();
            }
            Outcome::Refused(reply) => self.wrong("refused", format!("{email}: {reply:?}")),
            Outcome::Unknown => {}
        }
    }
}
