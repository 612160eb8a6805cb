use super::{Key, PK, SK};
use crate::StoreError;
use roster_domain::{Account, Challenge, DataError, ForgottenPassword, User};
use serde::de::DeserializeOwned;
use serde_dynamo::{AttributeValue, Item};

/// One record of the table's stream: a row before and after a write.
///
/// What the row holds is read only when it is asked for, so that a row which one function cannot
/// read is no matter to another that has no use for it.
#[derive(Clone, Debug)]
pub struct RowChange {
    key: Key,
    old: Option<Item>,
    new: Option<Item>,
}

/// A row before and after a write. It is new if there is no `old`, and gone if there is no `new`.
#[derive(Clone, Debug)]
pub struct OldAndNew<T> {
    /// Before.
    pub old: Option<T>,
    /// After.
    pub new: Option<T>,
}

impl RowChange {
    /// From what a stream record has as `Keys`, `OldImage` and `NewImage`; an image that is absent
    /// is empty.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if those are not the keys of a row of this table.
    pub fn new(keys: &Item, old: Item, new: Item) -> Result<Self, StoreError> {
        let part = |name: &str| match keys.get(name) {
            Some(AttributeValue::S(text)) => Some(text.clone()),
            _ => None,
        };
        let unreadable = || StoreError::Unreadable {
            key: "(without a key)".into(),
            source: "the record has no PK and SK".into(),
        };
        let (pk, sk) = part(PK).zip(part(SK)).ok_or_else(unreadable)?;
        let image = |item: Item| (!item.is_empty()).then_some(item);
        Ok(Self {
            key: Key { pk, sk },
            old: image(old),
            new: image(new),
        })
    }

    /// The row's primary key, without personal data.
    pub fn key(&self) -> String {
        self.key.to_string()
    }

    /// The row as it is now, if it is a request for a code.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn challenge(&self) -> Result<Option<Challenge>, StoreError> {
        if self.key.is_challenge() {
            self.read(self.new.as_ref())
        } else {
            Ok(None)
        }
    }

    /// The row as it is now, if it says that a password was forgotten.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn forgotten_password(&self) -> Result<Option<ForgottenPassword>, StoreError> {
        if self.key.is_forgotten_password() {
            self.read(self.new.as_ref())
        } else {
            Ok(None)
        }
    }

    /// Both versions of the row, if it is a user.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn user(&self) -> Result<Option<OldAndNew<User>>, StoreError> {
        self.versions(self.key.is_user())
    }

    /// Both versions of the row, if it is an account.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`].
    pub fn account(&self) -> Result<Option<OldAndNew<Account>>, StoreError> {
        self.versions(self.key.is_account())
    }

    fn versions<T: DeserializeOwned>(&self, is: bool) -> Result<Option<OldAndNew<T>>, StoreError> {
        if !is {
            return Ok(None);
        }
        Ok(Some(OldAndNew {
            old: self.read(self.old.as_ref())?,
            new: self.read(self.new.as_ref())?,
        }))
    }

    fn read<T: DeserializeOwned>(&self, image: Option<&Item>) -> Result<Option<T>, StoreError> {
        let read = |item: &Item| serde_dynamo::from_item(item.clone());
        image
            .map(read)
            .transpose()
            .map_err(|error| StoreError::Unreadable {
                key: self.key(),
                source: DataError::of(&error).into(),
            })
    }
}
