//! The keys of the one table.
//!
//! | item | PK | SK |
//! |---|---|---|
//! | account | `ACCOUNT#<account>` | `ACCOUNT` |
//! | user | `ACCOUNT#<account>` | `USER#<user>` |
//! | invitation asked for | `ACCOUNT#<account>` | `INVITATION#<user>` |
//! | verification asked for | `ACCOUNT#<account>` | `VERIFICATION#<user>` |
//! | email → user | `EMAIL#<lower case>` | `EMAIL` |
//! | usage report counted | `USAGE#<event>` | `USAGE` |
//! | username → user | `USERNAME#<lower case>` | `USERNAME` |

use crate::item::Item;
use aws_sdk_dynamodb::types::AttributeValue;
use roster_domain::{AccountId, CodePurpose, EmailAddress, Text, UserId, Username};
use std::fmt;

pub(crate) const PK: &str = "PK";
pub(crate) const SK: &str = "SK";

/// What the sort keys of an account's users begin with. A user's id follows, so they sort by
/// creation.
pub(crate) const USER_PREFIX: &str = "USER#";

/// The primary key of one item.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    pub(crate) fn account(account: AccountId) -> Self {
        Self {
            pk: account_partition(account),
            sk: "ACCOUNT".into(),
        }
    }

    pub(crate) fn user(account: AccountId, user: UserId) -> Self {
        Self {
            pk: account_partition(account),
            sk: format!("{USER_PREFIX}{user}"),
        }
    }

    pub(crate) fn code_request(purpose: CodePurpose, account: AccountId, user: UserId) -> Self {
        let sk = match purpose {
            CodePurpose::Invitation => format!("INVITATION#{user}"),
            CodePurpose::Verification => format!("VERIFICATION#{user}"),
        };
        Self {
            pk: account_partition(account),
            sk,
        }
    }

    pub(crate) fn email(email: &EmailAddress) -> Self {
        Self {
            pk: format!("EMAIL#{}", email.key()),
            sk: "EMAIL".into(),
        }
    }

    pub(crate) fn username(username: &Username) -> Self {
        Self {
            pk: format!("USERNAME#{}", username.key()),
            sk: "USERNAME".into(),
        }
    }

    /// The key of `item`, as far as a message about an item that cannot be read needs it.
    pub(crate) fn of(item: &Item) -> Self {
        let part = |name: &str| {
            let value = item.get(name).and_then(|value| value.as_s().ok());
            value.cloned().unwrap_or_default()
        };
        Self {
            pk: part(PK),
            sk: part(SK),
        }
    }

    pub(crate) fn usage(event: &Text) -> Self {
        Self {
            pk: format!("USAGE#{event}"),
            sk: "USAGE".into(),
        }
    }

    pub(crate) fn is_account(&self) -> bool {
        self.pk.starts_with("ACCOUNT#") && self.sk == "ACCOUNT"
    }

    pub(crate) fn is_user(&self) -> bool {
        self.sk.starts_with("USER#")
    }

    pub(crate) fn is_code_request(&self) -> bool {
        self.sk.starts_with("INVITATION#") || self.sk.starts_with("VERIFICATION#")
    }

    pub(crate) fn into_item(self) -> Item {
        Item::from([
            (PK.into(), AttributeValue::S(self.pk)),
            (SK.into(), AttributeValue::S(self.sk)),
        ])
    }
}

pub(crate) fn account_partition(account: AccountId) -> String {
    format!("ACCOUNT#{account}")
}

/// For messages about a row: the kind of a name's row, but not the name, which is personal data.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pk.split_once('#') {
            Some((kind @ ("EMAIL" | "USERNAME"), _)) => write!(f, "{kind}#…/{}", self.sk),
            _ => write!(f, "{}/{}", self.pk, self.sk),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
