//! What callers do to the users of their account.

use super::caller::{Caller, Outcome, Subject};
use crate::testkit::Call;
use axum::http::Method;
use serde_json::{Value, json};

/// Users of a caller at most.
const SUBJECTS: usize = 10;

const RECORD: [(&str, &str); 4] = [
    ("email", "email"),
    ("first", "first"),
    ("last", "last"),
    ("role", "role"),
];
const MEMBER: [(&str, &str); 3] = [
    ("email", "email"),
    ("first", "firstName"),
    ("last", "lastName"),
];

impl Caller {
    pub async fn do_something(&mut self) {
        match self.random.below(1000) {
            0..60 => self.read_myself().await,
            60..180 => self.change_myself().await,
            180..260 => self.change_board().await,
            260..300 => self.duel().await,
            300..340 => self.create().await,
            340..365 => self.invite().await,
            365..380 => self.create_without_key().await,
            380..395 => self.want().await,
            395..400 => self.sign_up().await,
            400..408 => self.log_in().await,
            408..430 => self.report_usage().await,
            430..460 => self.read_page().await,
            _ => self.with_subject().await,
        }
    }

    async fn with_subject(&mut self) {
        if self.subjects.is_empty() {
            return self.create().await;
        }
        let index = self.random.below(self.subjects.len() as u64) as usize;
        if self.subjects.len() > SUBJECTS {
            return self.remove(index).await;
        }
        match self.random.below(12) {
            0..2 => self.read_subject(index).await,
            2..4 => self.rename(index, "first").await,
            4..6 => self.rename(index, "last").await,
            6 => self.readdress(index).await,
            7..9 => self.change_role(index).await,
            9 => self.set_permission(index).await,
            10 => self.set_deactivated(index).await,
            _ => self.remove(index).await,
        }
    }

