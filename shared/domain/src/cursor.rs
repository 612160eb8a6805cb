use crate::{UserId, ValidationError};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use schemars::JsonSchema;
use std::{fmt, str::FromStr};

/// Which way a list is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From older users to newer ones.
    Forwards,
    /// From newer users to older ones.
    Backwards,
}

impl Direction {
    /// The other way.
    pub fn opposite(self) -> Self {
        match self {
            Self::Forwards => Self::Backwards,
            Self::Backwards => Self::Forwards,
        }
    }
}

/// Where a page of an account's users starts: at the user next to one whom the caller was shown.
///
/// It names that user and a direction, and nothing else: it stays good when that user is gone, and
/// says nothing to somebody of another account, whose list it cannot leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(inline, with = "String", extend("format" = "cursor", "pattern" = "^[A-Za-z0-9_-]{23}$"))]
pub struct Cursor {
    /// The page does not include them.
    pub from: UserId,
    /// The way the page goes from there.
    pub direction: Direction,
}

/// How many users a page has at most: 1 to 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(inline, with = "u16", extend("minimum" = 1, "maximum" = 1000))]
pub struct PageLimit(usize);

impl PageLimit {
    /// The largest.
    pub const MAX: Self = Self(1000);

    /// What most lists take for it where none is sent.
    pub const DEFAULT: Self = Self(100);

    /// # Errors
    /// When it is out of range.
    pub fn new(users: u64) -> Result<Self, ValidationError> {
        let within = usize::try_from(users).ok();
        within
            .filter(|users| (1..=Self::MAX.0).contains(users))
            .map(Self)
            .ok_or("must be a whole number from 1 to 1000".into())
    }

    /// As a number of users.
    pub fn get(self) -> usize {
        self.0
    }
}

impl FromStr for PageLimit {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        // Only digits: Rust's own reading takes a plus sign, which in a query means a space.
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits);
        Self::new(number.unwrap_or(0))
    }
}

impl fmt::Display for PageLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Cursor {
    /// Back from a page on which there is nobody (any more): it takes in the user whom this cursor
    /// leaves out.
    pub fn back(self) -> Self {
        let from = match self.direction {
            Direction::Forwards => self.from.successor(),
            Direction::Backwards => self.from.predecessor(),
        };
        Self {
            from,
            direction: self.direction.opposite(),
        }
    }
}

const LENGTH: usize = 17;
const FORWARDS: u8 = b'>';
const BACKWARDS: u8 = b'<';

impl FromStr for Cursor {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        parse(text).ok_or("must be a cursor as Roster returned it".into())
    }
}

fn parse(text: &str) -> Option<Cursor> {
    let mut bytes = [0; LENGTH];
    // Decoding alone would take shorter text.
    let length = BASE64.decode_slice(text, &mut bytes).ok()?;
    let (direction, id) = bytes.split_first()?;
    let direction = match *direction {
        FORWARDS => Direction::Forwards,
        BACKWARDS => Direction::Backwards,
        _ => return None,
    };
    // Any bytes make an id, but only a UUIDv7 is one that a user can have.
    let from = UserId::from_bytes(id.try_into().ok()?).to_string();
    (length == LENGTH).then_some(Cursor {
        from: from.parse().ok()?,
        direction,
    })
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; LENGTH];
        bytes[0] = match self.direction {
            Direction::Forwards => FORWARDS,
            Direction::Backwards => BACKWARDS,
        };
        bytes[1..].copy_from_slice(self.from.as_bytes());
        f.write_str(&BASE64.encode(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn a_page_has_one_to_a_thousand_users() {
        for (text, users) in [("1", 1), ("0100", 100), ("1000", 1000)] {
            assert_eq!(text.parse::<PageLimit>().unwrap().get(), users);
        }
        for bad in [
            "",
            "0",
            "1001",
            "-1",
            "+1",
            "1.0",
            "1e2",
            " 1",
            "99999999999999999999999",
        ] {
            assert!(bad.parse::<PageLimit>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_way_back_from_nobody_takes_in_who_was_left_out() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let ids: Vec<UserId> = (0..3).map(|_| UserId::new(now)).collect();
        let forwards = Cursor {
            from: ids[1],
            direction: Direction::Forwards,
        };
        let back = forwards.back();
        assert_eq!(back.direction, Direction::Backwards);
        assert!(ids[1] < back.from && back.from < ids[2]);
        assert_eq!(back.to_string().parse(), Ok(back));
        let backwards = Cursor {
            from: ids[1],
            direction: Direction::Backwards,
        };
        let back = backwards.back();
        assert_eq!(back.direction, Direction::Forwards);
        assert!(ids[0] < back.from && back.from < ids[1]);
    }

    #[test]
    fn is_read_as_it_was_written_and_not_otherwise() {
        let from = UserId::new(Timestamp::from_millis(1_800_000_000_000));
        for direction in [Direction::Forwards, Direction::Backwards] {
            let cursor = Cursor { from, direction };
            let text = cursor.to_string();
            assert!(
                text.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
            );
            assert_eq!(text.parse(), Ok(cursor));
            for cut in 0..text.len() {
                assert!(text[..cut].parse::<Cursor>().is_err());
            }
            assert!(format!("{text}A").parse::<Cursor>().is_err());
        }
        for bytes in [[b'>'; LENGTH], [0; LENGTH]] {
            assert!(BASE64.encode(bytes).parse::<Cursor>().is_err());
        }
        assert!(from.to_string().parse::<Cursor>().is_err());
    }
}
