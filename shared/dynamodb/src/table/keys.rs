//! The keys of the one table.
//!
//! | item | PK | SK |
//! |---|---|---|
//! | account | `ACCOUNT#<account>` | `ACCOUNT` |
//! | user | `ACCOUNT#<account>` | `USER#<user>` |
//! | challenge to join | `ACCOUNT#<account>` | `INVITATION#<user>` |
//! | challenge to verify an address | `ACCOUNT#<account>` | `VERIFICATION#<user>` |
//! | challenge to choose a new password | `ACCOUNT#<account>` | `RESET#<user>` |
//! | challenge to undo a change of address | `ACCOUNT#<account>` | `UNDO#<user>` |
//! | notice of a changed password | `ACCOUNT#<account>` | `NOTICE#<user>` |
//! | email → user, in the account | `ACCOUNT#<account>` | `EMAIL#<lower case>` |
//! | mails requested, of an address | `ACCOUNT#<account>` | `MAILS#<kind>#<hash of the address>` |
//! | mails requested, of a day | `ACCOUNT#<account>` | `MAILS#<kind>#<day>` |
//! | email → login | `EMAIL#<lower case>` | `EMAIL` |
//! | username → login | `USERNAME#<lower case>` | `USERNAME` |
//! | wrong passwords for a name | `ATTEMPTS#<hash of the name>` | `ATTEMPTS` |
//! | mails sent to an address | `MAILS#<hash of the address>` | `<kind>` |
//! | mails that came back from an address | `MAILS#<hash of the address>` | `BOUNCE` |
//! | response to a request with a key | `ACCOUNT#<account>` | `RESPONSE#<hash of the request>` |
//! | response to a public request with a key | `RESPONSE#<hash of the request>` | `RESPONSE` |
//! | forgotten password of a name | `FORGOT#<hash of the name>` | `FORGOT` |
//! | usage report counted | `USAGE#<event>` | `USAGE` |

use super::Item;
use aws_sdk_dynamodb::types::AttributeValue;
use roster_domain::{
    AccountId, CodePurpose, EmailAddress, NameHash, RequestId, ShortText, Timestamp, UserKey,
    Username, mail_day,
};
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

    pub(crate) fn user(user: UserKey) -> Self {
        Self {
            pk: account_partition(user.account),
            sk: format!("{USER_PREFIX}{}", user.user),
        }
    }

    pub(crate) fn challenge(purpose: CodePurpose, user: UserKey) -> Self {
        Self {
            pk: account_partition(user.account),
            sk: format!("{}#{}", kind(purpose), user.user),
        }
    }

    /// What the sort keys of an account's invitations begin with. A user's id follows.
    pub(crate) fn invitations() -> String {
        format!("{}#", kind(CodePurpose::Invitation))
    }

    /// The address of a user in the account.
    pub(crate) fn account_email(account: AccountId, email: &EmailAddress) -> Self {
        Self {
            pk: account_partition(account),
            sk: format!("EMAIL#{}", email.key()),
        }
    }

    /// When the account last requested mails of this kind to the address.
    pub(crate) fn mails_requested(
        purpose: CodePurpose,
        account: AccountId,
        email: &EmailAddress,
    ) -> Self {
        let address = NameHash::new(email.as_str());
        Self {
            pk: account_partition(account),
            sk: format!("MAILS#{}#{}", kind(purpose), address.as_str()),
        }
    }

    /// How many mails of this kind the account requested on the day of `now`.
    pub(crate) fn mails_of_day(purpose: CodePurpose, account: AccountId, now: Timestamp) -> Self {
        Self {
            pk: account_partition(account),
            sk: format!("MAILS#{}#{}", kind(purpose), mail_day(now)),
        }
    }

    /// When mails of this kind were last sent to the address, whoever requested them.
    pub(crate) fn mails_sent(purpose: CodePurpose, email: &EmailAddress) -> Self {
        Self {
            pk: format!("MAILS#{}", NameHash::new(email.as_str()).as_str()),
            sk: kind(purpose).into(),
        }
    }

    /// What became of the mails to the address, whoever requested them.
    pub(crate) fn bounces(email: &EmailAddress) -> Self {
        Self {
            pk: format!("MAILS#{}", NameHash::new(email.as_str()).as_str()),
            sk: "BOUNCE".into(),
        }
    }

    pub(crate) fn attempts(name: &NameHash) -> Self {
        Self {
            pk: format!("ATTEMPTS#{}", name.as_str()),
            sk: "ATTEMPTS".into(),
        }
    }

    /// That somebody has said that they forgot the password of a name.
    pub(crate) fn forgotten_password(name: &NameHash) -> Self {
        Self {
            pk: format!("FORGOT#{}", name.as_str()),
            sk: "FORGOT".into(),
        }
    }

    /// The address as a login.
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

    /// The response that is kept for a request: beside the caller's account, if there is one.
    pub(crate) fn kept_response(request: &RequestId) -> Self {
        let hash = &request.hash;
        match request.caller {
            Some(caller) => Self {
                pk: account_partition(caller.account),
                sk: format!("RESPONSE#{hash}"),
            },
            None => Self {
                pk: format!("RESPONSE#{hash}"),
                sk: "RESPONSE".into(),
            },
        }
    }

    pub(crate) fn usage(event: &ShortText) -> Self {
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

    pub(crate) fn is_forgotten_password(&self) -> bool {
        self.sk == "FORGOT"
    }

    pub(crate) fn is_challenge(&self) -> bool {
        let kind_of = |purpose: &CodePurpose| {
            let rest = self.sk.strip_prefix(kind(*purpose));
            rest.is_some_and(|rest| rest.starts_with('#'))
        };
        CodePurpose::ALL.iter().any(kind_of)
    }

    pub(crate) fn into_item(self) -> Item {
        Item::from([
            (PK.into(), AttributeValue::S(self.pk)),
            (SK.into(), AttributeValue::S(self.sk)),
        ])
    }
}

fn kind(purpose: CodePurpose) -> &'static str {
    match purpose {
        CodePurpose::Invitation => "INVITATION",
        CodePurpose::Verification => "VERIFICATION",
        CodePurpose::Reset => "RESET",
        CodePurpose::Undo => "UNDO",
        CodePurpose::Notice => "NOTICE",
    }
}

pub(crate) fn account_partition(account: AccountId) -> String {
    format!("ACCOUNT#{account}")
}

/// For messages about a row: the kind of a name's row, but not the name, which is personal data.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mails = self.sk.strip_prefix("MAILS#");
        let kind_of_mails = mails.and_then(|rest| rest.split_once('#'));
        match self.pk.split_once('#') {
            // A hash of a name can be found out by trying names.
            Some((kind @ ("ATTEMPTS" | "EMAIL" | "FORGOT" | "MAILS" | "USERNAME"), _)) => {
                write!(f, "{kind}#…/{}", self.sk)
            }
            _ if self.sk.starts_with("EMAIL#") => write!(f, "{}/EMAIL#…", self.pk),
            _ => match kind_of_mails {
                Some((kind, _)) => write!(f, "{}/MAILS#{kind}#…", self.pk),
                None => write!(f, "{}/{}", self.pk, self.sk),
            },
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
