use crate::ValidationError;
use email_address::{EmailAddress as Parsed, Options};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An address that mail can be sent to, as it was written.
///
/// It is shown as its owner wrote it and compared by [`EmailAddress::key`]. Only ASCII: SES, which
/// sends our mail, takes no other; an international domain is written in its `xn--` form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("format" = "email", "maxLength" = 254, "pattern" = r"^(\?+(=*[A-Za-z0-9!#$%&'*+/^_`{|}~-]\?*)*=*|(=*[A-Za-z0-9!#$%&'*+/^_`{|}~-]\?*)+=*|=+)(\.(\?+(=*[A-Za-z0-9!#$%&'*+/^_`{|}~-]\?*)*=*|(=*[A-Za-z0-9!#$%&'*+/^_`{|}~-]\?*)+=*|=+))*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"))]
pub struct EmailAddress(String);

impl EmailAddress {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What uniqueness and look-up go by: addresses are compared without regard to case.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Whether both reach the same mailbox by [`EmailAddress::key`].
    pub fn matches(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl FromStr for EmailAddress {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        const INVALID: ValidationError = ValidationError(std::borrow::Cow::Borrowed(
            "must be an email address such as ada@example.com, of at most 254 ASCII characters",
        ));
        let options = Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        let usable = text.is_ascii()
            && text.len() <= 254
            // A quoted local part may hold spaces, controls and another @: nobody has one.
            && !text.contains('"')
            // The beginning of an encoded word (RFC 2047), which mail programs show as other text.
            && !text.contains("=?")
            // The parser takes in a domain whatever it takes before the @.
            && text.rsplit('@').next().is_some_and(is_host_name)
            // No top-level domain is a number: this would be an address of a machine.
            && text.rsplit('.').next().is_some_and(|label| !label.starts_with(|c: char| c.is_ascii_digit()))
            && Parsed::parse_with_options(text, options).is_ok();
        usable.then(|| Self(text.to_owned())).ok_or(INVALID)
    }
}

fn is_host_name(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Personal data stays out of logs even by accident.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_that_reach_someone_and_nothing_else() {
        for good in [
            "ada@example.com",
            "Ada.L+x@Sub.Example.org",
            "a@xn--bcher-kva.example",
            "o'hara@example.ie",
        ] {
            assert!(good.parse::<EmailAddress>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "ada@@example.com",
            "a b@example.com",
            "ada@example.com ",
            " ada@example.com",
            "Ada <ada@example.com>",
            "\"a b\"@example.com",
            "ada@[127.0.0.1]",
            "ada@127.0.0.1",
            "ada@example.123",
            "ada@exa_mple.com",
            "ädä@example.com",
            "ada@example.com\r\nBcc: eve@example.com",
            "a\0@example.com",
            "=?utf-8?q?ada?=@example.com",
            "a=?b@example.com",
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad:?}");
        }
        let long = format!("{}@example.com", "a".repeat(243));
        assert!(long.parse::<EmailAddress>().is_err());
    }

    #[test]
    fn is_compared_without_regard_to_case() {
        let one: EmailAddress = "Ada@Example.com".parse().unwrap();
        let other: EmailAddress = "aDA@eXAMPLE.COM".parse().unwrap();
        assert!(one.matches(&other));
        assert_eq!(one.key(), other.key());
        assert_eq!(one.to_string(), "Ada@Example.com");
        assert_eq!(format!("{one:?}"), "EmailAddress(…)");
    }
}
