//! The events that were published, and whether they came in order.

use serde_json::Value;
use std::collections::BTreeMap;

/// Events by their ids. One that was published again counts the first time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Published {
    /// Of each its user, and where in the stream it comes from.
    events: BTreeMap<String, (String, u128)>,
    /// Of each user, where the newest event comes from.
    newest: BTreeMap<String, u128>,
    /// Those that came after an event that is newer.
    disordered: Vec<String>,
}

impl Published {
    /// Takes the `detail` of the next event.
    pub fn take(&mut self, detail: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        // That an account was created is about no user.
        let user = format!("{} {}", detail["accountId"], detail["userId"]);
        let id = text(&detail["id"]);
        let sequence = text(&detail["sequence"]).parse().unwrap();
        let event = (user.clone(), sequence);
        if self.events.insert(id.clone(), event).is_some() {
            return;
        }
        let newest = self.newest.entry(user).or_default();
        if *newest > sequence {
            self.disordered.push(id);
        } else {
            *newest = sequence;
        }
    }

    pub fn count(&self) -> usize {
        self.events.len()
    }

    /// What is missing or too much, when these are to be there, and what came out of order: some of
    /// it, in words.
    pub fn wrong(&self, expected: &Self) -> Vec<String> {
        let missing = expected.events.iter();
        let missing = missing
            .filter(|(id, event)| self.events.get(*id) != Some(event))
            .map(|(id, event)| format!("{id} of {event:?} is missing"));
        let too_many = self.events.iter();
        let too_many = too_many
            .filter(|(id, _)| !expected.events.contains_key(*id))
            .map(|(id, event)| format!("{id} of {event:?} should not be"));
        let disordered = self.disordered.iter();
        let disordered = disordered.map(|id| format!("{id} came after a newer one of its user"));
        missing.chain(too_many).chain(disordered).take(20).collect()
    }

    #[track_caller]
    pub fn expect_all_in_order(&self, expected: &Self) {
        assert_eq!(self.wrong(expected), [""; 0]);
    }
}
