//! How callers compare what they know with what the API says.

use super::caller::Caller;
use crate::testkit::Call;
use serde_json::json;

/// The fields of the directory's record, and of a member.
pub const RECORD: [(&str, &str); 4] = [
    ("email", "email"),
    ("first", "first"),
    ("last", "last"),
    ("role", "role"),
];
pub const MEMBER: [(&str, &str); 3] = [
    ("email", "email"),
    ("first", "firstName"),
    ("last", "lastName"),
];

impl Caller {
    pub async fn read_subject(&mut self, index: usize) {
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

    pub async fn read_page(&mut self) {
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
        self.keep_newest(gone);
        self.compare_sign_ups().await;
    }

    /// Keeps the newest of those who are gone: what is late has arrived for the others.
    fn keep_newest(&mut self, mut gone: Vec<(String, String)>) {
        let old = gone.len().saturating_sub(20);
        self.gone = gone.split_off(old);
    }
}
