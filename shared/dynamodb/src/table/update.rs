use super::{
    Item, Key, Table,
    item::{from_item, to_attribute},
    transaction::conflict_backoff,
};
use crate::{Conflict, StoreError};
use aws_sdk_dynamodb::{
    operation::{delete_item::DeleteItemError, update_item::UpdateItemError},
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure as HandBack},
};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashMap;

/// An `UpdateItem` in the making: it writes what it names and nothing else.
///
/// Attribute paths are dotted (`permissions.addBeacons`); every part goes through a placeholder, so
/// that no name can collide with a reserved word. A value that cannot be serialised fails the update
/// when it is sent.
pub(crate) struct Update {
    pub(super) key: Key,
    set: Vec<String>,
    add: Vec<String>,
    remove: Vec<String>,
    conditions: Vec<String>,
    pub(super) names: HashMap<String, String>,
    pub(super) values: HashMap<String, AttributeValue>,
    error: Option<StoreError>,
}

impl Update {
    /// Of the item at `key`, which must exist: an update never makes half an item.
    pub(crate) fn new(key: Key) -> Self {
        let mut update = Self::upsert(key);
        update.conditions.push("attribute_exists(PK)".into());
        update
    }

    /// Of the item at `key`, which is made if it is not there.
    pub(crate) fn upsert(key: Key) -> Self {
        Self {
            key,
            set: Vec::new(),
            add: Vec::new(),
            remove: Vec::new(),
            conditions: Vec::new(),
            names: HashMap::new(),
            values: HashMap::new(),
            error: None,
        }
    }

    /// The placeholder of an attribute.
    pub(crate) fn path(&mut self, path: &str) -> String {
        let mut placeholders = Vec::new();
        for part in path.split('.') {
            let next = format!("#n{}", self.names.len());
            let known = self.names.iter().find(|(_, name)| *name == part);
            let placeholder = known.map_or(next, |(placeholder, _)| placeholder.clone());
            self.names.insert(placeholder.clone(), part.to_owned());
            placeholders.push(placeholder);
        }
        placeholders.join(".")
    }

    /// The placeholder of a value.
    pub(crate) fn value(&mut self, value: impl Serialize) -> String {
        match to_attribute(value) {
            Ok(value) => self.attribute(value),
            Err(error) => {
                self.error.get_or_insert(error);
                String::new()
            }
        }
    }

    fn attribute(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// The attribute gets this value.
    pub(crate) fn set(mut self, path: &str, value: impl Serialize) -> Self {
        let (path, value) = (self.path(path), self.value(value));
        self.set.push(format!("{path} = {value}"));
        self
    }

    /// The attribute gets this value, or goes if there is none.
    pub(crate) fn set_or_remove<T: Serialize>(self, path: &str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.set(path, value),
            None => self.remove(path),
        }
    }

    /// The attribute gets this value, as DynamoDB has it.
    pub(crate) fn set_attribute(mut self, path: &str, value: AttributeValue) -> Self {
        let (path, value) = (self.path(path), self.attribute(value));
        self.set.push(format!("{path} = {value}"));
        self
    }

    /// The attribute gets this value if it has none.
    pub(crate) fn set_if_absent(mut self, path: &str, value: impl Serialize) -> Self {
        let (path, value) = (self.path(path), self.value(value));
        self.set
            .push(format!("{path} = if_not_exists({path}, {value})"));
        self
    }

    /// The attribute gets the value that another one had before, or this text if it had none.
    pub(crate) fn set_from(mut self, path: &str, other: &str, default: &str) -> Self {
        let (path, other, default) = (self.path(path), self.path(other), self.value(default));
        self.set
            .push(format!("{path} = if_not_exists({other}, {default})"));
        self
    }

    /// The set of texts gets these instead of what it has.
    pub(crate) fn set_texts(self, path: &str, texts: impl IntoIterator<Item = String>) -> Self {
        self.set_attribute(path, AttributeValue::Ss(texts.into_iter().collect()))
    }

    /// The set of texts, which is made if there is none, has this one among them.
    pub(crate) fn add_text(mut self, path: &str, text: &str) -> Self {
        let path = self.path(path);
        let text = self.attribute(AttributeValue::Ss(vec![text.to_owned()]));
        self.add.push(format!("{path} {text}"));
        self
    }

