use crate::Timestamp;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::digest;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, time::Duration};

/// Wrong passwords in a row that lock a name.
pub const MAX_FAILED_LOGINS: usize = 10;

/// The first lock; each further wrong password doubles it.
const FIRST_LOCK: Duration = Duration::from_secs(60);

/// No lock is longer: a stranger who guesses on purpose must not keep somebody out for a day.
const LONGEST_LOCK: Duration = Duration::from_secs(60 * 60);

/// How long wrong passwords are remembered after the last one.
pub const ATTEMPTS_REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a name is locked after so many wrong passwords in a row, if at all.
pub fn lock_duration(failures: usize) -> Option<Duration> {
    let doublings = u32::try_from(failures.checked_sub(MAX_FAILED_LOGINS)?).unwrap_or(u32::MAX);
    let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
    Some(FIRST_LOCK.saturating_mul(factor).min(LONGEST_LOCK))
}

/// Every number of failures that brings a lock of its own, with that lock. The last one stands for
/// all larger numbers.
pub fn locks() -> impl Iterator<Item = (usize, Duration)> {
    (MAX_FAILED_LOGINS..=most_counted())
        .filter_map(|failures| Some((failures, lock_duration(failures)?)))
}

/// From this many failures on, the lock grows no more.
fn most_counted() -> usize {
    let doublings = (LONGEST_LOCK.as_secs() / FIRST_LOCK.as_secs()).next_power_of_two();
    MAX_FAILED_LOGINS + doublings.trailing_zeros() as usize
}

/// SHA-256 of an email address or a username, whether anybody has it or not: what attempts at a
/// password and mails to an address are counted by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameHash(String);

impl NameHash {
    /// Names are compared without regard to case.
    pub fn new(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let hash = digest::digest(&digest::SHA256, name.as_bytes());
        Self(BASE64.encode(hash))
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NameHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameHash(…)")
    }
}

/// The wrong passwords that were tried for a name since the last right one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginAttempts {
    /// Each by an id of its own, so that one that is written twice counts once. The ids sort by time.
    #[serde(default)]
    pub failures: BTreeSet<String>,
    /// When the last of them was.
    #[serde(default)]
    pub last_failure: Option<Timestamp>,
}

impl LoginAttempts {
    /// How long no password is looked at, if the name is locked.
    pub fn locked_for(&self, now: Timestamp) -> Option<Duration> {
        let until = self.last_failure? + lock_duration(self.failures.len())?;
        (until > now).then(|| until.since(now))
    }

    /// Until when no password is looked at, if the name is locked.
    pub fn locked_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.locked_for(now).map(|wait| now + wait)
    }

    /// The failures to keep with `failure`, where there are so many that their number no longer
    /// matters; `None` where it is simply added.
    pub fn trimmed_with(&self, failure: &str) -> Option<BTreeSet<String>> {
        let most = most_counted();
        if self.failures.len() < most {
            return None;
        }
        let newest = self.failures.iter().rev().take(most - 1).cloned();
        Some(newest.chain([failure.to_owned()]).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_failure_locks_and_each_further_one_doubles_the_time() {
        assert_eq!(lock_duration(9), None);
        assert_eq!(lock_duration(10), Some(Duration::from_secs(60)));
        assert_eq!(lock_duration(11), Some(Duration::from_secs(120)));
        assert_eq!(lock_duration(15), Some(Duration::from_secs(1920)));
        assert_eq!(lock_duration(16), Some(LONGEST_LOCK));
        assert_eq!(lock_duration(usize::MAX), Some(LONGEST_LOCK));
    }

    #[test]
    fn the_locks_end_with_the_longest() {
        let locks: Vec<_> = locks().collect();
        assert_eq!(locks.first(), Some(&(10, FIRST_LOCK)));
        assert_eq!(locks.last(), Some(&(16, LONGEST_LOCK)));
        assert!(locks.is_sorted_by_key(|(_, lock)| *lock));
    }

    #[test]
    fn a_name_that_is_attacked_for_ever_keeps_a_bounded_number_of_failures() {
        let mut attempts = LoginAttempts::default();
        for number in 0..100 {
            let failure = format!("{number:03}");
            match attempts.trimmed_with(&failure) {
                Some(trimmed) => attempts.failures = trimmed,
                None => drop(attempts.failures.insert(failure)),
            }
        }
        assert_eq!(attempts.failures.len(), 16);
        assert_eq!(attempts.failures.last().map(String::as_str), Some("099"));
    }

    #[test]
    fn a_name_is_attempted_in_any_case() {
        let name = NameHash::new("Ada@Example.com");
        assert_eq!(name, NameHash::new("ada@example.COM"));
        assert_ne!(name, NameHash::new("ada"));
        assert_eq!(format!("{name:?}"), "NameHash(…)");
    }
}
