//! What callers do, and to the users of their account.

use super::{
    caller::{Caller, Outcome},
    reads::{MEMBER, RECORD},
};
use crate::testkit::Call;
use axum::http::Method;
use serde_json::{Value, json};

/// Users of a caller at most.
const SUBJECTS: usize = 10;

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
            395..401 => self.sign_up().await,
            401..409 => self.log_in().await,
            409..414 => self.move_house().await,
            414..425 => self.report_usage().await,
            425..436 => self.queue_usage(),
            436..460 => self.read_page().await,
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
        match self.random.below(13) {
            0..2 => self.read_subject(index).await,
            2..4 => self.rename(index, "first").await,
            4..6 => self.rename(index, "last").await,
            6 => self.readdress(index).await,
            7..9 => self.change_role(index).await,
            9 => self.set_permission(index).await,
            10 => self.set_deactivated(index).await,
            11 => self.join(index).await,
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
        let subject = &mut self.subjects[index];
        subject.was_deactivated |= value;
        let path = format!("/api/v2/users/{}/{verb}", subject.id);
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
}
