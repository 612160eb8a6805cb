//! A caller: who they are, what they know, and how they send a request.

use super::{
    CALLERS_OF_ACCOUNT, Shared, World,
    known::{Known, Wrong},
};
use crate::testkit::{Call, NOWHERE, Person, Random, Reply, Workers};
use axum::{Router, http::Method};
use roster_domain::Role;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Requests between two comparisons of everything.
const COMPARED_EVERY: usize = 400;

/// A user whom nobody but this caller changes.
pub struct Subject {
    pub id: String,
    pub known: BTreeMap<&'static str, Known>,
    /// Addresses that they had once.
    pub freed: Vec<String>,
    /// A mail was asked for.
    pub invited: bool,
    pub joined: bool,
    /// Perhaps they were not active at some time: no mail is sent then.
    pub was_deactivated: bool,
}

impl Subject {
    pub fn new(id: &str, email: &str, role: &str, invited: bool) -> Self {
        let fields = [
            ("present", json!(true)),
            ("email", json!(email)),
            ("first", Value::Null),
            ("last", Value::Null),
            ("role", json!(role)),
            ("addBeacons", json!(false)),
            ("deactivated", json!(false)),
        ];
        Self {
            id: id.to_owned(),
            known: fields.map(|(name, value)| (name, Known::new(value))).into(),
            freed: Vec::new(),
            invited,
            joined: false,
            was_deactivated: false,
        }
    }

    /// The address to which a mail has to come.
    pub fn mailed_email(&self) -> Option<String> {
        let is_due = self.invited && !self.was_deactivated && self.is("present", true);
        let email = self.known["email"].certain().filter(|_| is_due)?;
        email.as_str().map(str::to_owned)
    }

    /// The same, of somebody who has yet to join.
    pub fn email_to_join_by(&self) -> Option<String> {
        self.mailed_email().filter(|_| !self.joined)
    }

    pub fn is(&self, field: &str, value: impl Into<Value>) -> bool {
        self.known[field].certain() == Some(&value.into())
    }
}

/// Somebody who signed up, with an account of their own.
pub struct SignedUp {
    pub email: Known,
    pub username: Option<String>,
    /// The newest that was acknowledged.
    pub token: Option<String>,
    /// Logins since then of unknown outcome: each may have pushed out an old token.
    pub unknown_logins: usize,
}

pub struct Caller {
    pub world: Arc<World>,
    pub number: usize,
    pub random: Random,
    gateway: Router,
    pub workers: Workers,
    pub me: Person,
    pub my: BTreeMap<&'static str, Known>,
    pub subjects: Vec<Subject>,
    /// Users who were removed, and that was acknowledged: ids and addresses.
    pub gone: Vec<(String, String)>,
    pub signed_up: Vec<SignedUp>,
    /// What a create of unknown outcome may have made.
    pub unknown: Vec<String>,
    /// Reports of usage that were counted, and those that are in the queue: records.
    pub reported: i64,
    pub queued: i64,
    serial: usize,
    sent: usize,
}

/// What became of a write.
#[derive(Clone, Debug)]
pub enum Outcome {
    Done(Reply),
    Unknown,
    Refused(Reply),
}

impl Caller {
    pub async fn new(world: &Arc<World>, number: usize, random: Random) -> Self {
        let founder = &world.shared[number / CALLERS_OF_ACCOUNT].founder;
        let name = format!("caller{number}");
        let me = world
            .app
            .add(founder, &name)
            .role(Role::Admin)
            .username(&name);
        let fields = ["user_alias", "organization", "board"];
        Self {
            me: me.await,
            world: world.clone(),
            number,
            random,
            gateway: world.app.deployed_instance(),
            workers: world
                .app
                .deployed_workers(&world.app.proxy.endpoint(), NOWHERE),
            my: fields.map(|name| (name, Known::new(Value::Null))).into(),
            subjects: Vec::new(),
            gone: Vec::new(),
            signed_up: Vec::new(),
            unknown: Vec::new(),
            reported: 0,
            queued: 0,
            serial: 0,
            sent: 0,
        }
    }

