use crate::UserId;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, value::StrDeserializer},
};
use std::borrow::Cow;

/// Who did something to a user or an account.
///
/// Rows and events have it as one text: a user's id, `operator` or `system`. Where a row has none, it
/// was the system: rows from before there were actors have none either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Actor {
    /// A user of the account.
    User(UserId),
    /// Who operates the deployment, by `roster-admin`.
    Operator,
    /// Nobody in particular.
    #[default]
    System,
}

const OPERATOR: &str = "operator";
const SYSTEM: &str = "system";

impl Actor {
    /// The user, if it was one.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::Operator | Self::System => None,
        }
    }

    /// Whether it was nobody in particular: nothing is stored then.
    pub fn is_system(&self) -> bool {
        *self == Self::System
    }

    /// What a row has of it, if anything.
    pub fn stored(self) -> Option<Self> {
        (!self.is_system()).then_some(self)
    }
}

impl From<UserId> for Actor {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::User(user) => user.serialize(serializer),
            Self::Operator => serializer.serialize_str(OPERATOR),
            Self::System => serializer.serialize_str(SYSTEM),
        }
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        match text.as_ref() {
            OPERATOR => Ok(Self::Operator),
            SYSTEM => Ok(Self::System),
            id => {
                let user = UserId::deserialize(StrDeserializer::<D::Error>::new(id));
                let expected = "expected the id of a user, `operator` or `system`";
                user.map(Self::User).map_err(|_| D::Error::custom(expected))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use serde_json::{from_value, json};

    #[test]
    fn is_read_as_it_was_written() {
        let user = UserId::new(Timestamp::from_millis(1_800_000_000_000));
        for (actor, text) in [
            (Actor::User(user), json!(user.to_string())),
            (Actor::Operator, json!("operator")),
            (Actor::System, json!("system")),
        ] {
            assert_eq!(json!(actor), text);
            assert_eq!(from_value::<Actor>(text).unwrap(), actor);
        }
        assert!(from_value::<Actor>(json!("somebody")).is_err());
    }
}
