use crate::Timestamp;
use std::time::Duration;

/// How many mails of one kind may be asked for, for one address.
///
/// Sliding windows: any ten minutes, any day.
pub const MAIL_WINDOWS: [MailWindow; 2] = [
    MailWindow {
        mails: 3,
        within: Duration::from_secs(10 * 60),
    },
    MailWindow {
        mails: MAILS_REMEMBERED,
        within: DAY,
    },
];

/// Mails whose times are remembered: as many as the largest window has.
pub const MAILS_REMEMBERED: usize = 10;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// So many mails at most within any time of this length.
#[derive(Clone, Copy, Debug)]
pub struct MailWindow {
    /// How many.
    pub mails: usize,
    /// The length of time.
    pub within: Duration,
}

/// How long to wait for the next mail, if `times` (the newest first) fill a window.
pub fn mail_wait(times: &[Timestamp], now: Timestamp) -> Option<Duration> {
    let waits = MAIL_WINDOWS.iter().filter_map(|window| {
        let until = *times.get(window.mails - 1)? + window.within;
        (until > now).then(|| until.since(now))
    });
    waits.max()
}

/// The UTC day of `now`, by which an account's mails are counted, such as `2026-11-25`.
pub fn mail_day(now: Timestamp) -> String {
    let mut day = now.to_string();
    day.truncate("2026-11-25".len());
    day
}

/// How long the day of `now` still lasts.
pub fn rest_of_day(now: Timestamp) -> Duration {
    let day = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
    let gone = now.as_millis().rem_euclid(day);
    Duration::from_millis((day - gone).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fourth_mail_waits_ten_minutes_and_the_eleventh_a_day() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let ago = |minutes: u32| now - Duration::from_secs(60) * minutes;
        assert_eq!(mail_wait(&[], now), None);
        assert_eq!(mail_wait(&[ago(0), ago(1)], now), None);
        let three = [ago(0), ago(1), ago(2)];
        assert_eq!(mail_wait(&three, now), Some(Duration::from_secs(8 * 60)));
        assert_eq!(mail_wait(&[ago(0), ago(1), ago(10)], now), None);
        let ten: Vec<_> = (0..10).map(|number| ago(20 * number)).collect();
        let wait = DAY - Duration::from_secs(180 * 60);
        assert_eq!(mail_wait(&ten, now), Some(wait));
    }

    #[test]
    fn a_day_ends_at_midnight() {
        let now: Timestamp = "2026-11-25T23:59:59.000Z".parse().unwrap();
        assert_eq!(mail_day(now), "2026-11-25");
        assert_eq!(rest_of_day(now), Duration::from_secs(1));
        let midnight = now + Duration::from_secs(1);
        assert_eq!(mail_day(midnight), "2026-11-26");
        assert_eq!(rest_of_day(midnight), DAY);
    }
}
