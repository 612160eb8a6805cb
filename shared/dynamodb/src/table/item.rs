use super::{Key, attribute::Attribute};
use crate::StoreError;
use aws_sdk_dynamodb::types::AttributeValue;
use roster_domain::DataError;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashMap;

/// An item as the SDK has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The item of `value` at `key`.
pub(crate) fn to_item(key: Key, value: &impl Serialize) -> Result<Item, StoreError> {
    let mut item = to_attributes(value)?;
    item.extend(key.into_item());
    Ok(item)
}

/// The attributes of `value`. What has no value has no attribute: conditions can then say
/// `attribute_not_exists`.
pub(crate) fn to_attributes(value: &impl Serialize) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(value).map_err(StoreError::internal)?;
    item.retain(|_, value| !value.is_null());
    Ok(item)
}

/// Reads the item at `key`.
///
/// # Errors
/// [`StoreError::Unreadable`]: a row that cannot be read is never passed over.
pub(crate) fn from_item<T: DeserializeOwned>(key: &Key, item: Item) -> Result<T, StoreError> {
    T::deserialize(Attribute(AttributeValue::M(item))).map_err(|source| StoreError::Unreadable {
        key: key.to_string(),
        source: DataError::of(&source).into(),
    })
}

pub(crate) fn to_attribute(value: impl Serialize) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(value).map_err(StoreError::internal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Row {
        #[serde(rename = "count")]
        _count: i64,
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named_without_what_is_in_it() {
        let key = Key {
            pk: "ACCOUNT#1".into(),
            sk: "ACCOUNT".into(),
        };
        let found = AttributeValue::S("secret, expected".into());
        let item = Item::from([("count".into(), found)]);
        let StoreError::Unreadable { key, source } = from_item::<Row>(&key, item).unwrap_err()
        else {
            panic!("another error")
        };
        assert_eq!(key, "ACCOUNT#1/ACCOUNT");
        assert_eq!(source.to_string(), "a value is not i64");
    }
}