    /// Works until all callers together have sent their requests.
    pub async fn work(mut self) -> Self {
        while self.world.tally.requests() < self.world.requests {
            self.do_something().await;
            if self.sent > COMPARED_EVERY {
                self.sent = 0;
                self.world.forget_requests();
                self.compare_everything().await;
            }
        }
        self
    }

    pub fn shared(&self) -> &Shared {
        &self.world.shared[self.number / CALLERS_OF_ACCOUNT]
    }

    /// A text that nobody else has.
    pub fn fresh(&mut self, what: &str) -> String {
        self.serial += 1;
        format!("{what}-{}-{}", self.number, self.serial)
    }

    pub fn fresh_email(&mut self, what: &str) -> String {
        format!("{}@example.com", self.fresh(what))
    }

    pub fn wrong(&self, kind: &'static str, what: String) {
        self.world
            .tally
            .wrong(kind, format!("caller {}: {what}", self.number));
    }

    pub fn request(&self, method: Method, path: &str) -> Call {
        Call::new(&self.gateway, method, path)
    }

    pub fn get(&self, path: &str) -> Call {
        self.request(Method::GET, path).bearer(&self.me.token)
    }

    pub fn post(&self, path: &str, body: Value) -> Call {
        let call = self.request(Method::POST, path);
        call.bearer(&self.me.token).json(body)
    }

    pub fn put(&self, path: &str, body: Value) -> Call {
        let call = self.request(Method::PUT, path);
        call.bearer(&self.me.token).json(body)
    }

    /// Sends a request once. That the reply is one that the API documents, [`Call`] has seen to.
    pub async fn send(&mut self, operation: &'static str, call: Call) -> Reply {
        self.world.app.advance(Duration::from_millis(1));
        self.sent += 1;
        let reply = call.await;
        self.world.tally.answered(operation, &reply);
        if reply.status == 503 && reply.header("retry-after") != "1" {
            self.wrong(
                "outside the contract",
                format!("{reply:?} has no Retry-After"),
            );
        }
        reply
    }

    pub async fn attempt(&mut self, operation: &'static str, call: Call) -> Outcome {
        let reply = self.send(operation, call).await;
        match reply.status {
            200..300 => Outcome::Done(reply),
            503 => Outcome::Unknown,
            _ => Outcome::Refused(reply),
        }
    }

    /// Sends a request until its outcome is known. Only for requests that may be repeated.
    pub async fn until_known(&mut self, operation: &'static str, call: Call) -> Outcome {
        for _ in 0..50 {
            match self.attempt(operation, call.clone()).await {
                Outcome::Unknown => {}
                known => return known,
            }
        }
        Outcome::Unknown
    }

    /// Reads until there is an answer.
    pub async fn read(&mut self, operation: &'static str, call: Call) -> Option<Reply> {
        match self.until_known(operation, call).await {
            Outcome::Done(reply) | Outcome::Refused(reply) => Some(reply),
            Outcome::Unknown => None,
        }
    }

    pub fn judge(&self, what: &str, judged: Result<(), Wrong>, known: &Known, found: &Value) {
        let kind = match judged {
            Ok(()) => return,
            Err(Wrong::Lost) => "lost",
            Err(Wrong::Undone) => "undone",
        };
        let possible = known.possible();
        self.wrong(
            kind,
            format!("{what} is {found}, and should be one of {possible:?}"),
        );
    }

    /// Compares fields of a subject with a record of theirs, by the record's names.
    pub fn compare(&mut self, index: usize, record: &Value, names: &[(&'static str, &str)]) {
        for (field, name) in names {
            let found = &record[*name];
            let known = self.subjects[index].known.get_mut(field).unwrap();
            let judged = known.check(found);
            let known = known.clone();
            let what = format!("{field} of {}", self.subjects[index].id);
            self.judge(&what, judged, &known, found);
        }
    }

    pub fn compare_mine(&mut self, field: &'static str, found: &Value) {
        let known = self.my.get_mut(field).unwrap();
        let judged = known.check(found);
        let known = known.clone();
        self.judge(field, judged, &known, found);
    }
}