    /// The attribute goes.
    pub(crate) fn remove(mut self, path: &str) -> Self {
        let path = self.path(path);
        self.remove.push(path);
        self
    }

    /// The number, which every such item has, is moved by `amount`, whatever it is by then. Not
    /// `ADD`, which DynamoDB has for top-level attributes only.
    pub(crate) fn add(mut self, path: &str, amount: impl Serialize) -> Self {
        let (path, amount) = (self.path(path), self.value(amount));
        self.set.push(format!("{path} = {path} + {amount}"));
        self
    }

    /// Like [`Update::add`], of a number that an item may not have yet: it is zero then.
    pub(crate) fn add_number_from_zero(mut self, path: &str, amount: u32) -> Self {
        let (path, zero, amount) = (self.path(path), self.value(0), self.value(amount));
        self.set
            .push(format!("{path} = if_not_exists({path}, {zero}) + {amount}"));
        self
    }

    /// Like [`Update::add`], with a number in the notation in which it came.
    pub(crate) fn add_number(mut self, path: &str, amount: &str) -> Self {
        let path = self.path(path);
        let amount = self.attribute(AttributeValue::N(amount.to_owned()));
        self.set.push(format!("{path} = {path} + {amount}"));
        self
    }

    /// Nothing is written unless the attribute compares so with this value.
    pub(crate) fn condition(mut self, path: &str, comparison: &str, value: impl Serialize) -> Self {
        let (path, value) = (self.path(path), self.value(value));
        self.conditions.push(format!("{path} {comparison} {value}"));
        self
    }

    /// Nothing is written unless the attribute is absent or compares so with this value.
    pub(crate) fn if_absent_or(
        mut self,
        path: &str,
        comparison: &str,
        value: impl Serialize,
    ) -> Self {
        let (path, value) = (self.path(path), self.value(value));
        self.if_any(&[
            format!("attribute_not_exists({path})"),
            format!("{path} {comparison} {value}"),
        ])
    }

    /// Nothing is written unless one of these conditions holds, which are written with
    /// [`Update::path`] and [`Update::value`].
    pub(crate) fn if_any(mut self, conditions: &[String]) -> Self {
        self.conditions
            .push(format!("({})", conditions.join(" OR ")));
        self
    }

    /// Nothing is written unless the attribute has this value, or is absent for `None`.
    pub(crate) fn if_unchanged<T: Serialize>(mut self, path: &str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.condition(path, "=", value),
            None => {
                let path = self.path(path);
                self.conditions
                    .push(format!("attribute_not_exists({path})"));
                self
            }
        }
    }

    /// Nothing is written unless the map has fewer entries than `limit`, or has the one that this
    /// update removes.
    pub(crate) fn if_map_has_room(
        mut self,
        map: &str,
        limit: usize,
        removed: Option<&str>,
    ) -> Self {
        let (map_path, limit) = (self.path(map), self.value(limit));
        let mut conditions = vec![format!("size({map_path}) < {limit}")];
        if let Some(entry) = removed {
            let entry = self.path(&format!("{map}.{entry}"));
            conditions.push(format!("attribute_exists({entry})"));
        }
        self.if_any(&conditions)
    }

    /// The update expression.
    pub(super) fn expression(&self) -> String {
        let clause = |verb: &str, actions: &[String]| {
            if actions.is_empty() {
                String::new()
            } else {
                format!("{verb} {} ", actions.join(", "))
            }
        };
        clause("SET", &self.set) + &clause("ADD", &self.add) + &clause("REMOVE", &self.remove)
    }

    /// The condition expression, if there is a condition.
    pub(super) fn condition_expression(&self) -> Option<String> {
        (!self.conditions.is_empty()).then(|| self.conditions.join(" AND "))
    }

    /// The update, unless a value of it could not be serialised.
    pub(super) fn checked(mut self) -> Result<Self, StoreError> {
        self.error.take().map_or(Ok(self), Err)
    }
}

