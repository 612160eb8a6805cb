//! What has to hold of mails and events when nothing is left to do.

use super::{
    World,
    audit::is,
    audit::text,
    caller::{Caller, Outcome},
    outside::Outside,
};
use crate::testkit::{PASSWORD, Person, user_key};
use axum::http::Method;
use roster_domain::CodePurpose;
use serde_json::json;
use std::collections::BTreeSet;

/// Codes that each caller uses in the end: of people who were invited, and of people who signed up.
const USED: usize = 2;

impl Caller {
    /// A person who was invited joins by the newest mail. Its code works once, unless another mail is
    /// on its way.
    pub async fn join(&mut self, index: usize) {
        let Some(email) = self.subjects[index].email_to_join_by() else {
            return;
        };
        let codes = self.world.outside.codes_to(&email);
        let Some(code) = codes.first() else { return };
        if self.join_by(index, &email, code).await {
            return;
        }
        // Refused: then they have not joined.
        let call = self.request(Method::POST, "/user/login");
        let call = call.basic(&email, PASSWORD);
        if let Some(reply) = self.read("directory-login", call).await
            && reply.status != 401
        {
            self.wrong(
                "refused",
                format!("{email} has joined by {code}: {reply:?}"),
            );
        }
    }

    /// Whether the code was the one that works.
    async fn join_by(&mut self, index: usize, email: &str, code: &str) -> bool {
        let key = self.fresh("key");
        let call = self.request(Method::POST, "/user/login");
        let call = call.basic(email, PASSWORD);
        let call = call.json(json!({ "invite": code, "register": true }));
        let keyed = call.clone().header("idempotency-key", key);
        match self.until_known("directory-login", keyed).await {
            Outcome::Unknown => self.subjects[index].invited = false,
            Outcome::Refused(reply) if reply.status == 410 => return false,
            Outcome::Refused(reply) => {
                self.wrong("refused", format!("{email} with {code}: {reply:?}"));
            }
            Outcome::Done(reply) => {
                self.subjects[index].joined = true;
                if let Some(token) = reply.json()["token"]["token"].as_str() {
                    let call = self.request(Method::GET, "/v2/user").bearer(token);
                    if let Some(reply) = self.read("profile-get", call).await
                        && (reply.status != 200 || reply.json()[0]["email1"] != email)
                    {
                        self.wrong("lost", format!("the token of {email}: {reply:?}"));
                    }
                }
                if self.random.one_in(2)
                    && let Some(again) = self.read("directory-login", call).await
                    && again.status != 410
                {
                    self.wrong("twice", format!("{email} with {code}: {again:?}"));
                }
            }
        }
        true
    }

    /// With nothing left to do: nobody waits for a mail, and its code works.
    pub async fn compare_mails(&mut self) {
        let mut joined = 0;
        for index in 0..self.subjects.len() {
            let Some(email) = self.subjects[index].mailed_email() else {
                continue;
            };
            let codes = self.world.outside.codes_to(&email);
            if codes.is_empty() {
                self.wrong("no mail", format!("{email} was invited"));
            }
            if joined < USED && self.subjects[index].email_to_join_by().is_some() {
                joined += 1;
                let mut works = false;
                for code in &codes {
                    works = works || self.join_by(index, &email, code).await;
                }
                if !works {
                    self.wrong("no mail", format!("{email} has no code that works"));
                }
            }
        }
        for index in 0..self.signed_up.len() {
            let email = self.signed_up[index].email.certain();
            let Some(email) = email.and_then(|email| email.as_str()).map(str::to_owned) else {
                continue;
            };
            let codes = self.world.outside.codes_to(&email);
            if codes.is_empty() {
                self.wrong("no mail", format!("{email} signed up"));
            }
            if index + USED >= self.signed_up.len() {
                self.confirm(&email, &codes).await;
            }
        }
    }

    /// One of these codes confirms an address.
    async fn confirm(&mut self, email: &str, codes: &[String]) {
        let mut statuses = Vec::new();
        for code in codes {
            let call = self.request(Method::POST, "/user/login");
            let call = call.basic(email, PASSWORD).json(json!({ "invite": code }));
            let reply = self.read("directory-login", call).await;
            statuses.extend(reply.map(|reply| reply.status));
        }
        if statuses.iter().filter(|status| **status == 200).count() != 1 {
            self.wrong("no mail", format!("the codes of {email} are {statuses:?}"));
        }
    }
}

/// Of the codes in the mails that anybody waits for, one works each. Whoever was deactivated when the
/// mail was due got none.
pub async fn check_codes(world: &World, callers: &[Caller]) {
    let subjects = callers.iter().flat_map(|caller| &caller.subjects);
    let deactivated = subjects.filter(|subject| subject.was_deactivated);
    let deactivated: BTreeSet<&str> = deactivated.map(|subject| &*subject.id).collect();
    let items = world.app.items();
    for (pk, sk) in items.keys() {
        let (purpose, id) = match sk.split_once('#') {
            Some(("INVITATION", id)) => (CodePurpose::Invitation, id),
            Some(("VERIFICATION", id)) => (CodePurpose::Verification, id),
            _ => continue,
        };
        // That no row is of nobody, the audit says.
        let Some(user) = items.get(&(pk.clone(), user_key(id))) else {
            continue;
        };
        let (email, account) = (text(user, "email"), pk.strip_prefix("ACCOUNT#").unwrap());
        let done = match purpose {
            CodePurpose::Invitation => is(user, "joined"),
            _ => is(user, "email_verified"),
        };
        if done || is(user, "deactivated") {
            continue;
        }
        let person = Person::named(account, id, email);
        let challenge = world.app.challenge(purpose, &person).await.unwrap();
        if challenge.email() != email {
            continue;
        }
        let codes = world.outside.codes_to(email);
        let now = world.app.now();
        let working = codes
            .iter()
            .filter(|code| challenge.check(code, now).is_ok());
        let working = working.count();
        if working != 1 && !(working == 0 && deactivated.contains(id)) {
            let what = format!("{working} of {} codes of {email} work", codes.len());
            world.tally.wrong("no mail", what);
        }
    }
}

/// Every event that the stream comes to when nothing fails was published, those of a user in order,
/// and nothing is among the dead letters.
pub async fn check_events(world: &World) -> usize {
    let expected = Outside::default();
    let workers = world.app.workers_with_aws(&expected.serve().await);
    for records in world.app.stream_batches() {
        let batch = json!({ "Records": records });
        let failures = workers.failures_of("publish-events", batch).await;
        assert_eq!(failures, [""; 0]);
    }
    let expected = expected.events();
    for what in world.outside.events().wrong(&expected) {
        world.tally.wrong("event", what);
    }
    let letters = world.outside.dead_letters().into_iter();
    for letter in letters.chain(world.aws.dead_letters()) {
        world.tally.wrong("dead letter", letter);
    }
    expected.count()
}
