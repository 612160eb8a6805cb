use crate::{StoreError, attribute::Attribute, keys::Key};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashMap;

/// An item as the SDK has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The item of `value` at `key`. What has no value has no attribute: conditions can then say
/// `attribute_not_exists`.
pub(crate) fn to_item(key: Key, value: &impl Serialize) -> Result<Item, StoreError> {
    let mut item: Item = serde_dynamo::to_item(value).map_err(StoreError::internal)?;
    item.retain(|_, value| !value.is_null());
    item.extend(key.into_item());
    Ok(item)
}

/// Reads the item at `key`.
///
/// # Errors
/// [`StoreError::Unreadable`]: a row that cannot be read is never passed over.
pub(crate) fn from_item<T: DeserializeOwned>(key: &Key, item: Item) -> Result<T, StoreError> {
    T::deserialize(Attribute(AttributeValue::M(item))).map_err(|source| StoreError::Unreadable {
        key: key.to_string(),
        source: source.into(),
    })
}

pub(crate) fn to_attribute(value: impl Serialize) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(value).map_err(StoreError::internal)
}