/// The SDK has a builder of its own for each kind of write, all with these.
macro_rules! with_key_and_conditions {
    ($builder:expr, $update:expr, $table:expr) => {
        $builder
            .table_name($table)
            .set_condition_expression($update.condition_expression())
            .set_expression_attribute_names((!$update.names.is_empty()).then_some($update.names))
            .set_expression_attribute_values((!$update.values.is_empty()).then_some($update.values))
            .set_key(Some($update.key.into_item()))
    };
}
pub(super) use with_key_and_conditions;

impl Table {
    /// Sends the update and leaves it at that.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if a condition does not hold.
    pub(crate) async fn update(&self, update: Update) -> Result<(), StoreError> {
        let sent = self.send(update, ReturnValue::None, HandBack::None).await?;
        sent.map(drop)
            .map_err(|_| StoreError::Conflict(Conflict::Stale))
    }

    /// Sends the update and returns the item as it is then. If a condition does not hold because an
    /// earlier attempt of the same update was written, which `is_own` tells, that is the same.
    ///
    /// # Errors
    /// [`Conflict::Stale`] if a condition does not hold.
    pub(crate) async fn update_and_read<T: DeserializeOwned>(
        &self,
        update: Update,
        is_own: impl Fn(&T) -> bool,
    ) -> Result<T, StoreError> {
        let key = update.key.clone();
        let sent = self
            .send(update, ReturnValue::AllNew, HandBack::AllOld)
            .await?;
        match sent {
            Ok(item) => from_item(&key, item),
            Err(item) if item.is_empty() => Err(StoreError::Conflict(Conflict::Stale)),
            Err(item) => {
                let found = from_item(&key, item)?;
                match is_own(&found) {
                    true => Ok(found),
                    false => Err(StoreError::Conflict(Conflict::Stale)),
                }
            }
        }
    }

    /// Sends the update, and returns what it has written of the item, as far as `returned` asks for that;
    /// if a condition does not hold, returns the item as it is instead.
    pub(crate) async fn update_or_read<T: DeserializeOwned>(
        &self,
        update: Update,
        returned: ReturnValue,
    ) -> Result<Result<Item, T>, StoreError> {
        let key = update.key.clone();
        match self.send(update, returned, HandBack::AllOld).await? {
            Ok(written) => Ok(Ok(written)),
            Err(item) => from_item(&key, item).map(Err),
        }
    }

    /// Deletes the item on the conditions of `delete`; whether it was there, and they held.
    pub(crate) async fn delete(&self, delete: Update) -> Result<bool, StoreError> {
        let delete = delete.checked()?;
        let request = self.client.delete_item();
        let request = with_key_and_conditions!(request, delete, &self.name);
        let request = request.return_values(ReturnValue::AllOld);
        let mut backoff = conflict_backoff().until(self.deadline);
        loop {
            let error = match self.until_deadline(request.clone().send()).await? {
                Ok(output) => return Ok(output.attributes.is_some()),
                Err(error) => error,
            };
            match error.as_service_error() {
                Some(DeleteItemError::ConditionalCheckFailedException(_)) => return Ok(false),
                Some(DeleteItemError::TransactionConflictException(_)) if backoff.wait().await => {}
                _ => return Err(error.into()),
            }
        }
    }

    /// DynamoDB refuses a write while a transaction holds the item: the update is sent again, so that
    /// two people who change different things both win even if one of them does so in a transaction.
    ///
    /// If a condition does not hold, what is there is handed back in the same response, if requested.
    async fn send(
        &self,
        update: Update,
        on_success: ReturnValue,
        on_failure: HandBack,
    ) -> Result<Result<Item, Item>, StoreError> {
        let update = update.checked()?;
        let request = self
            .client
            .update_item()
            .update_expression(update.expression())
            .return_values(on_success)
            .return_values_on_condition_check_failure(on_failure);
        let request = with_key_and_conditions!(request, update, &self.name);
        let mut backoff = conflict_backoff().until(self.deadline);
        loop {
            let error = match self.until_deadline(request.clone().send()).await? {
                Ok(output) => return Ok(Ok(output.attributes.unwrap_or_default())),
                Err(error) => error,
            };
            match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    return Ok(Err(failed.item.clone().unwrap_or_default()));
                }
                Some(UpdateItemError::TransactionConflictException(_)) if backoff.wait().await => {}
                _ => return Err(error.into()),
            }
        }
    }
}
