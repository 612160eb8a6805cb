use crate::{ShortText, UserKey, ValidationError};
use bigdecimal::{BigDecimal, RoundingMode, Zero};
use serde::de::IgnoredAny;
use std::{fmt, str::FromStr};

/// What another service says that somebody has used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageReport {
    /// Which report it is: one that comes twice counts once.
    pub event: ShortText,
    /// The user whose usage it is.
    pub user: UserKey,
    /// Records that were added; negative if they were deleted.
    pub records: i64,
    /// Their size in bytes; negative if they were deleted.
    pub bytes: i64,
    /// What to add to [`User::usage`](crate::User::usage).
    pub usage: Decimal,
}

/// A number in decimal notation, as it was sent, but for what comes after the twentieth decimal.
///
/// DynamoDB adds decimal numbers exactly as long as they fit in 38 digits. Through a binary `f64`
/// a tenth would not be a tenth any more, and the sum of many of them not what a person gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal(String);

/// Digits before and after the point, together DynamoDB's 38.
const INTEGER_DIGITS: i64 = 18;
const FRACTION_DIGITS: i64 = 20;
/// Characters: the smallest double, written out, has 1077.
const LONGEST: usize = 1100;

impl Decimal {
    /// The notation.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Decimal {
    type Err = ValidationError;

    /// Takes a number as JSON writes it. A double can have hundreds of decimals: those beyond the
    /// twentieth are dropped, so that it can be added exactly.
    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let number = json_number(text)
            .filter(|number| number.is_zero() || integer_digits(number) <= INTEGER_DIGITS);
        let Some(number) = number else {
            return Err("must be a number of at most 18 digits before the decimal point".into());
        };
        if number.is_zero() || integer_digits(&number) <= -FRACTION_DIGITS {
            return Ok(Self("0".into()));
        }
        if number.normalized().fractional_digit_count() <= FRACTION_DIGITS {
            return Ok(Self(text.to_owned()));
        }
        let kept = number.with_scale_round(FRACTION_DIGITS, RoundingMode::Down);
        let (digits, scale) = kept.into_bigint_and_scale();
        Ok(Self(format!("{digits}e-{scale}")))
    }
}

/// The number that `text` is in JSON, where `+1`, `.5` and `1_000` are none.
fn json_number(text: &str) -> Option<BigDecimal> {
    // Of JSON's values only a number begins so, and no number ends in a space.
    let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_digit())
        && text.len() <= LONGEST
        && serde_json::from_str::<IgnoredAny>(text).is_ok();
    is_number.then(|| text.parse().ok())?
}

/// How many digits stand before the point; negative: minus the zeros that come right after it.
fn integer_digits(number: &BigDecimal) -> i64 {
    (number.digits() as i64).saturating_sub(number.fractional_digit_count())
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_what_comes_after_the_twentieth_decimal() {
        for (sent, taken) in [
            ("1.2345678901234567e-5", "1234567890123456e-20"),
            ("-0.123456789012345678901", "-12345678901234567890e-20"),
            ("7.000000000000000000009", "700000000000000000000e-20"),
            ("1.1102230246251565e-16", "11102e-20"),
            ("1e-21", "0"),
            ("-5e-324", "0"),
            ("0.1", "0.1"),
            (
                &format!("0.{}", "1".repeat(1000)),
                "11111111111111111111e-20",
            ),
            ("-0", "0"),
        ] {
            assert_eq!(sent.parse::<Decimal>().unwrap().as_str(), taken, "{sent}");
        }
    }

    #[test]
    fn takes_what_can_be_added_exactly_and_nothing_else() {
        for good in [
            "0",
            "-0",
            "0.0",
            "1.5",
            "-12.30",
            "0.30000000000000004",
            "1e17",
            "999999999999999999",
            "0.00000000000000000001",
            "1E-20",
            "2.5e+3",
            "0e999",
        ] {
            assert!(good.parse::<Decimal>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "-",
            "NaN",
            "Infinity",
            "1e18",
            "1000000000000000000",
            "1e400",
            "1e99999999999999999999",
            "1e9223372036854775808",
            "+1",
            "1_000",
            "0x10",
            "1,5",
            " 1",
            "1.5 ",
            ".5",
            "\"1\"",
            "true",
        ] {
            assert!(bad.parse::<Decimal>().is_err(), "{bad:?}");
        }
    }
}