    /// A write of one field, once or until it is known to be done.
    async fn write(
        &mut self,
        index: usize,
        (field, value): (&'static str, Value),
        operation: &'static str,
        call: Call,
    ) -> Option<Value> {
        for _ in 0..=self.random.below(4) {
            let outcome = self.attempt(operation, call.clone()).await;
            let subject = &mut self.subjects[index];
            let known = subject.known.get_mut(field).unwrap();
            match outcome {
                Outcome::Done(reply) => {
                    known.acknowledged(value);
                    return Some(serde_json::from_str(&reply.text).unwrap_or_default());
                }
                Outcome::Unknown => known.requested(value.clone()),
                Outcome::Refused(reply) => {
                    if reply.status != 404 || subject.is("present", true) {
                        self.wrong("refused", format!("{operation} of {field}: {reply:?}"));
                    }
                    return None;
                }
            }
        }
        None
    }

    async fn rename(&mut self, index: usize, field: &'static str) {
        let (name, id) = (self.fresh("name"), self.subjects[index].id.clone());
        let written = (field, json!(name));
        if self.random.one_in(2) {
            let call = self.post("/user/update", json!({ "id": id, field: name }));
            if let Some(record) = self.write(index, written, "directory-update", call).await {
                self.compare(index, &record, &RECORD);
            }
        } else {
            let body = json!({ format!("{field}Name"): name });
            let path = format!("/api/v2/users/{id}");
            let method = *self.random.pick(&["PUT", "PATCH"]);
            let call = self.request(method.parse().unwrap(), &path);
            let call = call.bearer(&self.me.token).json(body);
            if let Some(record) = self.write(index, written, "members-update", call).await {
                self.compare(index, &record, &MEMBER);
            }
        }
    }

    async fn readdress(&mut self, index: usize) {
        let email = self.fresh_email("moved");
        let old = self.subjects[index].known["email"].possible().to_vec();
        let path = format!("/api/v2/users/{}", self.subjects[index].id);
        let call = self.put(&path, json!({ "email": email }));
        let written = ("email", json!(email));
        if let Some(record) = self.write(index, written, "members-update", call).await {
            let old = old
                .iter()
                .filter_map(|email| email.as_str().map(str::to_owned));
            self.subjects[index].freed.extend(old);
            self.compare(index, &record, &MEMBER);
        }
    }

    async fn change_role(&mut self, index: usize) {
        let role = *self.random.pick(&["user", "admin"]);
        let id = &self.subjects[index].id;
        let call = self.post("/user/updateRole", json!({ "id": id, "role": role }));
        let written = ("role", json!(role));
        if let Some(record) = self
            .write(index, written, "directory-update-role", call)
            .await
        {
            self.compare(index, &record, &RECORD);
        }
    }

    async fn set_permission(&mut self, index: usize) {
        // An admin has them all.
        if !self.subjects[index].is("role", "user") {
            return;
        }
        let value = self.random.one_in(2);
        let path = format!("/api/v2/users/{}/perms", self.subjects[index].id);
        let call = self.post(&path, json!({ "addBeacons": value }));
        let written = ("addBeacons", json!(value));
        if let Some(record) = self
            .write(index, written, "members-set-permissions", call)
            .await
        {
            self.compare(index, &record, &[("addBeacons", "addBeacons")]);
        }
    }

    async fn set_deactivated(&mut self, index: usize) {
        let (value, verb, operation) = match self.random.one_in(2) {
            true => (true, "deactivate", "members-deactivate"),
            false => (false, "activate", "members-activate"),
        };
        let path = format!("/api/v2/users/{}/{verb}", self.subjects[index].id);
        let call = self.post(&path, json!({}));
        self.write(index, ("deactivated", json!(value)), operation, call)
            .await;
    }

    async fn remove(&mut self, index: usize) {
        let id = self.subjects[index].id.clone();
        let call = self.post("/user/remove", json!({ "id": id }));
        self.write(
            index,
            ("present", json!(false)),
            "directory-remove",
            call.clone(),
        )
        .await;
        if !self.subjects[index].is("present", true) {
            // Not found is what somebody is told whose first attempt came through.
            if let Some(reply) = self.read("directory-remove", call).await
                && ![204, 404].contains(&reply.status)
            {
                self.wrong("refused", format!("{reply:?}"));
            }
            let subject = self.subjects.swap_remove(index);
            let emails = subject.known["email"].possible().iter();
            let emails = emails.filter_map(Value::as_str).map(str::to_owned);
            let emails: Vec<String> = emails.chain(subject.freed).collect();
            self.gone
                .extend(emails.into_iter().map(|email| (id.clone(), email)));
        }
    }

    async fn read_subject(&mut self, index: usize) {
        let id = self.subjects[index].id.clone();
        if !self.subjects[index].is("present", true) {
            return;
        }
        let (operation, call): (_, Call) = match self.random.below(3) {
            0 => ("members-get", self.get(&format!("/api/v2/users/{id}"))),
            1 => ("directory-get", self.post("/user/get", json!({ "id": id }))),
            _ => (
                "directory-find",
                self.post("/user/find", json!({ "id": id })),
            ),
        };
        let Some(reply) = self.read(operation, call).await else {
            return;
        };
        let found = reply.json();
        match (reply.status, operation) {
            (200, "members-get") => self.compare(index, &found, &MEMBER),
            (200, "directory-get") => self.compare(index, &found, &RECORD),
            (200, _) if found["data"].as_array().is_some_and(|all| all.len() == 1) => {
                self.compare(index, &found["data"][0], &RECORD);
            }
            _ => self.wrong("lost", format!("{operation} of {id}: {reply:?}")),
        }
    }

    /// With a key: sent again until it is known what became of it, it is done once.
    async fn create(&mut self) {
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
                self.subjects.push(Subject::new(&id, &email, role));
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

    async fn invite(&mut self) {
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
                self.subjects.push(Subject::new(&id, &email, "user"));
            }
            Some(reply) => self.wrong("lost", format!("{email}: {reply:?}")),
            None => self.unknown.push(email),
        }
    }

