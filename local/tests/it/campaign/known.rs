//! What a caller knows of a value that nobody else changes.

use serde_json::Value;

/// The value that was acknowledged last, and those that were requested since with an unknown outcome:
/// each of these may be there, now or later.
#[derive(Clone, Debug)]
pub struct Known {
    possible: Vec<Value>,
    /// Whether what was acknowledged was seen since.
    seen: bool,
}

/// What is wrong with a value that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wrong {
    /// What was acknowledged never was there.
    Lost,
    /// It was there, and is there no more.
    Undone,
}

impl Known {
    pub fn new(value: impl Into<Value>) -> Self {
        Self {
            possible: vec![value.into()],
            seen: false,
        }
    }

    pub fn acknowledged(&mut self, value: impl Into<Value>) {
        *self = Self::new(value);
    }

    pub fn requested(&mut self, value: impl Into<Value>) {
        self.possible.push(value.into());
    }

    /// The value, if there is no doubt.
    pub fn certain(&self) -> Option<&Value> {
        let first = &self.possible[0];
        let same = self.possible.iter().all(|value| value == first);
        same.then_some(first)
    }

    pub fn possible(&self) -> &[Value] {
        &self.possible
    }

    pub fn check(&mut self, found: &Value) -> Result<(), Wrong> {
        match (self.possible.contains(found), self.seen) {
            (true, _) => {
                self.seen = true;
                Ok(())
            }
            (false, false) => Err(Wrong::Lost),
            (false, true) => Err(Wrong::Undone),
        }
    }
}

#[test]
fn only_what_was_acknowledged_or_requested_since_is_possible() {
    let mut known = Known::new("a");
    known.requested("b");
    assert_eq!(known.check(&"a".into()), Ok(()));
    assert_eq!(known.check(&"b".into()), Ok(()));
    assert_eq!(known.certain(), None);
    known.acknowledged("c");
    assert_eq!(known.certain(), Some(&"c".into()));
    assert_eq!(known.check(&"b".into()), Err(Wrong::Lost));
    assert_eq!(known.check(&"c".into()), Ok(()));
    assert_eq!(known.check(&"b".into()), Err(Wrong::Undone));
}
