use crate::{AccountId, Actor, EmailAddress, Patch, Revision, ShortText, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// One customer: the users in it see each other and nobody else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The account's id, which is in the key of everything that belongs to it.
    pub id: AccountId,
    /// Account or company name.
    pub name: Option<ShortText>,
    /// The address that the account was opened with, until its founder is removed.
    pub email: Option<EmailAddress>,
    /// The user who opened it.
    pub founder: Option<UserId>,
    /// Whether an owner of it has proven an address: until then it may ask for few mails.
    #[serde(default)]
    pub verified: bool,
    /// Whether it was closed.
    pub closed: bool,
    /// Who last changed or closed it.
    #[serde(default, skip_serializing_if = "Actor::is_system")]
    pub changed_by: Actor,
    /// Id of its cloud of devices; nothing sets it yet.
    pub cloud_id: Option<ShortText>,
    /// When a user of it was last seen, to the hour.
    pub activity: Option<Timestamp>,
    /// When it was opened.
    #[serde(rename = "created")]
    pub created_at: Timestamp,
    /// How many active owners it has: at least one, whatever races with what.
    pub active_owners: u32,
    /// What the last change of its name, or the closing, left; none before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
}

impl Account {
    /// A new account that `email` opens, with one active owner.
    pub fn open(email: EmailAddress, now: Timestamp) -> Self {
        Self {
            id: AccountId::new(now),
            name: None,
            email: Some(email),
            founder: None,
            verified: false,
            closed: false,
            changed_by: Actor::System,
            cloud_id: None,
            activity: Some(now.to_the_hour()),
            created_at: now,
            active_owners: 1,
            revision: None,
        }
    }

    /// The account with another name.
    pub fn rename(&self, name: Patch<ShortText>) -> Self {
        let mut account = self.clone();
        name.apply(&mut account.name);
        account
    }

    /// The account after it is closed, which is for good: nobody can log in, and everybody in it is
    /// erased.
    pub fn close(&self) -> Self {
        Self {
            closed: true,
            ..self.clone()
        }
    }
}