    /// Without a key: only who was left in the dark may be told that the address is in use.
    async fn create_without_key(&mut self) {
        let email = self.fresh_email("keyless");
        let call = self.post("/user/create", json!({ "email": email, "role": "user" }));
        match self.attempt("directory-create", call.clone()).await {
            Outcome::Done(reply) => {
                let id = reply.json()["id"].as_str().unwrap().to_owned();
                self.subjects.push(Subject::new(&id, &email, "user"));
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
    async fn want(&mut self) {
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

    /// Everybody of the account changes the preferences of one user, each an entry of their own.
    async fn change_board(&mut self) {
        let (value, entry) = (self.fresh("value"), self.me.username.clone().unwrap());
        let id = self.shared().board.id.clone();
        let call = self.post(
            "/user/update",
            json!({ "id": id, "preferences": { &entry: value } }),
        );
        match self.attempt("directory-update", call).await {
            Outcome::Done(reply) => {
                self.my.get_mut("board").unwrap().acknowledged(value);
                self.compare_mine("board", &reply.json()["preferences"][&entry]);
            }
            Outcome::Unknown => self.my.get_mut("board").unwrap().requested(value),
            Outcome::Refused(reply) => self.wrong("refused", format!("board: {reply:?}")),
        }
    }

    pub async fn read_board(&mut self) {
        let (id, entry) = (
            self.shared().board.id.clone(),
            self.me.username.clone().unwrap(),
        );
        let call = self.post("/user/update", json!({ "id": id, "preferences": {} }));
        if let Some(reply) = self.read("directory-update", call).await {
            self.compare_mine("board", &reply.json()["preferences"][&entry]);
        }
    }

    /// Two owners take each other's role, and give it back.
    async fn duel(&mut self) {
        let [first, second] = self.shared().duel.clone();
        let (actor, other) = match self.random.one_in(2) {
            true => (first, second),
            false => (second, first),
        };
        let target = if self.random.one_in(4) {
            &actor
        } else {
            &other
        };
        let role = *self.random.pick(&["owner", "admin", "owner", "user"]);
        let call = self
            .request(Method::POST, "/user/updateRole")
            .bearer(&actor.token);
        let call = call.json(json!({ "id": target.id, "role": role }));
        if let Outcome::Refused(reply) = self.attempt("directory-update-role", call).await
            && ![403, 409].contains(&reply.status)
        {
            self.wrong("refused", format!("duel: {reply:?}"));
        }
    }

    async fn read_page(&mut self) {
        let (operation, call) = match self.random.one_in(2) {
            true => ("members-list", self.get("/api/v2/users")),
            false => (
                "directory-find",
                self.post("/user/find", json!({ "limit": 1000 })),
            ),
        };
        let Some(reply) = self.read(operation, call).await else {
            return;
        };
        let (found, names, id) = match operation {
            "members-list" => (reply.json(), &MEMBER[..], "_id"),
            _ => (reply.json()["data"].take(), &RECORD[..], "id"),
        };
        let records = found.as_array().unwrap();
        for index in 0..self.subjects.len() {
            let subject = &self.subjects[index];
            match records
                .iter()
                .find(|record| record[id] == subject.id.as_str())
            {
                Some(record) => self.compare(index, record, names),
                None if subject.is("present", true) && records.len() < 1000 => {
                    self.wrong("lost", format!("{} is not in the list", subject.id));
                }
                None => {}
            }
        }
    }

    /// Everything that this caller knows.
    pub async fn compare_everything(&mut self) {
        self.read_myself().await;
        self.read_board().await;
        for index in 0..self.subjects.len() {
            self.read_subject(index).await;
            if self.subjects[index].is("role", "user") && self.subjects[index].is("present", true) {
                let path = format!("/api/v2/users/{}/perms", self.subjects[index].id);
                let call = self.post(&path, json!({}));
                if let Some(reply) = self.read("members-set-permissions", call).await {
                    self.compare(index, &reply.json(), &[("addBeacons", "addBeacons")]);
                }
            }
        }
        let freed = self.subjects.iter().flat_map(|subject| &subject.freed);
        let freed: Vec<_> = freed.map(|email| (String::new(), email.clone())).collect();
        let gone = std::mem::take(&mut self.gone);
        for (id, email) in gone.iter().chain(&freed) {
            let mut filter = json!({ "email": email });
            if self.random.one_in(2) && !id.is_empty() {
                filter = json!({ "id": id });
            }
            let call = self.post("/user/find", filter);
            if let Some(reply) = self.read("directory-find", call).await
                && reply.json()["data"]
                    .as_array()
                    .is_none_or(|found| !found.is_empty())
            {
                self.wrong("undone", format!("{id} {email} is back: {reply:?}"));
            }
        }
        self.world_gone(gone);
        self.compare_sign_ups().await;
    }

    /// Keeps the newest of those who are gone: what is late has arrived for the others.
    fn world_gone(&mut self, mut gone: Vec<(String, String)>) {
        let old = gone.len().saturating_sub(20);
        self.gone = gone.split_off(old);
    }
}
