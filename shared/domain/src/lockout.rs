use std::time::Duration;

/// Wrong passwords in a row that lock a user.
pub const MAX_FAILED_LOGINS: u32 = 10;

/// The first lock; each further wrong password doubles it.
const FIRST_LOCK: Duration = Duration::from_secs(60);

/// No lock is longer: someone who forgot a password gets another try the next day.
const LONGEST_LOCK: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the user is locked after the `failures`th wrong password in a row, if at all.
pub fn lock_duration(failures: u32) -> Option<Duration> {
    let doublings = failures.checked_sub(MAX_FAILED_LOGINS)?;
    let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
    Some(FIRST_LOCK.saturating_mul(factor).min(LONGEST_LOCK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenth_failure_locks_and_each_further_one_doubles_the_time() {
        assert_eq!(lock_duration(9), None);
        assert_eq!(lock_duration(10), Some(Duration::from_secs(60)));
        assert_eq!(lock_duration(11), Some(Duration::from_secs(120)));
        assert_eq!(lock_duration(12), Some(Duration::from_secs(240)));
        assert_eq!(lock_duration(40), Some(LONGEST_LOCK));
        assert_eq!(lock_duration(u32::MAX), Some(LONGEST_LOCK));
    }
}
